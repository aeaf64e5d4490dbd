/**
 * The client without a screen, for other front ends and bots: what `flatlands/client` exports. Runs in browsers and in
 * Node alike. Begin at `Client`.
 */
export {
  EMOTES,
  LOOKS,
  MAX_CHAT_LENGTH,
  MAX_NAME_LENGTH,
  PROTOCOL_VERSION,
  TICK_MS,
  TILES_PER_SQUARE,
  UNITS_PER_TILE,
} from '../../shared/constants.ts';
export { type Square, type SquareKey, squareIndexOf, squareKey, tileOf } from '../../shared/grid.ts';
export { Ground } from '../../shared/ground.ts';
export { headingTowards, type Motion, STANDING } from '../../shared/motion.ts';
export type { Board, Claim, Line, Welcome, Whisper } from '../../shared/protocol.ts';
export {
  createTerrain,
  GRASS,
  isBlockedGround,
  ROCK,
  SAND,
  type Terrain,
  type TerrainKind,
  TREE,
  WATER,
} from '../../shared/terrain.ts';
export { BARE, TILE_COLOURS, TILE_KINDS, type TileColour, type TileKind, tileKind } from '../../shared/tiles.ts';
export type { ChatEntry, ChatKind, ChatLog } from './chat-log.ts';
export { Client } from './client.ts';
export type { ClientOptions, Counters, Person, Persona, Rhythm } from './client-options.ts';
export type { SocketFactory, SocketLike } from './connection.ts';
export type { GemInSight } from './gem-field.ts';
export type { ClientState } from './lifeline.ts';
export { LinkConditioner, type LinkConditions, PERFECT } from './link-conditioner.ts';
export type { Observer } from './observer.ts';
export type { Place } from './track.ts';
