/** What a run may be at most, whether flags or a file ask for it. */
export const LIMITS = {
  players: 20_000,
  /** Of the measured part. */
  seconds: 86_400,
  seed: 2 ** 32 - 1,
} as const;
