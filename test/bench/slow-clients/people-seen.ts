import type { Replica } from '../../../client/core/replica.ts';
import type { SquareKey } from '../../../shared/grid.ts';

/** Who is where, and as of which news: for each square `(generation, rev)` by id, as one number. */
export type PeopleSeen = ReadonlyMap<SquareKey, ReadonlyMap<number, number>>;

const REVS = 0x10000;

export function peopleSeen({ squares }: Pick<Replica, 'squares'>): PeopleSeen {
  const seen = new Map<SquareKey, ReadonlyMap<number, number>>();
  for (const [key, { occupants }] of squares) {
    const people = new Map<number, number>();
    for (const { id, generation, rev } of occupants.values()) people.set(id, generation * REVS + rev);
    seen.set(key, people);
  }
  return seen;
}

/** Whether all of one's squares are exactly as the other has them, who may have more. Without any square nothing is. */
export function isSeenBy(seen: PeopleSeen, other: PeopleSeen): boolean {
  if (seen.size === 0) return false;
  for (const [key, people] of seen) {
    const others = other.get(key);
    if (others === undefined || others.size !== people.size) return false;
    for (const [id, pair] of people) if (others.get(id) !== pair) return false;
  }
  return true;
}

/** Frames kept whose counterpart has not come: 5 s of them, and more with the beginning of a backlog. */
const MOST_KEPT = 100;

/** What somebody saw after each of the last frames, by its number. */
export class SeenByFrame {
  readonly #frames = new Map<number, PeopleSeen>();

  note(frame: number, seen: PeopleSeen): void {
    this.#frames.set(frame, seen);
    for (const oldest of this.#frames.keys()) {
      if (this.#frames.size <= MOST_KEPT) break;
      this.#frames.delete(oldest);
    }
  }

  at(frame: number): PeopleSeen | undefined {
    return this.#frames.get(frame);
  }

  /** Takes out those that the other has, too, and gives for each its number and whether it is the same there. */
  compareWith(other: SeenByFrame): { readonly frame: number; readonly isSame: boolean }[] {
    const compared: { frame: number; isSame: boolean }[] = [];
    for (const [frame, seen] of this.#frames) {
      const counterpart = other.at(frame);
      if (counterpart === undefined) continue;
      compared.push({ frame, isSame: isSeenBy(seen, counterpart) });
      this.#frames.delete(frame);
    }
    return compared;
  }
}
