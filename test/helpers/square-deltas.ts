import { GridSquare } from '../../server/grid/grid-square.ts';
import type { SquareDelta } from '../../server/grid/replica.ts';
import { encodeServerMessage } from '../../shared/server-codec.ts';
import { changes, check, type Entering, type Leaving, type Moving, motions } from './told.ts';

/** What a flush has to tell of a square, as a test says it. */
export interface News {
  readonly enters?: readonly Entering[];
  readonly leaves?: readonly Leaving[];
  readonly moves?: readonly Moving[];
  readonly isChecked?: boolean;
  /** Texts of lines. */
  readonly lines?: readonly string[];
}

/** A square as it is after the first half of a flush. */
export function squareWith(sx: number, sy: number, news?: News): GridSquare {
  const square = new GridSquare(sx, sy);
  square.delta = news === undefined ? undefined : deltaOf(sx, sy, news);
  return square;
}

export function deltaOf(sx: number, sy: number, news: News): SquareDelta {
  const { enters = [], leaves = [], moves = [], isChecked = false, lines = [] } = news;
  const updates = enters.length + moves.length;
  const hasChanges = enters.length + leaves.length > 0;
  const told = lines.map((text, i) => ({ id: i + 1, player: 1, name: 'Ada', text, atMs: 0 }));
  return {
    updates,
    events: updates + leaves.length,
    changes: hasChanges ? encodeServerMessage(changes(sx, sy, enters, leaves)) : undefined,
    motions: moves.length > 0 ? motions(...moves).records : undefined,
    check: isChecked ? check(sx, sy, 0, 0).records : undefined,
    ...(told.length === 0
      ? {}
      : { things: [encodeServerMessage({ type: 'lines', sx, sy, isHistory: false, lines: told })] }),
  };
}

/** Records of many motions: `count` of them, of players from `first` on. */
export function movesOf(first: number, count: number): Moving[] {
  return Array.from({ length: count }, (_, i) => ({ id: first + i, rev: 2 }));
}
