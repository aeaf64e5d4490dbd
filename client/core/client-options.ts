import type { Monotonic } from '../../shared/clock.ts';
import type { Terrain, TerrainKind } from '../../shared/terrain.ts';
import type { SocketFactory } from './connection.ts';
import type { Observer } from './observer.ts';
import type { Place } from './track.ts';

/** What a person chooses to be. */
export interface Persona {
  readonly name: string;
  /** 0 to LOOKS - 1. */
  readonly look: number;
}

export interface ClientOptions extends Persona {
  /** ws://HOST:PORT/ws, or what is asked for it at every attempt to connect. */
  readonly url: string | (() => string);
  /**
   * Whether somebody whom the server knows under another name or look takes on these; else they stay who they are, and
   * name and look are for newcomers only.
   */
  readonly isPersonaNew?: boolean;
  /** In tiles. */
  readonly screen: { readonly width: number; readonly height: number };
  /** The tile to appear at when one first comes in, where the server has an open spawn. */
  readonly at?: readonly [tileX: number, tileY: number] | null;
  /** From an earlier welcome, to be the same player again. */
  readonly token?: string | null;
  /** Ids of the players of whom nothing is to be read. */
  readonly muted?: Iterable<number>;
  /** Milliseconds that never run backwards. */
  readonly monotonic: Monotonic;
  /** Milliseconds since 1970, for the chat log alone; the system's time of day unless told otherwise. */
  readonly timeOfDay?: () => number;
  /** From [0, 1): spreads reconnections. */
  readonly random: () => number;
  readonly openSocket: SocketFactory;
  readonly observer?: Partial<Observer>;
  /** Where the ground comes from; many clients in one process may share it. */
  readonly openTerrain?: (kind: TerrainKind, seed: number) => Terrain;
}

/** Somebody else, where they are shown. */
export interface Person extends Place {
  readonly id: number;
  /** As it is to be shown: two who look alike differ in what follows a `#`. */
  readonly name: string | undefined;
  readonly look: number;
}

/** What a client counts, from its start. */
export interface Counters {
  /** Own motions that were not as predicted. */
  corrections: number;
  /** Checksums that disagreed. */
  divergences: number;
  /** Changes told twice. */
  duplicates: number;
  framesIn: number;
  bytesIn: number;
  messagesOut: number;
  bytesOut: number;
  inputsSent: number;
  inputsAcked: number;
}
