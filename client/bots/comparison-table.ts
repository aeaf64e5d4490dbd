import { aligned, type Row } from './aligned.ts';
import { compare, shownChange, shownValue } from './comparison.ts';
import type { Report } from './report.ts';

/** What is written where the second run is clearly worse. */
export const WORSE = 'worse';

/** Two reports side by side, as text for people. */
export function comparisonTable(a: Report, b: Report): string {
  const rows = compare(a, b);
  const worse = rows.filter(({ isWorse }) => isWorse).length;
  return [
    ...aligned([
      ['', 'A', 'B', 'change'],
      ...rows.map(
        (row): Row => [
          row.label,
          shownValue(row.a, row),
          shownValue(row.b, row),
          shownChange(row),
          row.isWorse ? WORSE : '',
        ],
      ),
    ]),
    '',
    ...runsOf(a, b),
    worse === 0 ? 'B is clearly worse in nothing.' : `B is clearly worse in ${worse} of these.`,
  ].join('\n');
}

function runsOf(a: Report, b: Report): string[] {
  return [['A', a] as const, ['B', b] as const].flatMap(([name, { date, seed, urls, generator }]) => [
    `${name}: ${date}, seed ${seed}, ${urls.join(', ')}`,
    ...(generator.reason === null ? [] : [`${name}: ${generator.reason}`]),
  ]);
}
