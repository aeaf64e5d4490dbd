import type { LogEntry, Picture, SeenSquare } from './picture.ts';

/** A picture that is in another process, as far as that has told of it. */
export class ToldPicture implements Picture {
  #squares: ReadonlyMap<string, SeenSquare> = new Map();
  #prints: ReadonlyMap<string, number> = new Map();
  #log: readonly LogEntry[] = [];

  /** It has these squares from now on. */
  showSquares(squares: readonly (readonly [key: string, sx: number, sy: number])[]): void {
    this.#squares = new Map(squares.map(([key, sx, sy]) => [key, { sx, sy }]));
  }

  /** All else that it holds now. */
  show(
    prints: readonly (readonly [key: string, print: number])[],
    log: readonly (readonly [player: number, text: string, atMs: number])[],
  ): void {
    this.#prints = new Map(prints);
    this.#log = log.map(([player, text, atMs]) => ({ player, text, atMs }));
  }

  squares(): ReadonlyMap<string, SeenSquare> {
    return this.#squares;
  }

  printOf(sx: number, sy: number): number {
    return this.#prints.get(`${sx},${sy}`) ?? 0;
  }

  log(): readonly LogEntry[] {
    return this.#log;
  }
}
