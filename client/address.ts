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

/** A whole number within bounds, as text; undefined for anything else. */
export function wholeNumber(text: string | null, least: number, most: number): number | undefined {
  if (text === null || !/^\d{1,4}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}
