import type { Profile } from '../../shared/protocol.ts';
import type { Occupant } from './occupant.ts';

interface Entry {
  squares: number;
  occupant: Occupant;
  /** With which flush they were last taken out of one of several squares. */
  leftAt: number;
}

/** Everybody whom some client of this node is shown: their profile, and in how many squares they stand. */
export class Directory {
  readonly #entries = new Map<number, Entry>();

  /** Notes what is shown in a square, `isNew` when it was not shown there before. */
  shown(occupant: Occupant, isNew: boolean): void {
    const entry = this.#entries.get(occupant.id);
    if (entry === undefined) this.#entries.set(occupant.id, { squares: 1, occupant, leftAt: -1 });
    else {
      if (isNew) entry.squares++;
      if (occupant.profileVersion >= entry.occupant.profileVersion) entry.occupant = occupant;
    }
  }

  /** @param tick of the flush with which clients are told that somebody is no longer in a square */
  hidden(id: number, tick = -1): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.leftAt = tick;
    if (--entry.squares === 0) this.#entries.delete(id);
  }

  /**
   * Whether clients may know this player in several squares, as while a crossing is under way. Until the flush of `tick`
   * is over that is so even if it takes them out of one: that square may be held back, and the other not.
   */
  isInSeveral(id: number, tick: number): boolean {
    const entry = this.#entries.get(id);
    return entry !== undefined && (entry.squares > 1 || entry.leftAt === tick);
  }

  profileOf(id: number): Profile | undefined {
    const occupant = this.#entries.get(id)?.occupant;
    if (occupant === undefined) return undefined;
    return { id, version: occupant.profileVersion, name: occupant.name, look: occupant.look };
  }
}
