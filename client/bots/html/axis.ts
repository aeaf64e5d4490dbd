/** Steps that people count in, times a power of ten. */
const STEPS = [1, 2, 2.5, 5, 10];

/** Where the ticks of an axis from 0 to at least `most` are: about `count` of them, at round numbers. */
export function ticksUpTo(most: number, count: number): number[] {
  if (!(most > 0)) return [0, 1];
  const least = most / count;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * (STEPS.find((candidate) => candidate * power >= least * (1 - 1e-9)) ?? 10);
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** From numbers to places on a line, evenly. */
export const linear =
  (from: number, to: number, start: number, end: number) =>
  (value: number): number =>
    start + ((value - from) / (to - from)) * (end - start);
