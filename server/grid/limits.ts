/** The grid's own numbers: intervals in ticks, and the limit and consequence of everything fed from other nodes. */

/** Each occupied square is announced this often: at least every 2 s (G5), with flushes up to 400 ms apart. */
export const ANNOUNCE_TICKS = 32;
/** … and so many times more after its last occupant left. */
export const FAREWELLS = 2;
/** Clients are told the checksum of an occupied square this often, within CHECK_TICKS in the same way (G8). */
export const CHECK_EVERY_TICKS = 72;
/** A square without viewers stays subscribed at the broker this long (G2). */
export const UNSUBSCRIBE_TICKS = 100;
/** A subscription that failed is tried again after this. */
export const RESUBSCRIBE_TICKS = 20;
/** A question without an answer is asked again after this. */
export const ASK_AGAIN_TICKS = 10;
/** A stream not heard of for this long is asked for, or let go of when nobody is in it. */
export const SILENT_TICKS = 100;
/** A node says that it lives this often (G6) … */
export const BEAT_TICKS = 20;
/** … and when nothing has been heard of it for so long, its players are taken to be gone. */
export const LEASE_TICKS = 100;
/** What another node says of a time further from ours than this is passed over, and asked for again. */
export const MAX_SKEW_TICKS = 400;
/** Other nodes known at once, present or departed; those beyond are passed over. */
export const MAX_NODES = 1024;
/** Longest name of a node, in UTF-16 units; a message with a longer one is passed over. */
export const MAX_NODE_NAME = 32;
/** Batches kept while a question is open; beyond it the oldest goes, which the next answer makes good. */
export const MAX_KEPT_BATCHES = 64;
/** How much of the past a motion keeps that is told to newcomers: more than any playback delay. */
export const NEWCOMER_AGE_TICKS = 10;
/** A motion told to those who know the player may be this old before it is rebased. */
export const MOVED_AGE_TICKS = 100;
/** Lines of chat of a square that newcomers are given. */
export const KEPT_LINES = 50;
/** What is missing of the things of a square, and may still be on its way, is read from the store after this. */
export const GAP_TICKS = 4;
/** The things of a square newly looked at are read after this at the latest, whatever the broker does. */
export const READ_LATEST_TICKS = 5;
/** A store that could not be read is asked again after this. */
export const READ_AGAIN_TICKS = 20;
/** Edits kept that wait for one before them; beyond it the oldest goes, and the store is read. */
export const MAX_EARLY_EDITS = 256;
/** Emotes told of a square in one flush; those beyond are not told. */
export const MAX_EMOTES = 64;
/** After having changed the things of a square a node says how far it knows them for so long. */
export const MARK_TICKS = 120;
/** Squares that a node names in a sign of life, of all those that its players are in. */
export const MAX_TOLD_SQUARES = 64;
/** Squares that a screen of this share of the real one touches, along each axis, are near; the others are further away. */
export const NEAR_SHARE = 1 / 2;
/** With more news of people in a square and flush, those further away are told at every second flush only. */
export const CROWDED_EVENTS = 64;
/** Sessions that are sent theirs in one go; between two goes others have their turn. */
export const SLICE_SESSIONS = 250;
/** What a node says of itself when it is asked, in UTF-16 units of JSON; longer ones count for none. */
export const MAX_STATE_LENGTH = 64 << 10;
/** Longest order of those who run the world, in UTF-16 units; a longer one is not heard. */
export const MAX_ORDER_LENGTH = 4096;
/** Inputs that are followed in one flush, of this node's players and of others'; those beyond are as any other input. */
export const MAX_TRACES = 16;
