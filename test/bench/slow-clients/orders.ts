/** Those who come: where to, and how they read. */
export interface Arrivals {
  /** ws://HOST:PORT/ws */
  readonly url: string;
  /** Who read no more than a few bytes a second from their first frame on … */
  readonly slow: number;
  readonly bytesPerSecond: number;
  /** … and who read nothing at all. */
  readonly frozen: number;
  /** They leave by themselves when so long has passed, in s. */
  readonly mostSeconds: number;
}

/** What became of those who were slow and then read everything. */
export interface Drained {
  readonly clients: number;
  /** Whose picture was not exactly what somebody saw who had read everything all the time. */
  readonly wrong: number;
  /** Checksums that disagreed, and what was told twice. */
  readonly disagreements: number;
  /** Until the last of those who got there had the right picture, in s; 0 when nobody did. */
  readonly seconds: number;
}

/** How the connections of those who left have ended before. */
export interface Endings {
  /** By the server, for being too slow. */
  readonly slow: number;
  /** Cut, which is how a slow one usually hears of it. */
  readonly cut: number;
  /** Any other, as a sentence each. */
  readonly others: readonly string[];
}

/** What the process of the slow clients can be told to do. */
export interface SlowOrders {
  /** They join, and somebody who reads everything with them; done when all of them have their first frame. */
  readonly join: { readonly takes: Arrivals; readonly gives: null };
  /** Half of the slow ones read everything from now on; what they see is compared. */
  readonly drain: { readonly takes: null; readonly gives: Drained };
  /** These are slow again. */
  readonly slacken: { readonly takes: null; readonly gives: null };
  readonly leave: { readonly takes: null; readonly gives: Endings };
}

/** After so long what they see has to be right, in ms. */
export const RIGHT_AFTER_MS = 5000;
