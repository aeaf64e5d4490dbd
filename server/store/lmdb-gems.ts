import { setImmediate as nextTurn } from 'node:timers/promises';
import { readCounter, readPlayer } from './lmdb-players.ts';
import type { LmdbTables } from './lmdb-tables.ts';
import { packJson, unpackJson } from './lmdb-values.ts';
import type { Store } from './store.ts';

type Gems = Pick<Store, 'claim' | 'claimed' | 'top' | 'rankOf'>;

/** Outdated claims that one claim clears away: more than it adds. */
const CLEARED_CLAIMS = 32;
/** Players counted in one go for a rank; other things have their turn before the next. */
const COUNTED_RANKS = 5_000;
const KEEP_FROM = 'keepFrom';
const PRESENT = packJson(1);

/** Claims of earlier periods are forgotten, be they still there or not. */
export const readKeepFrom = (tables: LmdbTables): number => readCounter(tables, KEEP_FROM);

export function readScore({ scores }: LmdbTables, player: number): number | undefined {
  const packed = scores.get(player);
  return packed === undefined ? undefined : (unpackJson(packed) as number);
}

/** In a transaction; undefined for none. */
export function putScore(tables: LmdbTables, player: number, score: number | undefined): void {
  const before = readScore(tables, player);
  if (before !== undefined) tables.ranks.remove([0 - before, player]);
  if (score === undefined) tables.scores.remove(player);
  else {
    tables.scores.put(player, packJson(score));
    tables.ranks.put([0 - score, player], PRESENT);
  }
}

export function lmdbGems(tables: LmdbTables): Gems {
  const { claims, ranks, meta } = tables;
  return {
    claim: (period, gem, player, points, askedKeepFrom) =>
      tables.write(() => {
        const known = readKeepFrom(tables);
        const keepFrom = Math.max(known, askedKeepFrom);
        const outdated = [...claims.getKeys({ end: [keepFrom], limit: CLEARED_CLAIMS })];
        const isOpen = period >= keepFrom && !claims.doesExist([period, gem]);
        const score = (readScore(tables, player) ?? 0) + points;
        if (keepFrom > known) meta.put(KEEP_FROM, packJson(keepFrom));
        for (const key of outdated) claims.remove(key);
        if (!isOpen) return undefined;
        claims.put([period, gem], packJson(player));
        putScore(tables, player, score);
        return score;
      }),
    claimed: async (period, gems) =>
      tables.read(() => {
        if (period < readKeepFrom(tables)) return new Set<string>();
        return new Set(gems.filter((gem) => claims.doesExist([period, gem])));
      }),
    top: async (count) => {
      if (count <= 0) return [];
      return tables.read(() =>
        [...ranks.getKeys({ limit: count })].map(([lessScore, player]) => {
          const name = readPlayer(tables, player)?.person.name ?? '';
          return { player, name, score: 0 - lessScore };
        }),
      );
    },
    rankOf: async (player) => {
      const score = tables.read(() => readScore(tables, player));
      if (score === undefined) return undefined;
      const end: [number, number] = [0 - score, player];
      let from: { readonly start?: [number, number] } = {};
      for (let better = 0; ; better += COUNTED_RANKS) {
        const next = tables.read(() => [...ranks.getKeys({ ...from, end, offset: COUNTED_RANKS, limit: 1 })][0]);
        if (next === undefined) {
          return { score, rank: better + tables.read(() => ranks.getKeysCount({ ...from, end })) + 1 };
        }
        from = { start: next };
        await nextTurn();
      }
    },
  };
}
