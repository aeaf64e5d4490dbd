import { TILES_PER_SQUARE, UNITS_PER_TILE } from '../../shared/constants.ts';
import type { Square } from '../../shared/grid.ts';
import { squareIndexOf, tileOf } from '../../shared/grid.ts';
import type { ServerMessage } from '../../shared/protocol.ts';
import type { Grid } from '../grid/grid.ts';
import type { World } from '../world/world.ts';
import type { Actor, Lookout } from './actor.ts';

export interface CompanyOptions {
  readonly grid: Grid;
  readonly world: World;
  /** From [0, 1). */
  readonly random: () => number;
}

/** Squares with people that are taken into account; of more, some. */
const MAX_SQUARES = 512;
/** Sessions looked after in one round; the others have their turn in the next. */
const MAX_LOOKOUTS = 100;
/** People this close to where newcomers appear anyway are company enough, in squares. */
const HOME_SQUARES = 2;
const NOBODY: ServerMessage = { type: 'company', at: null };

/** Brings people together on an endless plane: where others are, for those who see nobody and for those who come. */
export class Company {
  readonly #options: CompanyOptions;
  /** Who was last told that somebody is somewhere. */
  readonly #guided = new WeakSet<Actor>();
  #turn = 0;

  constructor(options: CompanyOptions) {
    this.#options = options;
  }

  /** Whether anybody is in a square or in one beside it. */
  isNear({ sx, sy }: Square): boolean {
    return this.#squares().some((square) => Math.abs(square.sx - sx) <= 1 && Math.abs(square.sy - sy) <= 1);
  }

  /** The tile of somebody to appear beside; undefined where everybody appears when there are people, or none at all. */
  somewhere(): readonly [tileX: number, tileY: number] | undefined {
    const { world, random } = this.#options;
    const squares = this.#squares();
    const isHome = ({ sx, sy }: Square): boolean => Math.max(Math.abs(sx + 0.5), Math.abs(sy + 0.5)) <= HOME_SQUARES;
    if (squares.length === 0 || squares.some(isHome)) return undefined;
    const { sx, sy } = squares[Math.floor(random() * squares.length)] as Square;
    for (const { x, y } of world.players.values()) {
      if (squareIndexOf(x) === sx && squareIndexOf(y) === sy) return [tileOf(x), tileOf(y)];
    }
    return middleOf({ sx, sy });
  }

  /** Tells those who see nobody where the nearest people are. To be called every two seconds or so. */
  settle(lookouts: readonly Lookout[]): void {
    const count = Math.min(lookouts.length, MAX_LOOKOUTS);
    let squares: readonly Square[] | undefined;
    for (let i = 0; i < count; i++) {
      const lookout = lookouts[(this.#turn + i) % lookouts.length] as Lookout;
      if (!isAlone(lookout)) {
        if (this.#guided.delete(lookout)) lookout.tell(NOBODY);
        continue;
      }
      squares ??= this.#squares();
      const at = nearest(lookout, squares);
      if (at !== undefined) {
        this.#guided.add(lookout);
        lookout.tell({ type: 'company', at });
      } else if (this.#guided.delete(lookout)) lookout.tell(NOBODY);
    }
    this.#turn += count;
  }

  /** Squares with people in them, here and at other nodes. */
  #squares(): Square[] {
    const { grid } = this.#options;
    const squares: Square[] = [];
    for (const from of [grid.occupied(), grid.membership.squares()]) {
      for (const { sx, sy } of from) {
        if (squares.length >= MAX_SQUARES) return squares;
        squares.push({ sx, sy });
      }
    }
    return squares;
  }
}

const middleOf = ({ sx, sy }: Square): readonly [number, number] => [
  (sx + 0.5) * TILES_PER_SQUARE,
  (sy + 0.5) * TILES_PER_SQUARE,
];

/** Whether nobody else is in the squares that a session looks at. */
function isAlone({ viewer }: Lookout): boolean {
  let people = 0;
  for (const { square } of viewer.interest.entries.values()) people += square.replica?.occupantCount ?? 0;
  return people <= 1;
}

/** The middle of the nearest of the squares that is not in sight. */
function nearest({ player, viewer }: Lookout, squares: readonly Square[]): readonly [number, number] | undefined {
  const seen = new Set([...viewer.interest.entries.values()].map(({ square }) => square.key));
  let best: readonly [number, number] | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const square of squares) {
    if (seen.has(`${square.sx},${square.sy}`)) continue;
    const [x, y] = middleOf(square);
    const away = Math.hypot(x - player.x / UNITS_PER_TILE, y - player.y / UNITS_PER_TILE);
    if (away >= least) continue;
    least = away;
    best = [x, y];
  }
  return best;
}
