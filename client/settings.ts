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

/** What the browser remembers: name and look for good, the token as long as the tab. */
export class Memory {
  readonly #lasting: Storage | undefined;
  readonly #tab: Storage | undefined;

  /** Storage may be forbidden, and its mere mention throws then: nothing is remembered. */
  constructor(scope: Window) {
    this.#lasting = attempt(() => scope.localStorage);
    this.#tab = attempt(() => scope.sessionStorage);
  }

  get name(): string | undefined {
    const name = cutName(attempt(() => this.#lasting?.getItem(NAME)) ?? '');
    return name === '' ? undefined : name;
  }
  set name(name: string) {
    attempt(() => this.#lasting?.setItem(NAME, name));
  }

  get look(): number | undefined {
    return wholeNumber(attempt(() => this.#lasting?.getItem(LOOK)) ?? null, 0, LOOKS - 1);
  }
  set look(look: number) {
    attempt(() => this.#lasting?.setItem(LOOK, String(look)));
  }

  /** From an earlier welcome in this tab. */
  get token(): string | null {
    return attempt(() => this.#tab?.getItem(TOKEN)) ?? null;
  }
  set token(token: string) {
    attempt(() => this.#tab?.setItem(TOKEN, token));
  }
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
