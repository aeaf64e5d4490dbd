/** Where a player was last seen, in units. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface SignedIn {
  readonly id: number;
  /** Higher than at every earlier sign-in of this player. */
  readonly generation: number;
  readonly place: Place | undefined;
}

/** How many player ids a node takes at once. */
export const ID_BLOCK = 1000;

/**
 * What outlives a session. Every adapter guarantees: ids are never given twice, whichever nodes ask; a generation is
 * raised atomically; a promise that has resolved is kept.
 */
export interface Store {
  /**
   * Reserves ids `first` to `first + ID_BLOCK - 1`, all greater than `above`, for the caller. Ids are u32 from 1.
   * @param above the highest id the caller knows of, or 0: a store that has lost everything counts from 1 again, while
   * nodes that live know players of before
   */
  takeIdBlock(above: number): Promise<number>;
  /** Records a new player under the hash of their resume token; their generation is 1. */
  signUp(tokenHash: string, id: number): Promise<void>;
  /** The player of a token, with the generation raised; undefined for a token that is not known. */
  signIn(tokenHash: string): Promise<SignedIn | undefined>;
  savePlace(id: number, place: Place): Promise<void>;
  close(): Promise<void>;
}
