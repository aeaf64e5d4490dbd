import type { Board, Company, Score } from '../../shared/protocol.ts';

/** Where one stands among people: score and place, the best, and the nearest others. */
export class Standing {
  #score: { readonly score: number; readonly rank: number } = { score: 0, rank: 0 };
  #board: Board | undefined;
  #company: readonly [tileX: number, tileY: number] | undefined;
  /** Whether the leaderboard is looked at: asked for anew in every session. */
  isBoardShown = false;

  get score(): { readonly score: number; readonly rank: number } {
    return this.#score;
  }

  /** As last told. */
  get board(): Board | undefined {
    return this.#board;
  }

  get company(): readonly [tileX: number, tileY: number] | undefined {
    return this.#company;
  }

  scored({ score, rank }: Score): void {
    this.#score = { score, rank };
  }

  ranked(board: Board): void {
    this.#board = board;
  }

  /** Where the nearest people are, while nobody is in the picture. */
  pointed({ at }: Company): void {
    this.#company = at ?? undefined;
  }

  /** A session begins: whether one is alone it will tell; the rest stays in the same world. */
  restart(isSameWorld: boolean, isSamePerson: boolean): void {
    this.#company = undefined;
    if (!isSameWorld) this.#board = undefined;
    if (!isSameWorld || !isSamePerson) this.#score = { score: 0, rank: 0 };
  }
}
