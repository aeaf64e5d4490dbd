import { type SquareKey, squareKey } from '../../shared/grid.ts';
import { Ground } from '../../shared/ground.ts';
import type { Edits, GroundPicture } from '../../shared/protocol.ts';
import type { Terrain } from '../../shared/terrain.ts';
import { type EditRecord, readEdits, readTiles } from '../../shared/tile-records.ts';

/** How much of a square is known. */
interface KnownSquare {
  readonly sx: number;
  readonly sy: number;
  revision: number;
  /** Whether it was told in the present session. */
  isFresh: boolean;
}

/** What is built in the squares of the interest, by the revisions that the server tells. */
export class BuiltSquares {
  readonly ground: Ground;
  readonly #known = new Map<SquareKey, KnownSquare>();

  constructor(terrain: Terrain) {
    this.ground = new Ground(terrain);
  }

  /** Takes in everything built in a square. */
  picture({ sx, sy, revision, tiles }: GroundPicture): void {
    this.#known.set(squareKey(sx, sy), { sx, sy, revision, isFresh: true });
    // Where nothing was ever built the ground knows of no square, and walking there costs no look-up.
    if (tiles.length === 0 && this.ground.versionOf(sx, sy) === 0) return;
    this.ground.load(
      sx,
      sy,
      readTiles(tiles).map(({ tile, kind }) => [tile, kind] as const),
    );
  }

  /**
   * Takes in edits: those that follow on what is known. Older ones are known, and after a gap the server tells the
   * whole square. Returns the edits as told, and those of them that were taken in.
   */
  edit({ sx, sy, records }: Edits): { readonly told: readonly EditRecord[]; readonly applied: readonly EditRecord[] } {
    const told = readEdits(records);
    const known = this.#known.get(squareKey(sx, sy));
    if (known === undefined) return { told, applied: [] };
    const applied: EditRecord[] = [];
    for (const edit of told) {
      if (edit.revision !== known.revision + 1) continue;
      known.revision = edit.revision;
      this.ground.set(sx, sy, edit.tile, edit.kind, edit.tick);
      applied.push(edit);
    }
    return { told, applied };
  }

  /** A square has left the interest. */
  forget(sx: number, sy: number): void {
    if (this.#known.delete(squareKey(sx, sy))) this.ground.drop(sx, sy);
  }

  /** A new session begins in the same world: what is known stays until it is told afresh. */
  restart(): void {
    for (const square of this.#known.values()) square.isFresh = false;
  }

  /** The new session has its picture: squares that are not in it are forgotten. */
  settle(interest: ReadonlyMap<SquareKey, unknown>): void {
    for (const [key, { sx, sy, isFresh }] of this.#known) {
      if (!isFresh && !interest.has(key)) this.forget(sx, sy);
    }
  }
}
