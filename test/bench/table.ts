import type { Benchmark, Row } from './benchmark.ts';

/** A figure for people: about three digits that count. */
export function figureOf(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString('en-GB', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** The rows of a benchmark as text: figures flush right, units below each other, and what has to be reached. */
export function tableOf({ name, about }: Pick<Benchmark, 'name' | 'about'>, rows: readonly Row[]): string {
  const figures = rows.map(({ value }) => figureOf(value));
  const nameWidth = Math.max(0, ...rows.map((row) => row.name.length));
  const figureWidth = Math.max(0, ...figures.map((figure) => figure.length));
  const unitWidth = Math.max(0, ...rows.map((row) => row.unit.length));
  const lines = rows.map((row, i) =>
    `  ${row.name.padEnd(nameWidth)}  ${figures[i]?.padStart(figureWidth)} ${row.unit.padEnd(unitWidth)}${barOf(row)}`.trimEnd(),
  );
  return [`${name}: ${about}`, ...lines].join('\n');
}

const barOf = ({ bar, ok }: Row): string =>
  bar === undefined ? '' : `  ${ok === true ? 'reaches' : 'MISSES'} ${figureOf(bar)}`;
