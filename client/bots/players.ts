import type { Closing } from './bot.ts';
import type { IntervalMeter, ProcessLoad } from './generator-meter.ts';
import type { Phase } from './progress.ts';
import type { TrafficCounters } from './walking-client.ts';

/** How many players there are of each kind. */
export interface Headcount {
  readonly joined: number;
  /** Have ever been in the world, … */
  readonly everJoined: number;
  /** … and have the full picture. */
  readonly everJoinedFull: number;
  /** Lost the connection outside the fault window, or in it and for longer. */
  readonly dropped: number;
  readonly droppedInFault: number;
  /** Are in the world and where they belong. */
  readonly settled: number;
  readonly gaveUp: number;
  /** Have been connected and not left for good. */
  readonly wanted: number;
  /** Were not even connected yet. */
  readonly yetToCome: number;
  /** Whether nobody is on the way into the world any more of those who are there from the beginning. */
  readonly hasArrived: boolean;
  /** Whether everybody in the world is in place. */
  readonly isSettled: boolean;
}

/** How one player's connections ended that it had not closed itself. */
export interface Parting {
  readonly wasJoined: boolean;
  readonly closings: readonly Closing[];
}

/** What the measured part took. */
export interface Measured {
  /** By all players together. */
  readonly traffic: TrafficCounters;
  /** Of each process that took part. */
  readonly loads: readonly ProcessLoad[];
}

/**
 * The players of a run, in this process or in several. They are told where the run stands, and do what is to be done in
 * each phase: connect, leave if they were not let in, come to a stand, leave for others to see.
 *
 * A `judge` is what the oracle is told at that very moment: between what the players did before and what they do later.
 */
export interface Players extends Headcount {
  /** How many of them are to be visited, in rounds, by this process. */
  readonly size: number;
  /** Whether they can be told anything yet. */
  readonly isReady: boolean;
  /** Whether somebody ought to be in the world, and nobody is. */
  readonly isCutOff: boolean;
  /** Rejects with a sentence when they cannot go on. */
  readonly failure: Promise<never>;
  /** One player's turn. */
  visit(index: number, dueMs: number): void;
  /** To be called every few ms. */
  look(nowMs: number): void;
  /** @param atMs when the phase began, in monotonic ms */
  enter(phase: Phase, atMs: number): void;
  /** The measured part begins. */
  begin(judge: () => void): Promise<void>;
  finish(judge: () => void): Promise<Measured>;
  /** Something is going to be broken on purpose: resolves when everybody knows. */
  openWindow(judge: () => void): Promise<void>;
  closeWindow(judge: () => void): Promise<void>;
  /** Looks into all pictures, as they are now; they do not change before the `judge` is done. */
  compare(judge: () => void): Promise<void>;
  /** Of those whose connections ended. */
  partings(): Promise<readonly Parting[]>;
  /** Measures, from now on, what their processes cost from one look to the next. */
  openMeter(): Pick<IntervalMeter, 'take' | 'stop'>;
  /** All of them leave; resolves when nothing of them is left here. */
  end(): Promise<void>;
}
