import type { Part } from './fleet.ts';
import type { KnownWorld } from './fleet-for.ts';
import type { IntervalLoad } from './generator-meter.ts';
import type { BotsOptions } from './options.ts';
import type { Headcount, Measured, Parting } from './players.ts';
import type { Phase } from './progress.ts';
import type { Batch } from './tape.ts';

/** A process that finds this in its environment has a part of the players in it, and is told the rest by its parent. */
export const PART_VARIABLE = 'FLATLANDS_BOTS_PART';

/** Which players they are, and where they play. */
export interface Casting {
  readonly options: BotsOptions;
  readonly world: KnownWorld;
  readonly part: Part;
}

/** What players in another process are told to do, and what they answer. */
export interface Answers {
  enter: null;
  begin: null;
  finish: Measured;
  openWindow: null;
  closeWindow: null;
  pictures: null;
  partings: readonly Parting[];
}

export type Order =
  | { readonly type: 'enter'; readonly phase: Phase; readonly atMs: number }
  | { readonly type: Exclude<keyof Answers, 'enter'> };

/** To a process with players: at first who they are, then orders, counted. */
export type ToPart =
  | { readonly type: 'cast'; readonly casting: Casting }
  | { readonly type: 'order'; readonly n: number; readonly order: Order };

export interface Status {
  readonly count: Headcount;
  /** In its last whole second. */
  readonly load: IntervalLoad;
}

/** From a process with players, packed: what it recorded, with answers to orders and now and then its status. */
export interface FromPart extends Batch {
  readonly status: Status | null;
  readonly answers: readonly (readonly [n: number, answer: Answers[keyof Answers]])[];
}

/** What such a process ends with when the parent does not take what it is told. */
export const CLOGGED_CODE = 75;
