import { describe, expect, it } from 'vitest';
import { TICK_MS, UNITS_PER_SQUARE } from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';
import { compare } from '../bench/motion/comparison.ts';
import { TextbookClient, TextbookServer } from '../bench/motion/textbook.ts';
import { Timeline } from '../bench/motion/timeline.ts';
import { TruePath } from '../bench/motion/true-path.ts';
import { free } from '../helpers/walls.ts';

const EAST = 0;
/** Steps of a tick along an axis, in units (M1). */
const STEP = 51;

describe('the truth of the benchmark', () => {
  it('is where the server’s motions lead, between ticks as well, and nothing before the first', () => {
    const path = new TruePath(free);
    path.add({ tick: 10, x: 0, y: 0, heading: EAST });
    expect(path.at(9 * TICK_MS)).toBeUndefined();
    expect(path.at(12.5 * TICK_MS)).toEqual({ x: 2.5 * STEP, y: 0 });
  });

  it('is another when the server has changed its mind about the past', () => {
    const path = new TruePath(free);
    path.add({ tick: 10, x: 0, y: 0, heading: EAST });
    path.add({ tick: 20, x: 10 * STEP, y: 0, heading: EAST });
    path.add({ tick: 15, x: 5 * STEP, y: 0, heading: STANDING });
    expect(path.at(30 * TICK_MS)).toEqual({ x: 5 * STEP, y: 0 });
  });
});

describe('the textbook', () => {
  const WEST_OF_ZERO = -3;
  const around = { x: WEST_OF_ZERO, y: UNITS_PER_SQUARE };

  it('tells only those who have moved, in eight bytes each', () => {
    const server = new TextbookServer();
    expect(server.frame(1, [{ id: 1, x: 0, y: 0 }])).toHaveLength(6 + 8);
    expect(server.frame(2, [{ id: 1, x: 0, y: 0 }])).toBeUndefined();
  });

  it('shows a straight line between two messages, and nobody moves after the newest', () => {
    const server = new TextbookServer();
    const client = new TextbookClient();
    for (const [tick, x] of [
      [1, WEST_OF_ZERO],
      [2, 47],
    ] as const) {
      const frame = server.frame(tick, [{ id: 1, x, y: UNITS_PER_SQUARE }]);
      if (frame !== undefined) client.received(frame);
    }
    expect(client.shownAt(1, TICK_MS, around)).toEqual(around);
    expect(client.shownAt(1, 1.5 * TICK_MS, around)).toEqual({ x: 22, y: UNITS_PER_SQUARE });
    expect(client.shownAt(1, 9 * TICK_MS, around)).toEqual({ x: 47, y: UNITS_PER_SQUARE });
    expect(client.shownAt(2, TICK_MS, around)).toBeUndefined();
  });
});

describe('simulated time', () => {
  it('lets what is to happen happen in order, also what is asked for on the way', () => {
    const timeline = new Timeline();
    const begin = timeline.now();
    const told: string[] = [];
    const tell = (what: string) => (): void => void told.push(`${what} ${timeline.now() - begin}`);
    timeline.later(20, tell('third'));
    timeline.later(10, () => {
      tell('first')();
      timeline.later(0, tell('second'));
    });
    timeline.later(31, tell('not yet'));
    timeline.advance(30);
    expect(told).toEqual(['first 10', 'second 10', 'third 20']);
    expect(timeline.now() - begin).toBe(30);
  });
});

describe('the comparison', () => {
  const PLAYERS = 6;
  const run = (latencyMs: number) =>
    compare({
      players: PLAYERS,
      seed: 1,
      conditions: { latencyMs, jitterMs: 0, stallMs: 0, stallsPerMinute: 0, bytesPerSecond: 0 },
      warmUpMs: 1000,
      measuredMs: 2000,
    });

  it('finds no error where the news is there before it is due, and everybody in the picture', async () => {
    const { ours, textbook, delays, othersInPicture } = await run(40);
    expect(ours.errors.at(100)).toBeLessThan(0.05);
    expect(textbook.errors.at(100)).toBeLessThan(0.05);
    expect(delays.at(1)).toBeGreaterThan(140);
    expect(othersInPicture).toBeCloseTo(PLAYERS - 1, 1);
  });

  it('finds errors where the news comes too late, so that none found says something', async () => {
    const { ours } = await run(700);
    expect(ours.errors.at(99)).toBeGreaterThan(0.5);
  });
});
