import { LOOKS, MAX_NAME_LENGTH } from '../shared/constants.ts';

/** What the page's address asks for. */
export interface Address {
  /** `?name=X`: start at once under this name. */
  readonly name: string | undefined;
  /** `?look=N` */
  readonly look: number | undefined;
  /** `?at=X,Y`: the tile to appear at. */
  readonly at: readonly [tileX: number, tileY: number] | undefined;
  /** `?zoom=N`: CSS pixels to a pixel of the art. */
  readonly zoom: number | undefined;
}

const LARGEST_ZOOM = 12;

/** Reads the query of the page's address; what makes no sense counts as absent. */
export function readAddress(search: string): Address {
  const query = new URLSearchParams(search);
  const name = cutName(query.get('name') ?? '');
  const at = /^(-?\d{1,12}),(-?\d{1,12})$/.exec(query.get('at') ?? '');
  return {
    name: name === '' ? undefined : name,
    look: wholeNumber(query.get('look'), 0, LOOKS - 1),
    at: at === null ? undefined : [Number(at[1]), Number(at[2])],
    zoom: wholeNumber(query.get('zoom'), 1, LARGEST_ZOOM),
  };
}

/** A name as long as the server takes it, without blanks around it. */
export const cutName = (name: string): string => [...name.trim()].slice(0, MAX_NAME_LENGTH).join('').trim();

function wholeNumber(text: string | null, least: number, most: number): number | undefined {
  if (text === null || !/^\d{1,4}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}

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
