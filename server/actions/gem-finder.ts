import { type Gem, gemPeriod, gemsOf } from '../../shared/gems.ts';
import { type SquareKey, squareKey } from '../../shared/grid.ts';
import type { Terrain } from '../../shared/terrain.ts';
import { tileIndexOf } from '../../shared/tiles.ts';
import type { Grid } from '../grid/grid.ts';
import type { GemClaims } from '../grid/square-things.ts';
import type { SquareAddress, Store } from '../store/store.ts';
import type { FoundGem } from '../world/land.ts';
import type { Touch } from '../world/world.ts';
import type { Actor } from './actor.ts';
import { refusalSentence } from './refusal.ts';

export interface GemFinderOptions {
  readonly store: Store;
  readonly terrain: Terrain;
  /** Most gems in a square. */
  readonly most: number;
  readonly grid: () => Grid;
  readonly actorOf: (id: number) => Actor | undefined;
  readonly failed: (error: unknown) => void;
}

/** Squares whose gems are kept; beyond it all are forgotten, and reckoned again as they are needed. */
const MAX_SQUARES = 4096;
/** Claims of this many periods are kept: those of neighbouring squares are one apart. */
const KEPT_PERIODS = 2;
/** A claim that the store could not take is tried again after this at the earliest, in ticks. */
const TRY_AGAIN_TICKS = 100;

interface SquareGems {
  readonly period: number;
  readonly byTile: ReadonlyMap<number, Gem>;
}

/** Knows where gems lie, and claims those that players come upon. The store decides whose they are. */
export class GemFinder {
  readonly counters = { claimed: 0, lost: 0 };
  readonly #options: GemFinderOptions;
  readonly #squares = new Map<SquareKey, SquareGems>();
  /** Claims under way, and those in vain until they may be tried again, in ticks. */
  readonly #busy = new Map<string, number>();
  /** Players whose score the store would not say. */
  readonly #untold = new Set<number>();

  constructor(options: GemFinderOptions) {
    this.#options = options;
  }

  /** The gem on a tile that is there to be claimed; undefined too where claims are not known yet. */
  gemAt(tileX: number, tileY: number, tick: number): FoundGem | undefined {
    if (this.#options.most === 0) return undefined;
    const { sx, sy, tile } = tileIndexOf(tileX, tileY);
    const { period, byTile } = this.#gemsOf(sx, sy, tick);
    const gem = byTile.get(tile);
    if (gem === undefined) return undefined;
    const { index, points } = gem;
    const things = this.#options.grid().thingsOf(sx, sy);
    if (things === undefined || things.hasClaimed({ period, index })) return undefined;
    const found = { sx, sy, period, index, points };
    return tick < (this.#busy.get(nameOf(found)) ?? 0) ? undefined : found;
  }

  /** Which of a square's gems have been claimed, by the store. */
  async claimsOf({ sx, sy }: SquareAddress, tick: number): Promise<GemClaims> {
    const { store, most } = this.#options;
    if (most === 0) return { period: 0, claimed: 0 };
    const { period, byTile } = this.#gemsOf(sx, sy, tick);
    const names = [...byTile.values()].map(({ index }) => [index, gemName(sx, sy, index)] as const);
    const taken = await store.claimed(
      period,
      names.map(([, name]) => name),
    );
    let claimed = 0;
    for (const [index, name] of names) if (taken.has(name)) claimed = (claimed | (1 << index)) >>> 0;
    return { period, claimed };
  }

  /** Claims what a player has come upon. */
  async touched({ player, gem }: Touch, tick: number): Promise<void> {
    const { store, grid, actorOf, failed } = this.#options;
    const name = nameOf(gem);
    if (this.#busy.has(name) && tick < (this.#busy.get(name) as number)) return;
    this.#busy.set(name, Number.POSITIVE_INFINITY);
    const { sx, sy, period, index, points } = gem;
    try {
      const score = await store.claim(period, gemName(sx, sy, index), player.id, points, period - KEPT_PERIODS);
      this.#busy.delete(name);
      // Whoever was quicker has told everybody; here it is known at once.
      grid().claimed(gem, score === undefined ? undefined : player.id);
      this.counters[score === undefined ? 'lost' : 'claimed']++;
      if (score === undefined) {
        actorOf(player.id)?.tell({ type: 'refused', n: 0, sentence: 'Somebody else was quicker.' });
      } else await this.tellScore(player.id);
    } catch (error) {
      this.#busy.set(name, tick + TRY_AGAIN_TICKS);
      // It may have been kept all the same.
      this.#untold.add(player.id);
      actorOf(player.id)?.tell({ type: 'refused', n: 0, sentence: refusalSentence(error) ?? 'That went wrong.' });
      failed(error);
    }
  }

  /** Tells a player their score and rank. */
  async tellScore(id: number): Promise<void> {
    const { store, actorOf, failed } = this.#options;
    try {
      const { score, rank } = (await store.rankOf(id)) ?? { score: 0, rank: 0 };
      actorOf(id)?.tell({ type: 'score', score, rank });
    } catch (error) {
      this.#untold.add(id);
      failed(error);
    }
  }

  /** Once in a while. */
  settle(tick: number): void {
    for (const [name, until] of this.#busy) if (tick >= until) this.#busy.delete(name);
    const untold = [...this.#untold];
    this.#untold.clear();
    for (const id of untold) if (this.#options.actorOf(id) !== undefined) void this.tellScore(id);
  }

  #gemsOf(sx: number, sy: number, tick: number): SquareGems {
    const { terrain, most } = this.#options;
    const key = squareKey(sx, sy);
    const period = gemPeriod(terrain.seed, sx, sy, tick);
    const known = this.#squares.get(key);
    if (known?.period === period) return known;
    if (this.#squares.size >= MAX_SQUARES) this.#squares.clear();
    const gems = gemsOf(terrain, most, sx, sy, period);
    const square = { period, byTile: new Map(gems.map((gem) => [gem.tile, gem])) };
    this.#squares.set(key, square);
    return square;
  }
}

const gemName = (sx: number, sy: number, index: number): string => `${sx},${sy},${index}`;
const nameOf = ({ sx, sy, index, period }: FoundGem): string => `${period}:${gemName(sx, sy, index)}`;
