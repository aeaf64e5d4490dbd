import { UNITS_PER_SQUARE } from '../../shared/constants.ts';

/**
 * What can be wrong at a place: an update missed, a player not shown, a player shown who should not have been, or
 * shown elsewhere.
 */
const HEAT_KINDS = ['missed', 'absent', 'ghosts', 'misplaced'] as const;
export type HeatKind = (typeof HEAT_KINDS)[number];

/** What went wrong with those who were in one square of the grid. */
export interface HeatSquare extends Readonly<Record<HeatKind, number>> {
  readonly sx: number;
  readonly sy: number;
}

export interface Heat {
  /** The worst first. */
  readonly squares: readonly HeatSquare[];
  /** Where things went wrong too, but less often: so many squares at least, with so many faults. */
  readonly leftOut: { readonly squares: number; readonly faults: number };
}

/** So many squares are reported. */
export const MAX_SQUARES = 500;
/** So many are counted apart; what goes wrong in further ones is only added up. */
const MAX_COUNTED = 20_000;

type Counted = { -readonly [K in keyof HeatSquare]: HeatSquare[K] };

/** Where things went wrong, by the square of the player concerned. */
export class MissHeat {
  readonly #squares = new Map<string, Counted>();
  #faultsBeyond = 0;

  /** @param x and y where the player was, in units */
  count(kind: HeatKind, x: number, y: number): void {
    const sx = Math.floor(x / UNITS_PER_SQUARE);
    const sy = Math.floor(y / UNITS_PER_SQUARE);
    const key = `${sx},${sy}`;
    let square = this.#squares.get(key);
    if (square === undefined) {
      if (this.#squares.size >= MAX_COUNTED) {
        this.#faultsBeyond++;
        return;
      }
      square = { sx, sy, missed: 0, absent: 0, ghosts: 0, misplaced: 0 };
      this.#squares.set(key, square);
    }
    square[kind]++;
  }

  list(): Heat {
    return heatOf([...this.#squares.values()], { squares: 0, faults: this.#faultsBeyond });
  }
}

/** Of several runs in one world. */
export function mergeHeat(heats: readonly Heat[]): Heat {
  const squares = new Map<string, Counted>();
  const leftOut = { squares: 0, faults: 0 };
  for (const heat of heats) {
    leftOut.squares += heat.leftOut.squares;
    leftOut.faults += heat.leftOut.faults;
    for (const square of heat.squares) {
      const key = `${square.sx},${square.sy}`;
      const merged = squares.get(key);
      if (merged === undefined) squares.set(key, { ...square });
      else for (const kind of HEAT_KINDS) merged[kind] += square[kind];
    }
  }
  return heatOf([...squares.values()], leftOut);
}

export const faultsIn = (square: HeatSquare): number => HEAT_KINDS.reduce((sum, kind) => sum + square[kind], 0);

function heatOf(squares: readonly HeatSquare[], beyond: Heat['leftOut']): Heat {
  const worstFirst = squares.toSorted((a, b) => faultsIn(b) - faultsIn(a));
  const rest = worstFirst.slice(MAX_SQUARES);
  return {
    squares: worstFirst.slice(0, MAX_SQUARES).map((square) => ({ ...square })),
    leftOut: {
      squares: beyond.squares + rest.length,
      faults: rest.reduce((sum, square) => sum + faultsIn(square), beyond.faults),
    },
  };
}
