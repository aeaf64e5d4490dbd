/** A whole number as people write it: with a proper minus sign. */
export const signed = (value: number): string => (value < 0 ? `\u2212${Math.abs(value)}` : String(value));

/** How many players, in words. */
export const players = (count: number): string => (count === 1 ? '1 player' : `${count} players`);
