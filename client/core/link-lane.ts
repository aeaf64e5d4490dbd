/** How much worse a connection is made. All zero makes none worse. */
export interface LinkConditions {
  /** Added to the round trip, half of it each way, in ms. */
  readonly latencyMs: number;
  /** The round trip varies by so much up and down, half of it each way and message, in ms; order is kept. */
  readonly jitterMs: number;
  /** Nothing passes for so long, then all of it at once, as when a packet was lost; in ms. */
  readonly stallMs: number;
  /** How often that happens, at random. */
  readonly stallsPerMinute: number;
  /** What passes each way, in bytes per second; 0 for any amount. */
  readonly bytesPerSecond: number;
}

/** Time and chance. */
export interface LaneOptions {
  /** Milliseconds that never run backwards. */
  readonly monotonic: () => number;
  /** From [0, 1). */
  readonly random: () => number;
  /** Runs something after so many ms. */
  readonly later: (ms: number, run: () => void) => void;
}

/** What a lane goes by. */
export interface LaneRules {
  readonly conditions: LinkConditions;
  readonly isPerfect: boolean;
  /** Until when nothing passes, as known at a time. */
  stalledUntil(now: number): number;
}

/** Bytes that wait in one lane; what would exceed them is not taken, and the connection is given up. */
export const MAX_HELD_BYTES = 1 << 20;
/** What something that waits counts for at least, in bytes, so that the empty is bounded too. */
const LEAST_HELD_BYTES = 64;

/** Something on its way. */
interface Item {
  readonly heldBytes: number;
  /** For every crossing of the line where between -1 and 1 its jitter lies. */
  readonly wobbles: readonly number[];
  readonly deliver: () => void;
  /** What has not been sent yet. */
  leftBytes: number;
  /** When it is its turn to be sent, when all of it is, and when it is there. */
  startsAt: number;
  departsAt: number;
  dueAt: number;
}

/** One way of a connection that is made worse. Nothing in it overtakes anything. */
export class LinkLane {
  readonly #rules: LaneRules;
  readonly #options: LaneOptions;
  readonly #items: Item[] = [];
  #heldBytes = 0;
  /** What the one timer that counts was set to; others that were set before it do nothing. */
  #timerAt = Number.POSITIVE_INFINITY;
  #isPumping = false;

  constructor(rules: LaneRules, options: LaneOptions) {
    this.#rules = rules;
    this.#options = options;
  }

  /** Whether whatever is pushed passes at once. */
  get isClear(): boolean {
    return this.#items.length === 0 && this.#rules.isPerfect;
  }

  /**
   * Delivers something when it is due, which may be from within this call. Returns false, and does nothing, when the lane
   * would hold more than `MAX_HELD_BYTES`.
   * @param crossings how often it crosses the line
   */
  push(bytes: number, deliver: () => void, crossings = 1): boolean {
    if (this.isClear) {
      deliver();
      return true;
    }
    const heldBytes = Math.max(LEAST_HELD_BYTES, bytes);
    if (this.#heldBytes + heldBytes > MAX_HELD_BYTES) return false;
    const { monotonic, random } = this.#options;
    const wobbles = Array.from({ length: crossings }, () => random() * 2 - 1);
    const item = { heldBytes, wobbles, deliver, leftBytes: bytes, startsAt: 0, departsAt: 0, dueAt: 0 };
    this.#schedule(item, this.#items.at(-1), monotonic());
    this.#items.push(item);
    this.#heldBytes += heldBytes;
    this.pump();
    return true;
  }

  /** Delivers what is due. */
  pump(): void {
    if (this.#isPumping || this.#items.length === 0) return;
    const now = this.#options.monotonic();
    this.#isPumping = true;
    try {
      for (let item = this.#items[0]; item !== undefined; item = this.#items[0]) {
        if (item.dueAt > now || this.#rules.stalledUntil(now) > now) break;
        this.#items.shift();
        this.#heldBytes -= item.heldBytes;
        item.deliver();
      }
    } finally {
      // What is delivered may throw; the rest still has to come.
      this.#isPumping = false;
      this.#arm();
    }
  }

  /** The conditions are others: what has not been sent goes by them. */
  reschedule(): void {
    const now = this.#options.monotonic();
    let previous: Item | undefined;
    for (const item of this.#items) {
      if (item.departsAt > now) {
        const leftMs = item.departsAt - Math.max(now, item.startsAt);
        // The empty takes no time to be sent, of which nothing is left either.
        if (item.leftBytes > 0) item.leftBytes *= leftMs / (item.departsAt - item.startsAt);
        this.#schedule(item, previous, now);
      }
      previous = item;
    }
    this.#arm();
  }

  /** Forgets all that waits. */
  clear(): void {
    this.#items.length = 0;
    this.#heldBytes = 0;
  }

  #schedule(item: Item, previous: Item | undefined, now: number): void {
    const { latencyMs, jitterMs, bytesPerSecond } = this.#rules.conditions;
    item.startsAt = Math.max(now, previous?.departsAt ?? now);
    item.departsAt = item.startsAt + (bytesPerSecond > 0 ? (item.leftBytes * 1000) / bytesPerSecond : 0);
    let dueAt = item.departsAt;
    for (const wobble of item.wobbles) dueAt += Math.max(0, (latencyMs + wobble * jitterMs) / 2);
    item.dueAt = Math.max(dueAt, previous?.dueAt ?? dueAt);
  }

  /** Sets the timer for the first that waits, unless one comes sooner. */
  #arm(): void {
    const first = this.#items[0];
    if (first === undefined || this.#isPumping) return;
    const { monotonic, later } = this.#options;
    const now = monotonic();
    const at = Math.max(first.dueAt, this.#rules.stalledUntil(now));
    if (this.#timerAt <= at) return;
    this.#timerAt = at;
    later(Math.max(0, at - now), () => {
      if (this.#timerAt !== at) return;
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.pump();
    });
  }
}
