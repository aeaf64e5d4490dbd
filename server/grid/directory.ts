import type { Profile } from '../../shared/protocol.ts';
import type { Occupant } from './occupant.ts';

interface Entry {
  squares: number;
  occupant: Occupant;
}

/** Everybody whom some client of this node is shown: their profile, and in how many squares they stand. */
export class Directory {
  readonly #entries = new Map<number, Entry>();

  /** Notes what is shown in a square, `isNew` when it was not shown there before. */
  shown(occupant: Occupant, isNew: boolean): void {
    const entry = this.#entries.get(occupant.id);
    if (entry === undefined) this.#entries.set(occupant.id, { squares: 1, occupant });
    else {
      if (isNew) entry.squares++;
      if (occupant.profileVersion >= entry.occupant.profileVersion) entry.occupant = occupant;
    }
  }

  hidden(id: number): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined && --entry.squares === 0) this.#entries.delete(id);
  }

  /** In how many squares clients are shown this player: more than one while a crossing is under way. */
  squaresOf(id: number): number {
    return this.#entries.get(id)?.squares ?? 0;
  }

  profileOf(id: number): Profile | undefined {
    const occupant = this.#entries.get(id)?.occupant;
    if (occupant === undefined) return undefined;
    return { id, version: occupant.profileVersion, name: occupant.name, look: occupant.look };
  }
}
