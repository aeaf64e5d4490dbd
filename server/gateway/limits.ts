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
} as const;
/** Messages kept while a sign-in is under way; past it, `flood`. */
export const MAX_EARLY_MESSAGES = 32;
/** Bytes handed to a socket and not yet taken by the kernel; past it, `slow`. */
export const MAX_BUFFERED_BYTES = 1 << 20;
/** Bytes of a session's own in one flush, snapshots included; past it, `slow`. */
export const MAX_OWN_BYTES = 4 << 20;
