/** What a benchmark and the process of its crowd say to each other. */

/** One player to be. */
export interface Seat {
  /** Of the node that is to be their home. */
  readonly port: number;
  /** Where they appear and walk about. */
  readonly tileX: number;
  readonly tileY: number;
  /** u32; of their turns. */
  readonly seed: number;
  /** They turn so many times as often as once a second; 1 when not given. */
  readonly haste?: number;
}

/** What has been delivered to everybody since they connected. */
export interface Tally {
  /** Motions, enters and leaves of somebody else, in each client they arrived at. */
  readonly updates: number;
  readonly frames: number;
  /** Changes of heading that the players made. */
  readonly turns: number;
}

/** Who sees how many, when everybody stands. */
export interface Crowding {
  /** Others within the screen, on average. */
  readonly onScreen: number;
  /** Others within the interest, on average. */
  readonly inInterest: number;
}

/** What the crowd can be told to do, with what, and what it answers. */
export interface Orders {
  /** Connects them, waits until each sees who they have to see, and lets them walk. */
  readonly join: { readonly takes: readonly Seat[]; readonly gives: Crowding };
  readonly count: { readonly takes: null; readonly gives: Tally };
  /** Lets everybody stand, and fails unless each then sees exactly who they have to see, where they are. */
  readonly check: { readonly takes: null; readonly gives: Crowding };
  readonly leave: { readonly takes: null; readonly gives: null };
}

export type OrderName = keyof Orders;
export type Order = { readonly [N in OrderName]: { readonly name: N; readonly takes: Orders[N]['takes'] } }[OrderName];
export type Answer =
  | { readonly kind: 'done'; readonly gives: Orders[OrderName]['gives'] }
  | { readonly kind: 'failed'; readonly why: string };

/** Everybody's screen, in tiles. */
export const SCREEN = { width: 40, height: 24 } as const;
