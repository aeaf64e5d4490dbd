/**
 * Every number both ends must agree on. PROTOCOL.md and the README link here instead of repeating them.
 * A change to any of these is a change of protocol: raise PROTOCOL_VERSION with it.
 */

/** The version a client names in its `hello`. */
export const PROTOCOL_VERSION = 1;
/** The WebSocket subprotocol; its suffix is the version. */
export const SUBPROTOCOL = 'flatlands.v1';

// Length ----------------------------------------------------------------------------------------

/** Positions are integers in 1/256 tile. */
export const UNITS_PER_TILE = 256;
export const TILES_PER_SQUARE = 32;
export const UNITS_PER_SQUARE = UNITS_PER_TILE * TILES_PER_SQUARE;
/** Squares are addressed by two int32. */
export const MIN_SQUARE = -(2 ** 31);
export const MAX_SQUARE = 2 ** 31 - 1;

// Time ------------------------------------------------------------------------------------------

/** One tick of world time, in milliseconds. */
export const TICK_MS = 50;
/** How far back the server applies an input at the tick its client stamped, in ticks (M2). */
export const REWIND_TICKS = 5;
/** How far ahead of the server's tick a stamp may lie before it is pulled in, in ticks (M2). */
export const FUTURE_TICKS = 2;
/** A motion ends by itself this long after the last sign of its client, in ticks (M2). */
export const IDLE_STOP_TICKS = 60;
/** The largest age of a motion that a record can carry, in ticks; older ones are rebased first. */
export const MAX_MOTION_AGE_TICKS = 127;
/** At least this often a client is told the checksum of every occupied square it is subscribed to, in ticks (G8). */
export const CHECK_TICKS = 80;

// Interest (G1) ---------------------------------------------------------------------------------

/** A client's screen, in tiles; what is claimed beyond the maximum gets the maximum. */
export const MIN_SCREEN_TILES = 1;
export const MAX_SCREEN_WIDTH_TILES = 128;
export const MAX_SCREEN_HEIGHT_TILES = 96;
/** A square that comes this close to the screen enters the interest, in tiles. */
export const ENTER_MARGIN_TILES = 4;
/** A square must be further than this from the screen before it may leave the interest, in tiles. */
export const LEAVE_MARGIN_TILES = 12;
/** … and must have been so for this long, in ticks. */
export const LINGER_TICKS = 60;
/** How long a player who left towards a subscribed square is kept on screen while its entry is awaited, in ticks (G7). */
export const TRANSIT_TICKS = 40;

/** A player whose connection broke, and who did not leave, stays in the world for this long, standing, in ticks. */
export const DROPPED_TICKS = 200;

// People ----------------------------------------------------------------------------------------

/** Longest name, in Unicode code points. */
export const MAX_NAME_LENGTH = 24;
/** Looks are numbered from 0 to LOOKS - 1. */
export const LOOKS = 8;

// Building and talking -------------------------------------------------------------------------

/** A tile can be set when its middle is no further than this from where one stands, in tiles; the server forgives one more. */
export const BUILD_REACH_TILES = 8;
/** An edit counts from this long after the store has it, so that all have heard of it by then (M6), in ticks. */
export const EDIT_LEAD_TICKS = 4;
/** Longest line of chat, in Unicode code points. */
export const MAX_CHAT_LENGTH = 200;
/** Emotes are numbered from 0 to EMOTES - 1. */
export const EMOTES = 8;
/** Most places of the leaderboard. */
export const BOARD_LENGTH = 100;

// Limits of the wire ----------------------------------------------------------------------------

/** Largest WebSocket message a client may send, in bytes. */
export const MAX_CLIENT_FRAME_BYTES = 2048;
/** Most messages in one client frame. */
export const MAX_CLIENT_FRAME_MESSAGES = 16;
/** Deepest nesting and most values in a client frame. */
export const MAX_CLIENT_DEPTH = 3;
export const MAX_CLIENT_VALUES = 160;
/** Most ids in one `who`. */
export const MAX_WHO_IDS = 64;

/** The spawn area: tiles within this distance of tile 0,0 are never blocked. */
export const SPAWN_RADIUS_TILES = 12;
