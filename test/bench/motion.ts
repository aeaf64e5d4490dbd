import type { LinkConditions } from '../../client/core/link-conditioner.ts';
import { atMost, type Benchmark, type Row } from './benchmark.ts';
import { type ConditionFigures, compare } from './motion/comparison.ts';

/** Round trips and how far they vary up and down, in ms. */
const ROUND_TRIPS = [40, 100, 250];
const JITTERS = [0, 30, 80];
/** Lost packets: nothing passes for so long, so often. */
const STALL_MS = 500;
const STALLS_PER_MINUTE = 6;
const STALLED: readonly (readonly [latencyMs: number, jitterMs: number])[] = [
  [40, 0],
  [100, 30],
  [250, 80],
];

/** On this connection the figures have to reach their bars. */
const JUDGED = '100±30';
const MOST_ERROR_TILES = 0.1;
const MOST_BYTES_RATIO = 0.2;
const MOST_DELAY_MS = 350;

interface Condition {
  readonly name: string;
  readonly conditions: LinkConditions;
}

const CONDITIONS: readonly Condition[] = [
  ...ROUND_TRIPS.flatMap((latencyMs) => JITTERS.map((jitterMs) => conditionOf(latencyMs, jitterMs, false))),
  ...STALLED.map(([latencyMs, jitterMs]) => conditionOf(latencyMs, jitterMs, true)),
];

function conditionOf(latencyMs: number, jitterMs: number, isStalled: boolean): Condition {
  const stalls = isStalled
    ? { stallMs: STALL_MS, stallsPerMinute: STALLS_PER_MINUTE }
    : { stallMs: 0, stallsPerMinute: 0 };
  return {
    name: `${latencyMs}±${jitterMs}${isStalled ? ' stalls' : ''}`,
    conditions: { latencyMs, jitterMs, ...stalls, bytesPerSecond: 0 },
  };
}

/**
 * How true what is shown is, and what it costs: real server, real clients and the net lab's connections in simulated
 * time, beside positions sent 20 times a second and interpolated.
 */
export const motion: Benchmark = {
  name: 'motion',
  about: 'what is shown against the truth on bad connections, beside positions 20 times a second, shown 100 ms behind',
  run: async ({ quick, say }) => {
    const rows: Row[] = [];
    for (const { name, conditions } of CONDITIONS) {
      say(`round trip ${name} ms …`);
      const figures = await compare({
        players: quick ? 30 : 50,
        seed: 1,
        conditions,
        warmUpMs: quick ? 3000 : 12_000,
        measuredMs: quick ? 4000 : 60_000,
      });
      rows.push(...rowsOf(name, figures));
    }
    return rows;
  },
};

function rowsOf(name: string, figures: ConditionFigures): Row[] {
  const { ours, textbook, ownErrors, correctionsPerMinute, delays, othersInPicture } = figures;
  const judge = (bar: number, row: Row): Row => (name === JUDGED ? atMost(bar, row) : row);
  const ratio = ours.bytesPerSecond / textbook.bytesPerSecond;
  return [
    { name: `error p50 (${name})`, value: ours.errors.at(50), unit: 'tiles' },
    judge(MOST_ERROR_TILES, { name: `error p99 (${name})`, value: ours.errors.at(99), unit: 'tiles' }),
    { name: `textbook error p99 (${name})`, value: textbook.errors.at(99), unit: 'tiles' },
    { name: `own error p99 (${name})`, value: ownErrors.at(99), unit: 'tiles' },
    judge(0, { name: `corrections (${name})`, value: correctionsPerMinute, unit: '1/min' }),
    { name: `bytes (${name})`, value: ours.bytesPerSecond, unit: 'B/s' },
    { name: `textbook bytes (${name})`, value: textbook.bytesPerSecond, unit: 'B/s' },
    judge(MOST_BYTES_RATIO, { name: `bytes ratio (${name})`, value: ratio, unit: '' }),
    {
      name: `bytes ratio, screen alone (${name})`,
      value: ours.bytesPerSecond / figures.textbookScreenBytesPerSecond,
      unit: '',
    },
    judge(MOST_DELAY_MS, { name: `delay p99 (${name})`, value: delays.at(99), unit: 'ms' }),
    // Whoever is missing is in no error: with fewer in the picture all figures look better.
    { name: `others in picture (${name})`, value: othersInPicture, unit: '' },
  ];
}
