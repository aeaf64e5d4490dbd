import { ID_BLOCK, type Place, type Store } from './store.ts';

/** People remembered; beyond it those who signed in longest ago are forgotten and start anew. */
const MAX_PEOPLE = 100_000;

interface Person {
  readonly id: number;
  readonly tokenHash: string;
  generation: number;
  place: Place | undefined;
}

/** A store that lasts as long as the process. */
export function createMemoryStore(): Store {
  const byToken = new Map<string, Person>();
  const byId = new Map<number, Person>();
  let nextBlock = 1;

  const remember = (person: Person): void => {
    byToken.delete(person.tokenHash);
    byToken.set(person.tokenHash, person);
    byId.set(person.id, person);
    for (const [hash, { id }] of byToken) {
      if (byToken.size <= MAX_PEOPLE) break;
      byToken.delete(hash);
      byId.delete(id);
    }
  };

  return {
    takeIdBlock: async (above) => {
      const first = Math.max(nextBlock, above + 1);
      nextBlock = first + ID_BLOCK;
      return first;
    },
    signUp: async (tokenHash, id) => remember({ id, tokenHash, generation: 1, place: undefined }),
    signIn: async (tokenHash) => {
      const person = byToken.get(tokenHash);
      if (person === undefined) return undefined;
      person.generation++;
      remember(person);
      return { id: person.id, generation: person.generation, place: person.place };
    },
    savePlace: async (id, place) => {
      const person = byId.get(id);
      if (person !== undefined) person.place = place;
    },
    close: async () => undefined,
  };
}
