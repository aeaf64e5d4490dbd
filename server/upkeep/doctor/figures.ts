/**
 * The smallest of some values below or at which so many percent of them lie (nearest rank).
 * @param values at least one, in any order
 */
export function percentileOf(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.ceil((sorted.length * percent) / 100);
  return sorted[Math.max(1, rank) - 1] as number;
}

/** `0.42 ms`, `3.1 ms`, `250 ms` */
export const inMs = (ms: number): string => `${ms.toFixed(ms < 1 ? 2 : ms < 10 ? 1 : 0)} ms`;

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;
const BYTES_PER_UNIT = 1024;

/** `512 MB`, `1.5 GB` */
export function inBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.round(value) >= BYTES_PER_UNIT && unit < UNITS.length - 1) {
    value /= BYTES_PER_UNIT;
    unit++;
  }
  return `${value < 10 && unit > 0 ? Number(value.toFixed(1)) : Math.round(value)} ${UNITS[unit]}`;
}

/** `1 node`, `3 nodes` */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')} ${count === 1 ? one : many}`;
