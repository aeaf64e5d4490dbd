import type { BusPlace } from './bus.ts';
import type { Published, Subscribed } from './client.ts';
import type { GameScene, Played } from './game-node.ts';

/** What is done on which broker. */
export interface Scene {
  readonly place: BusPlace;
  readonly channels: readonly string[];
  /** Of a message, in bytes. */
  readonly size: number;
  readonly seconds: number;
}

export interface Sent extends Published {
  readonly cpuSeconds: number;
}

export interface Finished {
  /** Up to when the publishers had ended. */
  readonly cpuSeconds: number;
  readonly subscribers: readonly Subscribed[];
  /** What subscribers told each second, by subscriber, where it was collected. */
  readonly told: readonly (readonly number[])[];
}

export interface GameOrder {
  readonly place: BusPlace;
  readonly scenes: readonly GameScene[];
  /** Of the first of them. */
  readonly index: number;
}

/** What a client's process can be told to do. */
export interface ClientOrders {
  readonly publisher: { readonly takes: Scene; readonly gives: null };
  readonly subscriber: { readonly takes: Scene; readonly gives: null };
  /** Hears what subscribers tell of themselves on the broker. */
  readonly collector: { readonly takes: Scene; readonly gives: null };
  /** The run begins. @param index of the process's first subscriber */
  readonly begin: { readonly takes: { readonly index: number }; readonly gives: null };
  readonly publish: { readonly takes: { readonly scene: Scene; readonly index: number }; readonly gives: Sent };
  /** All have been sent: what has come, once no more does. */
  readonly finish: { readonly takes: null; readonly gives: Finished };
  /** All publishers and subscribers in one process, for a broker that is in it. */
  readonly alone: {
    readonly takes: { readonly scene: Scene; readonly clients: number };
    readonly gives: { readonly sent: readonly Sent[]; readonly finished: Finished };
  };
  /** Plays a node of the game, or all of them where the broker is in the process. */
  readonly game: { readonly takes: GameOrder; readonly gives: readonly Played[] };
  readonly leave: { readonly takes: null; readonly gives: null };
}
