import { atMost, type Row } from '../benchmark.ts';
import { medianOf } from '../median.ts';
import type { BareComparison } from './bare-comparison.ts';
import type { Figures } from './figures.ts';
import type { ReferenceScene } from './scenes.ts';

/** A scene with the figures of its rounds. */
export interface SceneFigures {
  readonly scene: ReferenceScene;
  /** Those that count; all of them, where none does. */
  readonly rounds: readonly Figures[];
  /** How many did not count: whatever their figures are, the scene was not carried. */
  readonly unsound: number;
}

export function sceneRows({ scene: { name, suffix, bars }, rounds, unsound }: SceneFigures): Row[] {
  const row = (what: string, unit: string, figure: (figures: Figures) => number, bar?: number): Row => {
    const plain = { name: `${name} ${what}${suffix}`, value: medianOf(rounds, figure), unit };
    return bar === undefined ? plain : carried(atMost(bar, plain));
  };
  const carried = (judged: Row): Row => (unsound === 0 ? judged : { ...judged, ok: false });
  // What is missed in one round is not made good by the others.
  const missed = rounds.reduce((sum, figures) => sum + figures.missed, 0);
  const missedRow = { name: `${name} missed${suffix}`, value: missed, unit: '' };
  return [
    row('us', 'µs', (figures) => figures.scaledMicros, bars?.micros),
    row('us unscaled', 'µs', (figures) => figures.micros),
    row('us per player and second', 'µs', (figures) => figures.scaledPlayerMicros),
    row('p50 ms', 'ms', (figures) => figures.p50Ms),
    row('p99 ms', 'ms', (figures) => figures.p99Ms, bars?.p99Ms),
    bars === undefined ? missedRow : carried(atMost(0, missedRow)),
    row('updates', '1/s', (figures) => figures.updates),
    row('frames', '1/s', (figures) => figures.frames),
    row('bytes', 'B/s', (figures) => figures.bytes),
    row('of a core', '%', (figures) => figures.corePercent),
    atMost(0, { name: `${name} rounds that do not count${suffix}`, value: unsound, unit: '' }),
  ];
}

/** Rows of a comparison: what the server takes more is the kernel's, or its own code's, in flushes or outside of them. */
export function bareRows(bar: number, rounds: readonly BareComparison[]): Row[] {
  const row = (what: string, figure: (comparison: BareComparison) => number): Row => ({
    name: `against bare loop: ${what}`,
    value: medianOf(rounds, figure),
    unit: 'µs',
  });
  return [
    atMost(bar, {
      name: 'against bare loop',
      value: medianOf(rounds, ({ server, bareLoop }) => server.micros / bareLoop.micros),
      unit: '×',
    }),
    row('server', ({ server }) => server.micros),
    row('server, of that the kernel', ({ server }) => server.kernelMicros),
    row('server, real time in flushes', ({ flushMicros }) => flushMicros),
    row('bare loop', ({ bareLoop }) => bareLoop.micros),
    row('bare loop, of that the kernel', ({ bareLoop }) => bareLoop.kernelMicros),
  ];
}
