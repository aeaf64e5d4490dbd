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
  /** What is built in one of them: kinds by tile. */
  tilesOf(sx: number, sy: number): ReadonlyMap<number, number>;
  /** The log of what was said, as a person would read it. */
  log(): Iterable<LogEntry>;
}
