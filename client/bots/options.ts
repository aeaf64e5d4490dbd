import type { BehaviourName } from './behaviour.ts';

export const PLACEMENTS = ['spread', 'together'] as const;
export type Placement = (typeof PLACEMENTS)[number];

/** What the players of a run may be: one of the behaviours, or a lively mixture of all. */
export type ShareName = BehaviourName | 'mixed';

/** A part of the measured part, in s since its beginning. */
export interface FaultSpan {
  readonly fromSeconds: number;
  /** Later than `fromSeconds`. */
  readonly toSeconds: number;
}

/** Players of a scenario who do the same, come together and go together. Times are in s of the measured part. */
export interface Group {
  /** For people: its own name, or what its players do. */
  readonly name: string;
  readonly behaviours: BotsOptions['behaviours'];
  readonly players: number;
  /** When the first of them comes; undefined where they are there from before the beginning. */
  readonly fromSeconds: number | undefined;
  /** When the last of them has gone; undefined where they stay to the end. */
  readonly toSeconds: number | undefined;
  /** Over so long they come from `fromSeconds` on, evenly, and over so long they go before `toSeconds`. */
  readonly overSeconds: number;
  /** As for the whole run where it is undefined; so are the next two. */
  readonly placement: Placement | undefined;
  readonly fullShare: number | undefined;
  readonly screen: BotsOptions['screen'] | undefined;
  /** Which of the urls they connect to, counted from 0; undefined where they take them in turn. */
  readonly node: number | undefined;
}

/** Groups of players over the time of a run. */
export interface Scenario {
  readonly name: string;
  /** At least one. */
  readonly groups: readonly Group[];
}

/** What a run of bots is to be. */
export interface BotsOptions {
  /** ws://HOST:PORT/ws, one or more; the players take them in turn. */
  readonly urls: readonly string[];
  /** With a scenario those of all its groups. */
  readonly players: number;
  /** Length of the measured part, in s. */
  readonly seconds: number;
  /** When something is going to be broken, and until when it has to be healed: in s of the measured part. */
  readonly faults: FaultSpan | undefined;
  /** Who comes and goes when; undefined where everybody is there all the time. */
  readonly scenario: Scenario | undefined;
  /** How much of each, in proportion to one another; at least one above 0. With a scenario its groups say it. */
  readonly behaviours: Readonly<Partial<Record<ShareName, number>>>;
  readonly placement: Placement;
  /** So many connect each second. */
  readonly rampPerSecond: number;
  /** Over so many the players are spread; with 1 they and the oracle are in one, with more the oracle has its own. */
  readonly processes: number;
  /** Changes of direction that are followed on their way, per second of the run and over all players; 0 for none. */
  readonly tracesPerSecond: number;
  /** u32; the same seed places and turns the bots alike. */
  readonly seed: number;
  /**
   * The share of players who have the full picture and are judged by it, above 0 up to 1; the others only walk. With
   * anybody who builds among them all have it, see population.ts.
   */
  readonly fullShare: number;
  /** In tiles, at most what the server grants. */
  readonly screen: { readonly width: number; readonly height: number };
  /** Tiles of the region for each player, where they are spread. */
  readonly tilesEach: number;
}

/** On a screen of this size … */
const SCREEN = { width: 40, height: 24 };
/** … about so many are in view. */
const IN_VIEW = 25;

/** What those of a mixture do, besides talking, and picking up gems, which all of them do. */
export const MIXTURE: Readonly<Partial<Record<BehaviourName, number>>> = {
  wander: 0.54,
  border: 0.18,
  crowd: 0.18,
  builder: 0.1,
};

/** A run of nothing but the mixture. */
export const MIXED = { mixed: 1 } as const satisfies BotsOptions['behaviours'];

export const DEFAULTS: BotsOptions = {
  urls: ['ws://127.0.0.1:8080/ws'],
  players: 100,
  seconds: 30,
  faults: undefined,
  scenario: undefined,
  behaviours: { wander: 1 },
  placement: 'spread',
  rampPerSecond: 50,
  processes: 1,
  tracesPerSecond: 0,
  seed: 1,
  fullShare: 1,
  screen: SCREEN,
  tilesEach: (SCREEN.width * SCREEN.height) / IN_VIEW,
};
