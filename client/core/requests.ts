/** What was asked of the server. */
export type Asked =
  | { readonly type: 'profile'; readonly name: string; readonly look: number }
  | { readonly type: 'say'; readonly text: string }
  | AskedEdit;

/** An edit of one's own that the server has granted. */
export interface OwnEdit {
  readonly tileX: number;
  readonly tileY: number;
  readonly kind: number;
  /** What was there before: what taking it back sets. */
  readonly before: number;
  /** The square's, which the edit made. */
  readonly revision: number;
}

export interface AskedEdit {
  readonly type: 'edit';
  readonly tileX: number;
  readonly tileY: number;
  readonly kind: number;
  /** What is to be taken back by it. */
  readonly undoes: OwnEdit | undefined;
}

/** Requests remembered while unanswered: far more than a server lets through. The oldest is given up beyond that. */
const MAX_PENDING = 256;

/** What has been asked for in this session and not been answered yet. */
export class Requests {
  readonly #pending = new Map<number, Asked>();
  #count = 0;

  get isPending(): boolean {
    return this.#pending.size > 0;
  }

  /** Remembers a request; returns its number for sending. */
  ask(asked: Asked): number {
    this.#count++;
    this.#pending.set(this.#count, asked);
    for (const oldest of this.#pending.keys()) {
      if (this.#pending.size <= MAX_PENDING) break;
      this.#pending.delete(oldest);
    }
    return this.#count;
  }

  /** What the answer to this number is about; it is no longer pending. */
  answered(n: number): Asked | undefined {
    const asked = this.#pending.get(n);
    this.#pending.delete(n);
    return asked;
  }

  *edits(): Generator<AskedEdit> {
    for (const asked of this.#pending.values()) if (asked.type === 'edit') yield asked;
  }

  /** Another session begins, or none: returns those whose outcome nobody will tell. */
  restart(): Asked[] {
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    this.#count = 0;
    return lost;
  }
}
