import { LOOKS } from '../shared/constants.ts';
import { cutName, wholeNumber } from './address.ts';

const NAME = 'flatlands.name';
const LOOK = 'flatlands.look';
const TOKEN = 'flatlands.token';
const MUTED = 'flatlands.muted';
/** People remembered as muted; those muted longest ago are heard again first. */
const MAX_MUTED = 200;

/** What the browser remembers of one person. */
export class Memory {
  readonly #places: readonly Storage[];

  /** @param places where it is kept: the first that knows is believed, all are told; none remembers nothing */
  constructor(places: readonly Storage[]) {
    this.#places = places;
  }

  get name(): string | undefined {
    const name = cutName(this.#read(NAME) ?? '');
    return name === '' ? undefined : name;
  }
  set name(name: string) {
    this.#write(NAME, name);
  }

  get look(): number | undefined {
    return wholeNumber(this.#read(LOOK) ?? null, 0, LOOKS - 1);
  }
  set look(look: number) {
    this.#write(LOOK, String(look));
  }

  /** From an earlier welcome. */
  get token(): string | null {
    return this.#read(TOKEN) ?? null;
  }
  set token(token: string) {
    this.#write(TOKEN, token);
  }

  /** Whom one does not want to hear. */
  get muted(): readonly Named[] {
    const known: unknown = attempt(() => JSON.parse(this.#read(MUTED) ?? '[]'));
    return Array.isArray(known) ? known.filter(isNamed) : [];
  }
  set muted(people: readonly Named[]) {
    this.#write(MUTED, JSON.stringify(people.slice(-MAX_MUTED)));
  }

  forget(): void {
    for (const place of this.#places)
      for (const key of [NAME, LOOK, TOKEN, MUTED]) attempt(() => place.removeItem(key));
  }

  #read(key: string): string | undefined {
    for (const place of this.#places) {
      const value = attempt(() => place.getItem(key)) ?? undefined;
      if (value !== undefined) return value;
    }
    return undefined;
  }

  #write(key: string, value: string): void {
    // Full or forbidden: the next visit begins anew, this one goes on.
    for (const place of this.#places) attempt(() => place.setItem(key, value));
  }
}

/** A person by number and name. */
export interface Named {
  readonly id: number;
  readonly name: string;
}

const isNamed = (value: unknown): value is Named =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  'name' in value &&
  Number.isSafeInteger(value.id) &&
  typeof value.name === 'string';

/** What an action gives, undefined where it throws: storage may be forbidden, and its mere mention throws then. */
export function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
