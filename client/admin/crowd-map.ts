import type { KnownNode } from '../../shared/topology.ts';

/** Everybody in one square. */
export interface CrowdedSquare {
  readonly sx: number;
  readonly sy: number;
  readonly players: number;
  /** How many of them each node has, by its name; the most first. */
  readonly byNode: readonly (readonly [node: string, players: number])[];
}

/** Where players are, over all nodes: squares, the fullest first. */
export function crowdsOf(nodes: readonly KnownNode[]): CrowdedSquare[] {
  const squares = new Map<string, { sx: number; sy: number; byNode: [string, number][] }>();
  for (const { state, health } of nodes) {
    // Whoever was at a node that is missing has come in elsewhere, or has gone.
    if (health !== 'up') continue;
    for (const [sx, sy, players] of state.crowds) {
      const key = `${sx},${sy}`;
      const square = squares.get(key) ?? { sx, sy, byNode: [] };
      squares.set(key, square);
      square.byNode.push([state.node, players]);
    }
  }
  return [...squares.values()]
    .map(({ sx, sy, byNode }) => ({
      sx,
      sy,
      players: byNode.reduce((sum, [, players]) => sum + players, 0),
      byNode: byNode.sort((a, b) => b[1] - a[1]),
    }))
    .sort((a, b) => b.players - a.players);
}

/** A part of the plane, in squares; right and bottom belong to it. */
export interface Extent {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Room around the outermost players, and how much of the world is shown at least, in squares. */
const ROOM = 2;
const LEAST = 12;
/** Of a world that is wider than this the part around its fullest square is shown, in squares. */
const MOST = 160;

/** What a map has to show for these crowds, in the proportions of the map. */
export function extentOf(crowds: readonly CrowdedSquare[], aspect: number): Extent {
  const [fullest] = crowds;
  if (fullest === undefined) return around(0, 0, LEAST, aspect);
  const near = crowds.filter(
    ({ sx, sy }) => Math.abs(sx - fullest.sx) <= MOST / 2 && Math.abs(sy - fullest.sy) <= MOST / 2,
  );
  const xs = near.map(({ sx }) => sx);
  const ys = near.map(({ sy }) => sy);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const width = right - left + 1 + 2 * ROOM;
  const height = bottom - top + 1 + 2 * ROOM;
  return around((left + right) / 2, (top + bottom) / 2, Math.max(LEAST, width, height * aspect), aspect);
}

function around(x: number, y: number, width: number, aspect: number): Extent {
  const columns = Math.ceil(width);
  const rows = Math.ceil(width / aspect);
  const left = Math.round(x - (columns - 1) / 2);
  const top = Math.round(y - (rows - 1) / 2);
  return { left, top, right: left + columns - 1, bottom: top + rows - 1 };
}
