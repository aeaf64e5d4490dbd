import type { RevertChoice, TileArea } from '../../shared/moderation.ts';
import { tileAtIndex } from '../../shared/tiles.ts';
import type { LoggedEdit, SquareAddress, SquareEdits } from '../store/store.ts';

/** A tile that is set back to what it was. */
export interface TileRevert {
  readonly tile: number;
  readonly kind: number;
  /** Only as long as the tile stands at this revision: what somebody builds meanwhile stays. */
  readonly ifRevision: number;
}

/**
 * Which tiles of a square are set back. A tile is when its last edit is one of those chosen: it becomes what it was
 * before the run of chosen edits that ends there, so what others have built since, or before, stays.
 */
export function planRevert(
  square: SquareAddress,
  log: readonly LoggedEdit[],
  { tiles }: SquareEdits,
  choice: RevertChoice,
): TileRevert[] {
  const byTile = new Map<number, LoggedEdit[]>();
  for (const edit of log) {
    const edits = byTile.get(edit.tile);
    if (edits === undefined) byTile.set(edit.tile, [edit]);
    else edits.push(edit);
  }
  const reverts: TileRevert[] = [];
  for (const { tile, kind, revision } of tiles) {
    const edits = byTile.get(tile) ?? [];
    if (edits.at(-1)?.revision !== revision) continue;
    let first: LoggedEdit | undefined;
    for (const edit of edits.toReversed()) {
      // Of an edit that is not in the log nobody knows what it did: before that, nothing is undone.
      if (!isChosen(square, edit, choice) || (first !== undefined && first.before !== edit.kind)) break;
      first = edit;
    }
    if (first !== undefined && first.before !== kind) reverts.push({ tile, kind: first.before, ifRevision: revision });
  }
  return reverts;
}

function isChosen({ sx, sy }: SquareAddress, { tile, player, atMs }: LoggedEdit, choice: RevertChoice): boolean {
  if (atMs < choice.sinceMs || (choice.player !== null && player !== choice.player)) return false;
  if (choice.area === null) return true;
  const { tileX, tileY } = tileAtIndex(sx, sy, tile);
  return contains(choice.area, tileX, tileY);
}

const contains = ({ left, top, right, bottom }: TileArea, tileX: number, tileY: number): boolean =>
  tileX >= left && tileX <= right && tileY >= top && tileY <= bottom;
