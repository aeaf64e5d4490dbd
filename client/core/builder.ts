import { BUILD_REACH_TILES, UNITS_PER_TILE } from '../../shared/constants.ts';
import { inWorld, type SquareKey } from '../../shared/grid.ts';
import type { Ground } from '../../shared/ground.ts';
import type { Edit, Edits, GroundPicture } from '../../shared/protocol.ts';
import type { Terrain } from '../../shared/terrain.ts';
import type { EditRecord } from '../../shared/tile-records.ts';
import { isBuildable, isTileKind, tileAtIndex, tileIndexOf, tileKind } from '../../shared/tiles.ts';
import { BuiltSquares } from './built-squares.ts';
import type { Asked, AskedEdit, OwnEdit, Requests } from './requests.ts';
import { UndoStack } from './undo-stack.ts';

/** Who builds, for the rules. */
export interface Site {
  /** Where one stands, in units. */
  readonly x: number;
  readonly y: number;
  /** Whether anybody else is shown on a tile. */
  readonly isTaken: (tileX: number, tileY: number) => boolean;
}

/** What is built near, and one's own part in it. */
export class Builder {
  readonly #requests: Requests;
  readonly #undo = new UndoStack();
  #built: BuiltSquares | undefined;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  get ground(): Ground | undefined {
    return this.#built?.ground;
  }

  /** A session begins on this terrain. */
  restart(terrain: Terrain, isSameWorld: boolean, isSamePerson: boolean): Ground {
    if (!isSameWorld || !isSamePerson) this.#undo.clear();
    if (isSameWorld && this.#built?.ground.terrain === terrain) this.#built.restart();
    else this.#built = new BuiltSquares(terrain);
    return this.#built.ground;
  }

  /** Takes in everything built in a square. */
  picture(message: GroundPicture): void {
    const { sx, sy } = message;
    this.#built?.picture(message);
    if (this.#undo.top === undefined) return;
    const tiles = this.ground?.tilesOf(sx, sy);
    this.#undo.compare((tileX, tileY) => {
      const at = tileIndexOf(tileX, tileY);
      return at.sx === sx && at.sy === sy ? (tiles?.get(at.tile) ?? 0) : undefined;
    });
  }

  /** Takes in edits. Returns them as told, and those of them that are news. */
  edit(message: Edits, ownId: number | undefined): { told: readonly EditRecord[]; applied: readonly EditRecord[] } {
    const edits = this.#built?.edit(message) ?? { told: [], applied: [] };
    for (const { tile, revision, player } of edits.applied) {
      const { tileX, tileY } = tileAtIndex(message.sx, message.sy, tile);
      // One's own edit is told to all; whether it can be taken back the answer to it will say.
      if (player !== ownId || !this.#isAsked(tileX, tileY)) this.#undo.overtaken(tileX, tileY, revision);
    }
    return edits;
  }

  forget(sx: number, sy: number): void {
    this.#built?.forget(sx, sy);
  }

  /** The session has its picture: squares that are not in it are forgotten. */
  settle(interest: ReadonlyMap<SquareKey, unknown>): void {
    this.#built?.settle(interest);
  }

  /** A sentence why a tile cannot be set from here now; undefined when it can. */
  whyNot({ x, y, isTaken }: Site, tileX: number, tileY: number, kind: number): string | undefined {
    const ground = this.ground;
    if (ground === undefined || !isTileKind(kind)) return 'There is no such tile.';
    const own = { tileX: Math.floor(x / UNITS_PER_TILE), tileY: Math.floor(y / UNITS_PER_TILE) };
    const awayTiles = Math.hypot(tileX + 0.5 - x / UNITS_PER_TILE, tileY + 0.5 - y / UNITS_PER_TILE);
    if (awayTiles > BUILD_REACH_TILES) return 'That is too far away to build.';
    if (!inWorld(tileX * UNITS_PER_TILE, tileY * UNITS_PER_TILE)) return 'That is beyond the edge of the world.';
    if (!isBuildable(tileX, tileY)) return 'Nothing can be built where everybody arrives.';
    const group = tileKind(kind)?.group;
    if (group === 'flower' && ground.terrain.blocked(tileX, tileY)) return 'Flowers need open ground.';
    if (group !== 'wall') return undefined;
    if (own.tileX === tileX && own.tileY === tileY) return 'You stand there yourself.';
    return isTaken(tileX, tileY) ? 'Somebody stands there.' : undefined;
  }

  /** The request for a tile to be set. */
  build(tileX: number, tileY: number, kind: number): Edit {
    return this.#ask({ type: 'edit', tileX, tileY, kind, undoes: undefined }, null);
  }

  /** One's own last edit that still stands, once it is sure which one that is. */
  get undoable(): OwnEdit | undefined {
    const top = this.#undo.top;
    if (top === undefined || this.#isAsked(top.tileX, top.tileY)) return undefined;
    for (const { undoes } of this.#requests.edits()) if (undoes === undefined) return undefined;
    return top;
  }

  /** The request for the undoable edit to be taken back. */
  undo(undoes: OwnEdit): Edit {
    this.#undo.take(undoes);
    const { tileX, tileY, before } = undoes;
    return this.#ask({ type: 'edit', tileX, tileY, kind: before, undoes }, undoes.revision);
  }

  granted(edit: AskedEdit, revision: number | null, before: number | null): void {
    if (revision !== null && before !== null) this.#undo.granted(edit, revision, before);
  }

  /** Requests that nobody will answer: what was to be taken back may still stand. */
  lost(requests: readonly Asked[]): void {
    for (const asked of requests.toReversed()) {
      if (asked.type === 'edit' && asked.undoes !== undefined) this.#undo.putBack(asked.undoes);
    }
  }

  #ask(asked: AskedEdit, ifRevision: number | null): Edit {
    const { sx, sy, tile } = tileIndexOf(asked.tileX, asked.tileY);
    return { type: 'edit', n: this.#requests.ask(asked), sx, sy, tile, kind: asked.kind, ifRevision };
  }

  #isAsked(tileX: number, tileY: number): boolean {
    for (const edit of this.#requests.edits()) if (edit.tileX === tileX && edit.tileY === tileY) return true;
    return false;
  }
}
