import type { Distribution, Percentiles, Spread } from './histogram.ts';
import { type ByPair, ofAllPairs, PAIR_KINDS, type PairKind } from './tally.ts';

/** Ms to a tenth, tiles to a thousandth: more says nothing. */
export const MS_DIGITS = 1;
export const TILE_DIGITS = 3;
export const RATE_DIGITS = 3;

export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

export const perPlayerPerSecond = (sum: number, players: number, seconds: number): number =>
  sum / Math.max(1, players) / Math.max(0.001, seconds);

export function percentilesOf(distribution: Distribution): Percentiles | null {
  if (distribution.count === 0) return null;
  const at = (percentile: number): number => rounded(distribution.at(percentile), MS_DIGITS);
  return { p50: at(50), p90: at(90), p99: at(99), max: at(100) };
}

export const spreadOf = (distribution: Distribution, digits: number): Spread | null =>
  distribution.count === 0
    ? null
    : { p50: rounded(distribution.at(50), digits), p99: rounded(distribution.at(99), digits) };

export function tilesByPair(byPair: ByPair): Readonly<Record<'all' | PairKind, Spread | null>> {
  return { all: spreadOf(ofAllPairs(byPair), TILE_DIGITS), ...mapPairs((kind) => spreadOf(byPair[kind], TILE_DIGITS)) };
}

/** Something for each kind of pair. */
export const mapPairs = <T>(make: (kind: PairKind) => T): Record<PairKind, T> =>
  Object.fromEntries(PAIR_KINDS.map((kind) => [kind, make(kind)])) as Record<PairKind, T>;
