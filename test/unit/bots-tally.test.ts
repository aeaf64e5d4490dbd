import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_SQUARES, MissHeat, mergeHeat } from '../../client/bots/miss-heat.ts';
import { Participant, type Update } from '../../client/bots/participant.ts';
import { Presence } from '../../client/bots/presence.ts';
import { createRandom } from '../../client/bots/random.ts';
import { Tally } from '../../client/bots/tally.ts';
import { UNITS_PER_SQUARE } from '../../shared/constants.ts';

let tally: Tally;

/** Somebody at a place in squares. */
function at(x: number, y: number, group?: number): Participant {
  const setup = { name: 'bot', behaviour: 'wander', group, node: 'a', screen: { width: 40, height: 24 } };
  const participant = new Participant(setup);
  participant.x = x * UNITS_PER_SQUARE;
  participant.y = y * UNITS_PER_SQUARE;
  return participant;
}

const updateOf = (mover: Participant): Update => ({
  mover,
  n: 1,
  sentMs: 0,
  sentPatientMs: 0,
  watchers: [],
  pair: undefined,
});

beforeEach(() => {
  tally = new Tally(() => 0, createRandom(1));
});

describe('the tally', () => {
  it.each([
    ['in the middle of one square', at(2.2, 3.2), at(2.8, 3.9), true],
    ['at either side of a border', at(2.99, 3.5), at(3, 3.5), false],
    ['one above the other', at(2.5, 3.99), at(2.5, 4), false],
    ['about the origin', at(-0.01, 0), at(0, 0), false],
    ['at a corner and at the end of one square', at(-1, -1), at(-0.01, -0.01), true],
  ])('tells latencies of players %s apart', (_, mover, observer, isSame) => {
    tally.seen(updateOf(mover), observer, 80, false, false);
    expect(tally.byPair.sameSquare.count).toBe(isSame ? 1 : 0);
    expect(tally.byPair.acrossBorder.count).toBe(isSame ? 0 : 1);
    expect(tally.latency().count).toBe(1);
  });

  it('has for every second what happened in it, also in the fault window', () => {
    const [mover, observer] = [at(0, 0), at(0, 0)];
    tally.seen(updateOf(mover), observer, 80, false, false);
    tally.seen(updateOf(mover), observer, 700, true, true);
    tally.missed(updateOf(mover), observer, 3000, true);
    tally.absent(mover, observer, 1000, false);
    tally.ghost(mover, observer, 1000, true);
    tally.duplicated('bot', observer, '', false);
    tally.frameGap.record(100);
    expect(tally.interval.take()).toMatchObject({ seen: 2, late: 1, missed: 2, ghosts: 1, duplicated: 1 });
    expect(tally.interval.take()).toEqual({
      seen: 0,
      late: 0,
      missed: 0,
      ghosts: 0,
      duplicated: 0,
      latencyMs: null,
      frameGapMs: null,
    });
    expect(tally.updates).toMatchObject({ seen: 1, missed: 1, duplicated: 1 });
    expect(tally.frameGap.count).toBe(1);
  });

  it('counts by group where there are groups, outside the fault window', () => {
    const observer = at(0, 0, 0);
    const [first, second] = [at(0, 0, 1), at(0, 0, 1)];
    for (const participant of [observer, first, second, at(0, 0)]) tally.came(participant);
    tally.seen(updateOf(first), observer, 80, false, false);
    tally.seen(updateOf(second), observer, 90, false, true);
    tally.missed(updateOf(second), observer, 3000, false);
    tally.seen(updateOf(at(0, 0)), observer, 100, false, false);
    expect(tally.byGroup.get(0)).toMatchObject({ players: 1, updates: 0 });
    expect(tally.byGroup.get(1)).toMatchObject({ players: 2, updates: 2 });
    expect(tally.byGroup.get(1)?.latency.count).toBe(1);
    expect(tally.byGroup.size).toBe(2);
  });

  it('knows where things went wrong, by the mover’s square, outside the fault window', () => {
    const observer = at(9, 9);
    tally.missed(updateOf(at(-0.5, 2.5)), observer, 3000, false);
    tally.missed(updateOf(at(-0.1, 2.1)), observer, 3000, false);
    tally.absent(at(-0.5, 2.5), observer, 1000, false);
    tally.ghost(at(4, 4), observer, 1000, false);
    tally.missed(updateOf(at(7, 7)), observer, 3000, true);
    expect(tally.heat.list()).toEqual({
      squares: [
        { sx: -1, sy: 2, missed: 2, absent: 1, ghosts: 0, misplaced: 0 },
        { sx: 4, sy: 4, missed: 0, absent: 0, ghosts: 1, misplaced: 0 },
      ],
      leftOut: { squares: 0, faults: 0 },
    });
  });
});

describe('the heat of misses', () => {
  it('keeps the worst squares and says what it left out', () => {
    const heat = new MissHeat();
    for (let i = 0; i < MAX_SQUARES + 20; i++) {
      heat.count('missed', i * UNITS_PER_SQUARE, 0);
      if (i >= 20) heat.count('ghosts', i * UNITS_PER_SQUARE, 0);
    }
    const { squares, leftOut } = heat.list();
    expect(squares).toHaveLength(MAX_SQUARES);
    expect(squares.every(({ sx }) => sx >= 20)).toBe(true);
    expect(leftOut).toEqual({ squares: 20, faults: 20 });
  });

  it('has bounded memory', () => {
    const heat = new MissHeat();
    for (let i = 0; i < 25_000; i++) heat.count('missed', i * UNITS_PER_SQUARE, 0);
    const { squares, leftOut } = heat.list();
    expect(squares.length + leftOut.faults).toBe(25_000);
    expect(leftOut.squares).toBeLessThan(25_000 - MAX_SQUARES);
  });

  it('of several runs is added up by square', () => {
    const [a, b] = [new MissHeat(), new MissHeat()];
    a.count('missed', 0, 0);
    b.count('absent', 0, 0);
    b.count('ghosts', -1, 0);
    expect(mergeHeat([a.list(), b.list()]).squares).toEqual([
      { sx: 0, sy: 0, missed: 1, absent: 1, ghosts: 0, misplaced: 0 },
      { sx: -1, sy: 0, missed: 0, absent: 0, ghosts: 1, misplaced: 0 },
    ]);
  });
});

describe('the presence', () => {
  it('is how many there were at a time, on average', () => {
    const presence = new Presence();
    expect([presence.players, presence.observers]).toEqual([0, 0]);
    presence.record(10, 4, 100);
    presence.record(30, 4, 300);
    expect([presence.players, presence.observers]).toEqual([25, 4]);
  });
});
