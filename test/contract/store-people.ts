import type { Store } from '../../server/store/store.ts';

/** A connection for every turn, all to the same store. */
export type Stores = (turn: number) => Store;

export const ADA = { name: 'Ada', look: 1 };
export const BOB = { name: 'Bob', look: 2 };

/** Further from the middle than 32 bits reach, in units. */
export const FAR = { x: 256_000_000_000, y: -17_592_186_044_416 };

export const SQUARE = { sx: -3, sy: 2_147_483_647 };
export const NEIGHBOUR = { sx: -3, sy: -2_147_483_648 };
