/** The last word on something, and when it was said. */
export interface Notice {
  readonly topic: string;
  readonly value: unknown;
}

/** Those who look on at a time; whoever would be one more is turned away. */
const MAX_WATCHERS = 100;
/** Topics whose last word is kept; the one that was spoken of longest ago is forgotten first. */
const MAX_TOPICS = 100;

/**
 * A notice board: the last word on each topic, and every new one as it comes. Who comes late sees the present at once,
 * who stays sees all that changes. The pattern is that of "last value caching" in publish/subscribe systems.
 */
export class NoticeBoard {
  readonly #last = new Map<string, unknown>();
  readonly #watchers = new Set<(notice: Notice) => void>();

  get watchers(): number {
    return this.#watchers.size;
  }

  post(topic: string, value: unknown): void {
    this.#last.delete(topic);
    this.#last.set(topic, value);
    for (const oldest of this.#last.keys()) {
      if (this.#last.size <= MAX_TOPICS) break;
      this.#last.delete(oldest);
    }
    for (const tell of [...this.#watchers]) tell({ topic, value });
  }

  get isFull(): boolean {
    return this.#watchers.size >= MAX_WATCHERS;
  }

  /** Tells the last word on everything, then each new one. Gives how to stop. */
  watch(tell: (notice: Notice) => void): () => void {
    this.#watchers.add(tell);
    for (const [topic, value] of [...this.#last]) tell({ topic, value });
    return () => this.#watchers.delete(tell);
  }
}
