/** Numbers from [0, 1). */
export type Random = () => number;

/** A seeded source of randomness: mulberry32, whose 2^32 states are plenty for placing and turning bots. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A seed of its own for each of a run's streams, so that one more draw here changes nothing there. */
export const seedOf = (seed: number, stream: number): number =>
  (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(stream + 1, 0xc2b2ae35)) >>> 0;

export const between = (random: Random, low: number, high: number): number => low + random() * (high - low);

/** Exponentially distributed, with the given mean: the gaps of a Poisson process. */
export const exponential = (random: Random, mean: number): number => -Math.log(1 - random()) * mean;

/** The same items in a random order (Fisher–Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const item = result[i] as T;
    result[i] = result[j] as T;
    result[j] = item;
  }
  return result;
}
