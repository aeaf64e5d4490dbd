/** A square as pictures name it. */
export interface SeenSquare {
  readonly sx: number;
  readonly sy: number;
}

/** An entry of a log. */
export interface LogEntry {
  readonly player: number;
  readonly text: string;
  /** When it was said, in ms. */
  readonly atMs: number;
}

/** What a participant's picture holds, for whoever looks into it. */
export interface Picture {
  /** The squares in it, by `"X,Y"`. */
  squares(): ReadonlyMap<string, SeenSquare>;
  /** A number for what is built in one of them, see `printOf`. */
  printOf(sx: number, sy: number): number;
  /** The log of what was said, as a person would read it. */
  log(): Iterable<LogEntry>;
}

/** The same for the same tiles in any order. @param tiles kinds by tile */
export function printOf(tiles: ReadonlyMap<number, number>): number {
  let print = 0;
  for (const [tile, kind] of tiles) print = (print + mixed(tile * 256 + kind + 1)) >>> 0;
  return print;
}

/** Spreads a number over all of u32, as in mulberry32. */
function mixed(value: number): number {
  let t = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  t = Math.imul(t ^ (t >>> 12), 0x297a2d39);
  return (t ^ (t >>> 15)) >>> 0;
}
