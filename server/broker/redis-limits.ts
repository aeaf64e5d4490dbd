/** What the Redis adapters allow themselves and the servers, and what happens past it. */

/** Messages written at once; a longer call goes out in several writes. */
export const MAX_BATCH_MESSAGES = 1_000;
/** Channels in one SUBSCRIBE; a longer call takes several commands in one write. */
export const MAX_SUBSCRIBE_CHANNELS = 1_000;
/**
 * Bytes handed to one server that it has not confirmed, be they in this process, in the kernel or unread in Redis.
 * Past it messages are dropped and counted: streams gap, and heal by asking. About three seconds of a node with
 * 10,000 publications a second.
 */
export const MAX_UNCONFIRMED_BYTES = 4 << 20;
/** What is published while the first connections are being made is kept so long, in ms, and within the same bytes. */
export const START_MS = 2_000;

/** Every connection is pinged so often, in ms … */
export const PING_MS = 1_000;
/** … one that has not answered for so long counts as away, in ms … */
export const STALLED_MS = 2_000;
/** … and for so long as dead: it is made anew. No shorter than a node's lease, so that nothing is lost by waiting. */
export const SILENT_MS = 5_000;
/** A connection that is not made within this is given up, in ms, and tried again. */
export const CONNECT_MS = 3_000;
/** Longest pause between two attempts to connect, in ms; they go on for ever. */
export const MAX_RETRY_MS = 500;
/** A subscription that a server has put off ("CLUSTERDOWN", "MOVED", "BUSY") is tried again after this, in ms. */
export const RESUBSCRIBE_MS = 500;
/** Closing waits so long for what was published to be confirmed, in ms. */
export const CLOSE_MS = 1_000;

/** A cluster is asked which server holds which slots so often, in ms … */
export const SURVEY_MS = 1_000;
/** … and what a server says of a single slot ("MOVED") counts for more than that for so long, in ms. */
export const HEARSAY_MS = 3_000;
