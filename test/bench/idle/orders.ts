import type { Tile } from '../../../client/bots/place.ts';

/** Everybody's screen, in tiles. */
export const SCREEN = { width: 40, height: 24 } as const;

/** What the process of those who sit can be told to do, with what, and what it answers. */
export interface Orders {
  /** Connects one for each tile and waits until all of them have joined. */
  readonly sit: { readonly takes: { readonly port: number; readonly tiles: readonly Tile[] }; readonly gives: null };
  /** Fails unless everybody is still there and knows exactly who is in the squares around; says how many, on average. */
  readonly check: { readonly takes: null; readonly gives: number };
}

export type OrderName = keyof Orders;
export type Order = { readonly [N in OrderName]: { readonly name: N; readonly takes: Orders[N]['takes'] } }[OrderName];
export type Answer =
  | { readonly kind: 'done'; readonly gives: Orders[OrderName]['gives'] }
  | { readonly kind: 'failed'; readonly why: string };
