/** How many of each kind. */
export interface Counts {
  readonly edits: number;
  readonly lines: number;
  readonly claims: number;
  readonly profiles: number;
}

/** What one kill has come to. */
export interface RoundReport {
  readonly victim: string;
  readonly round: number;
  /** From when the residents began until the kill, in ms. */
  readonly killedAfterMs: number;
  /** In this round. */
  readonly acknowledged: Counts;
  /** Requests of this round that were never granted, though nothing spoke against them. */
  readonly unanswered: number;
  /** Of those, and of claims that nobody was told: what is there all the same, and whole. */
  readonly survived: number;
  /** Over all rounds so far: a sentence each. */
  readonly lost: readonly string[];
  readonly half: readonly string[];
  /** What residents who came back were shown otherwise than it is kept. */
  readonly misshown: readonly string[];
  /** Until the server served players again, and until all were back, in ms. */
  readonly restartMs: number;
  readonly backMs: number;
}
