import { type BotsOptions, DEFAULTS } from '../../../client/bots/options.ts';
import { tilesEachFor } from './crowding.ts';

/** What a scene has players do. */
export type Company =
  /** They wander, so far apart that so many others are in each interest. */
  | { readonly kind: 'meadow'; readonly others: number }
  /** They walk about on one screen, all of them in view of all. */
  | { readonly kind: 'crowd' };

/** Some players, at a server, for a while. */
export interface Scene {
  /** Unique; begins the names of its rows. */
  readonly name: string;
  readonly players: number;
  readonly company: Company;
  readonly flushMs: number;
}

/** A share of them have the full picture and judge what they are shown; the others only walk. */
const JUDGING_SHARE = 1 / 10;
const LEAST_JUDGES = 20;
/** In a crowd everybody hears of everybody, and with more the players' process could not keep up. */
const MOST_JUDGES = { meadow: 200, crowd: 30 };
/** Players who connect each second at most, and the time that they take at least, in s: signing in costs as well. */
const MOST_JOINS = 300;
const JOINING_SECONDS = 3;

/** How a scene is played. */
export interface Play {
  readonly url: string;
  /** Length of the measured part, in s. */
  readonly seconds: number;
  /** u32 */
  readonly seed: number;
}

/** A scene as the bots are told of it. */
export function botsOf({ players, company }: Scene, { url, seconds, seed }: Play): BotsOptions {
  const isMeadow = company.kind === 'meadow';
  const judges = Math.min(MOST_JUDGES[company.kind], Math.max(LEAST_JUDGES, players * JUDGING_SHARE));
  return {
    ...DEFAULTS,
    urls: [url],
    players,
    seconds,
    seed,
    behaviours: isMeadow ? { wander: 1 } : { crowd: 1 },
    rampPerSecond: Math.min(MOST_JOINS, Math.ceil(players / JOINING_SECONDS)),
    fullShare: Math.min(1, judges / players),
    tilesEach: isMeadow ? tilesEachFor(players, company.others) : DEFAULTS.tilesEach,
  };
}
