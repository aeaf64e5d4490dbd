import { createHash } from 'node:crypto';
import { ProtocolError } from '../shared/closing.ts';
import type { Hello } from '../shared/protocol.ts';
import type { Terrain } from '../shared/terrain.ts';
import { tileIndexOf } from '../shared/tiles.ts';
import type { Company } from './actions/company.ts';
import type { WordFilter } from './actions/word-filter.ts';
import { freePlace } from './free-place.ts';
import type { SignedInPlayer } from './gateway/session.ts';
import { type RuleBook, ruleWords } from './moderation/rule-book.ts';
import { ID_BLOCK, type Place, type Store } from './store/store.ts';
import { cleanName } from './world/names.ts';
import { spawnPlace } from './world/spawn.ts';

export interface SignInOptions {
  readonly store: Store;
  readonly terrain: Terrain;
  /** Whether a client may name any place to appear at. */
  readonly openSpawn: boolean;
  /** From [0, 1). */
  readonly random: () => number;
  /** A new resume token, beyond guessing. */
  readonly newToken: () => string;
  readonly company: Pick<Company, 'isNear' | 'somewhere'>;
  /** The highest player id that another node says to be reserved. */
  readonly lastIdElsewhere: () => number;
  /** Words that are in no name; without it there are none. */
  readonly filter?: () => WordFilter;
  /** Who may not come in; without it everybody may. */
  readonly rules?: Pick<RuleBook, 'banOf'>;
  /** The store did not do what it was asked for. */
  readonly storeFailed: (error: unknown) => void;
}

type Tile = readonly [tileX: number, tileY: number];

/** How far from somebody a newcomer appears, along each axis, in tiles. */
const BESIDE_TILES = 3;

/** Tells who somebody is who says hello, and where they appear. */
export class SignIn {
  readonly #options: SignInOptions;
  #ids: { readonly end: number; next: number } = { next: 1, end: 1 };

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  /** The highest player id that this node has reserved. */
  get lastId(): number {
    return this.#ids.end - 1;
  }

  /** @throws ProtocolError `banned`, `closedSpawn`, `edge`, `badName` or, without the store, `unavailable` */
  async signIn(hello: Hello): Promise<SignedInPlayer> {
    const { store, newToken } = this.#options;
    const named = hello.at === null ? undefined : await this.#named(hello.at);
    const known = hello.token === null ? undefined : await this.#stored(store.signIn(hashOf(hello.token)));
    const { x, y } = named ?? known?.place ?? (await this.#newPlace());
    const ban = known === undefined ? undefined : this.#options.rules?.banOf(known.id);
    if (ban !== undefined) throw new ProtocolError('banned', ruleWords(ban));
    if (known !== undefined && hello.token !== null) {
      const { id, generation, person, place, home } = known;
      const { name, look, version } = person;
      return { id, generation, name, look, profileVersion: version, token: hello.token, x, y, home, savedPlace: place };
    }
    if (this.#options.filter?.().forbids(hello.name) === true) throw new ProtocolError('badName');
    const token = newToken();
    const id = await this.#newId();
    const person = { name: cleanName(hello.name, id), look: hello.look };
    await this.#stored(store.signUp(hashOf(token), id, person));
    return { id, generation: 1, ...person, profileVersion: 1, token, x, y, home: undefined, savedPlace: undefined };
  }

  /** The place that a client names, where it may: a friend may come to where somebody is. */
  async #named(at: Tile): Promise<Place> {
    const { openSpawn, company } = this.#options;
    if (!openSpawn && !company.isNear(tileIndexOf(...at))) throw new ProtocolError('closedSpawn');
    const place = await this.#freePlace(at);
    if (place === undefined) throw new ProtocolError('edge');
    return place;
  }

  /** Where a newcomer appears: where everybody does, unless nobody is there and somebody elsewhere. */
  async #newPlace(): Promise<Place> {
    const { random, company } = this.#options;
    const somebody = company.somewhere();
    if (somebody === undefined) return spawnPlace(random);
    const aside = (): number => Math.round((2 * random() - 1) * BESIDE_TILES);
    return (await this.#freePlace([somebody[0] + aside(), somebody[1] + aside()])) ?? spawnPlace(random);
  }

  #freePlace(at: Tile): Promise<Place | undefined> {
    const { store, terrain } = this.#options;
    return this.#stored(freePlace(store, terrain, at));
  }

  /** Without the store nobody can be let in; whoever tries is told to come again. */
  async #stored<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      this.#options.storeFailed(error);
      throw new ProtocolError('unavailable');
    }
  }

  async #newId(): Promise<number> {
    const { store, lastIdElsewhere } = this.#options;
    while (this.#ids.next === this.#ids.end) {
      const block = this.#ids;
      const first = await this.#stored(store.takeIdBlock(Math.max(this.lastId, lastIdElsewhere())));
      if (first + ID_BLOCK > 2 ** 32) throw new Error('There are no more player ids.');
      // Of several sign-ins that found the block used up, one brings the next; the others' blocks are not needed.
      if (this.#ids === block) this.#ids = { next: first, end: first + ID_BLOCK };
    }
    return this.#ids.next++;
  }
}

/** Tokens are kept hashed: who reads the store cannot sign in with what they find. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
