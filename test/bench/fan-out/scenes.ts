import type { Scene } from './scene.ts';

/** What a scene has to reach: µs per delivered update, scaled, and ms. */
export interface Bars {
  readonly micros: number;
  readonly p99Ms: number;
}

/** A scene of the reference measurement. */
export interface ReferenceScene extends Scene {
  /** Ends the names of its rows. */
  readonly suffix: string;
  readonly bars: Bars | undefined;
}

export const FLUSH_MS = 100;
const FAST_FLUSH_MS = 50;

/** Others in each interest, in the meadow. */
export const OTHERS = 25;

const meadow = (players: number, bars?: Bars): ReferenceScene => ({
  name: `meadow ${players}`,
  players,
  company: { kind: 'meadow', others: OTHERS },
  flushMs: FLUSH_MS,
  suffix: '',
  bars,
});

const crowd = (players: number, flushMs: number, bars?: Bars): ReferenceScene => ({
  name: `crowd ${players}`,
  players,
  company: { kind: 'crowd' },
  flushMs,
  suffix: flushMs === FLUSH_MS ? '' : ` at ${flushMs} ms`,
  bars,
});

const MEADOW_BARS: Bars = { micros: 4, p99Ms: 250 };
const CROWD_BARS: Bars = { micros: 0.2, p99Ms: 300 };

/** The one whose frames a bare loop writes too. */
export const BARE_SCENE = meadow(2000, MEADOW_BARS);
export const MEADOW_1000 = meadow(1000);
export const MEADOW_5000 = meadow(5000, MEADOW_BARS);

/**
 * Played every round, in this order. The largest is the last: for some ten seconds after everybody has left it the empty
 * server takes twice what it does otherwise, which matters to the smallest scenes.
 */
export const EVERY_ROUND: readonly ReferenceScene[] = [
  BARE_SCENE,
  MEADOW_1000,
  crowd(500, FLUSH_MS, CROWD_BARS),
  crowd(1000, FLUSH_MS, CROWD_BARS),
  MEADOW_5000,
];

/** Played once: no bars are theirs. */
export const ONCE: readonly ReferenceScene[] = [crowd(500, FAST_FLUSH_MS), crowd(1000, FAST_FLUSH_MS)];

/** Played before anything counts: what a server does some hundred times a second takes V8 long to compile for good. */
export const WARM_UP: readonly ReferenceScene[] = [MEADOW_1000, crowd(1000, FAST_FLUSH_MS)];

/** Of the players of a scene, so many play it when it has to be quick: the same in small. */
const QUICK_SHARE = 1 / 20;
/** … and no fewer, of whom each still has 25 others around. */
const LEAST_QUICK = 60;

export const inSmall = <S extends Scene>(scene: S): S => ({
  ...scene,
  players: Math.max(LEAST_QUICK, Math.round(scene.players * QUICK_SHARE)),
});
