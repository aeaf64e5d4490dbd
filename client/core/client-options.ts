import type { Monotonic } from '../../shared/clock.ts';
import type { Terrain, TerrainKind } from '../../shared/terrain.ts';
import type { SocketFactory } from './connection.ts';
import type { Observer } from './observer.ts';
import type { Place } from './track.ts';

/** What a person chooses to be. */
export interface Persona {
  /** Up to MAX_NAME_LENGTH code points; the server tidies it, and refuses what is not a name. */
  readonly name: string;
  /** 0 to LOOKS - 1. */
  readonly look: number;
}

/**
 * What a client is made with. Time, chance and the connection are given to it, so that it runs anywhere and can be
 * tested; in a browser they are `performance.now`, `Math.random` and a `WebSocket`.
 */
export interface ClientOptions extends Persona {
  /** `ws://HOST:PORT/ws` (or `wss:`), or what is asked for it at every attempt to connect. */
  readonly url: string | (() => string);
  /**
   * Whether somebody whom the server knows under another name or look takes on these; else they stay who they are, and
   * name and look are for newcomers only.
   */
  readonly isPersonaNew?: boolean;
  /**
   * What one sees of the world, in tiles: as large as this is the part of it that the server tells of. 1 × 1 to
   * 128 × 96; of what is beyond that the server takes the nearest. See `setScreen` for later changes.
   */
  readonly screen: { readonly width: number; readonly height: number };
  /**
   * The tile to appear at when one first comes in. Only where the server has an open spawn: others close the
   * connection, and the client does not come back. Null or left out for the place that the server chooses.
   */
  readonly at?: readonly [tileX: number, tileY: number] | null;
  /** From an earlier welcome, to be the same player again, who is in the world once. A secret: who has it is that player. */
  readonly token?: string | null;
  /** Ids of the players of whom nothing is to be read. */
  readonly muted?: Iterable<number>;
  /** Milliseconds that never run backwards, from any origin. */
  readonly monotonic: Monotonic;
  /** Milliseconds since 1970, for the chat log alone; the system's time of day unless told otherwise. */
  readonly timeOfDay?: () => number;
  /** From [0, 1): spreads reconnections. */
  readonly random: () => number;
  /** Opens a connection to an address, speaking a subprotocol: `(url, protocol) => new WebSocket(url, protocol)`. */
  readonly openSocket: SocketFactory;
  /** Told of what happens, as far as it asks to be. */
  readonly observer?: Partial<Observer>;
  /** Where the ground comes from; many clients in one process may share it. */
  readonly openTerrain?: (kind: TerrainKind, seed: number) => Terrain;
}

/** Somebody else, where they are shown: a little in the past, so that they glide. */
export interface Person extends Place {
  /** u32, the same for a person for ever. */
  readonly id: number;
  /** As it is to be shown: two who look alike differ in what follows a `#`. Undefined until the server has told it. */
  readonly name: string | undefined;
  /** 0 to LOOKS - 1. */
  readonly look: number;
}

/** How often there is news, in ms: of what is near the middle of the screen, and of what is further away. */
export interface Rhythm {
  readonly nearMs: number;
  readonly farMs: number;
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
