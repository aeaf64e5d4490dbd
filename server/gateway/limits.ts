/** What the gateway allows one session, and what happens past it. */

/** A connection that has not said hello by then is closed with `noHello`, in ms. */
export const HELLO_MS = 5_000;
/** A session that has said nothing for this long is closed with `silent`, in ms. */
export const SILENT_MS = 15_000;
/** A connection that is being closed is cut when the peer has not agreed within this, in ms. */
export const CLOSE_MS = 5_000;
/**
 * Messages a session may send, a steady rate per second and a burst: well above an input every tick with all that a
 * client asks beside. Past it, `flood`.
 */
export const MESSAGES_PER_SECOND = 40;
export const MESSAGE_BURST = 120;
/** What dear messages count for. */
export const MESSAGE_COST = {
  hello: 1,
  input: 1,
  screen: 2,
  alive: 1,
  who: 2,
  ask: 2,
  refresh: 10,
  profile: 2,
  edit: 1,
  say: 2,
  emote: 1,
  board: 2,
  trace: 1,
  traces: 2,
} as const;
/** Messages kept while a sign-in is under way; past it, `flood`. */
export const MAX_EARLY_MESSAGES = 32;
/**
 * What a client may have been sent and not acknowledged, in bytes and for how long in ms. Past either it is told nothing
 * more of squares until it has caught up (O2): the kernel takes megabytes before a socket pushes back. The bytes of
 * pictures of squares do not count, the time that they take does.
 */
export const STALE_BYTES = 64 << 10;
export const STALE_MS = 3_000;
/** It has caught up when what it has not acknowledged is no older and no more than this: it answers once a second. */
export const CAUGHT_UP_MS = 1_500;
export const CAUGHT_UP_BYTES = 16 << 10;
/**
 * Past this, in ms, and the time that what is under way takes at the slowest rate that is put up with, in bytes per
 * second, the session ends with `slow`. A large first picture has its time, and who does not read at all is soon gone.
 */
export const SLOW_MS = 4_000;
export const SLOWEST_BYTES_PER_SECOND = 64 << 10;
/** Bytes handed to a socket and not yet taken by the kernel; past it, `slow`. */
export const MAX_BUFFERED_BYTES = 1 << 20;
/** Bytes of a session's own in one flush, snapshots included; past it, `slow`. */
export const MAX_OWN_BYTES = 4 << 20;
/** Connections that one address may open per second in the long run, and at once: a household whose line came back. */
export const CONNECTS_PER_SECOND = 10;
export const CONNECTS_AT_ONCE = 100;
/** Addresses whose connections are remembered once they are closed. */
export const MAX_ADDRESSES = 100_000;
