import { MAX_PEOPLE } from './memory-limits.ts';
import { ID_BLOCK, type Person, type Place, type Store, type StoreRecord } from './store.ts';

type PlayerRecord = Extract<StoreRecord, { readonly type: 'player' }>;

export interface KeptPerson {
  readonly id: number;
  readonly tokenHash: string;
  generation: number;
  person: Person;
  place: Place | undefined;
  home: Place | undefined;
}

const VERSIONS = 65_536;

/** The people of the in-process store, in the order in which they were last here. As in other stores -0 becomes 0. */
export class MemoryPeople {
  readonly byId = new Map<number, KeptPerson>();
  lastId = 0;
  readonly #byToken = new Map<string, KeptPerson>();
  readonly #forgotten: (id: number) => void;

  /** @param forgotten called for everybody who is not remembered any more */
  constructor(forgotten: (id: number) => void) {
    this.#forgotten = forgotten;
  }

  remember(kept: KeptPerson): void {
    this.#byToken.delete(kept.tokenHash);
    this.#byToken.set(kept.tokenHash, kept);
    this.byId.set(kept.id, kept);
    for (const oldest of this.#byToken.values()) {
      if (this.#byToken.size <= MAX_PEOPLE) break;
      this.forget(oldest);
    }
  }

  forget({ id, tokenHash }: KeptPerson): void {
    this.#byToken.delete(tokenHash);
    this.byId.delete(id);
    this.#forgotten(id);
  }

  take({ id, tokenHash, generation, person, place, home }: PlayerRecord): void {
    const before = this.byId.get(id);
    if (before !== undefined) this.#byToken.delete(before.tokenHash);
    const highest = Math.max(generation, before?.generation ?? 0);
    this.remember({ id, tokenHash, generation: highest, person, place, home });
  }

  readonly methods: Pick<Store, 'takeIdBlock' | 'signUp' | 'signIn' | 'rename' | 'savePlace' | 'saveHome'> = {
    takeIdBlock: async (above) => {
      const first = Math.max(this.lastId, above) + 1;
      this.lastId = first + ID_BLOCK - 1;
      return first;
    },
    signUp: async (tokenHash, id, { name, look }) => {
      const person = { name, look, version: 1 };
      this.remember({ id, tokenHash, generation: 1, person, place: undefined, home: undefined });
    },
    signIn: async (tokenHash) => {
      const kept = this.#byToken.get(tokenHash);
      if (kept === undefined) return undefined;
      kept.generation++;
      this.remember(kept);
      const { id, generation, person, place, home } = kept;
      return { id, generation, person, place, home };
    },
    rename: async (id, { name, look }) => {
      const kept = this.byId.get(id);
      if (kept === undefined) return undefined;
      kept.person = { name, look, version: (kept.person.version + 1) % VERSIONS };
      return kept.person;
    },
    savePlace: async (id, { x, y }) => {
      const kept = this.byId.get(id);
      if (kept !== undefined) kept.place = { x: x + 0, y: y + 0 };
    },
    saveHome: async (id, { x, y }) => {
      const kept = this.byId.get(id);
      if (kept !== undefined) kept.home = { x: x + 0, y: y + 0 };
    },
  };
}
