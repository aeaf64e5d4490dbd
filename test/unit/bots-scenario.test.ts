import { describe, expect, it } from 'vitest';
import { Attendance } from '../../client/bots/attendance.ts';
import { type BotsOptions, DEFAULTS, type Group } from '../../client/bots/options.ts';
import { populate } from '../../client/bots/population.ts';
import { playersAt, playersAtFirst, type Span, spanOf, stirAt, stirsOf } from '../../client/bots/scenario.ts';
import type { Blocked } from '../../shared/motion.ts';

const open: Blocked = () => false;

const group = (some: Partial<Group>): Group => ({
  name: 'wander',
  behaviours: { wander: 1 },
  players: 10,
  fromSeconds: undefined,
  toSeconds: undefined,
  overSeconds: 0,
  placement: undefined,
  fullShare: undefined,
  screen: undefined,
  node: undefined,
  ...some,
});

const played = (groups: readonly Group[], some: Partial<BotsOptions> = {}): BotsOptions => ({
  ...DEFAULTS,
  players: groups.reduce((sum, { players }) => sum + players, 0),
  seconds: 60,
  scenario: { name: 'Test', groups },
  ...some,
});

const CROWD = group({ name: 'crowd', behaviours: { crowd: 1 }, fromSeconds: 20, toSeconds: 40, overSeconds: 5 });
const LATE = group({ name: 'late', players: 4, fromSeconds: 22 });
const EARLY = group({ name: 'early', toSeconds: 30, overSeconds: 10 });

describe('a group', () => {
  it('comes evenly from its beginning on, goes in the same order, and is gone by its end', () => {
    const spans = [0, 1, 9].map((rank) => spanOf(CROWD, rank));
    expect(spans).toEqual([
      { comesAtMs: 20_000, goesAtMs: 35_500 },
      { comesAtMs: 20_500, goesAtMs: 36_000 },
      { comesAtMs: 24_500, goesAtMs: 40_000 },
    ]);
  });

  it('without a beginning or an end is there all the time', () => {
    expect(spanOf(group({}), 3)).toEqual({ comesAtMs: undefined, goesAtMs: undefined });
    expect(spanOf(LATE, 3)).toEqual({ comesAtMs: 22_000, goesAtMs: undefined });
  });
});

describe('how many are to be in the world', () => {
  const options = played([group({}), CROWD, LATE, EARLY]);

  it.each([
    [0, 20],
    [19.9, 20],
    [20, 21],
    [20.9, 22],
    [22, 27],
    [29.99, 25],
    [30, 24],
    [35, 24],
    [37.5, 19],
    [40, 14],
    [60, 14],
  ])('at second %d is %i', (seconds, players) => {
    expect(playersAt(options, seconds)).toBe(players);
  });

  it('is before the beginning those who have none, and everybody without a scenario', () => {
    expect(playersAtFirst(options)).toBe(20);
    expect(playersAtFirst(DEFAULTS)).toBe(100);
    expect(playersAt(DEFAULTS, 5)).toBe(100);
  });

  it('is what follows from each player’s own time', () => {
    const roles = populate(options, open);
    for (let ms = 50; ms < 60_000; ms += 700) {
      const present = roles.filter(
        ({ comesAtMs = 0, goesAtMs = Number.POSITIVE_INFINITY }) => comesAtMs <= ms && goesAtMs > ms,
      );
      expect(playersAt(options, ms / 1000), `${ms} ms`).toBe(present.length);
    }
  });
});

describe('who comes and goes', () => {
  const scenario = { name: 'Test', groups: [group({}), CROWD, LATE, EARLY] };

  it('is listed in order of time', () => {
    expect(stirsOf(scenario)).toEqual([
      { label: 'crowd +10', fromSeconds: 20, toSeconds: 25 },
      { label: 'early −10', fromSeconds: 20, toSeconds: 30 },
      { label: 'late +4', fromSeconds: 22, toSeconds: 22 },
      { label: 'crowd −10', fromSeconds: 35, toSeconds: 40 },
    ]);
  });

  it('is said while it lasts, and long enough to be read', () => {
    expect(stirAt(scenario, 19)).toBe('');
    expect(stirAt(scenario, 23)).toBe('crowd +10, early −10, late +4');
    expect(stirAt(scenario, 24.5)).toBe('crowd +10, early −10');
    expect(stirAt(scenario, 40)).toBe('');
  });
});

describe('the population of a scenario', () => {
  it('has each group’s own players, those first who are there first, the others as they come', () => {
    const roles = populate(played([CROWD, group({ players: 30 }), LATE]), open);
    expect(roles).toHaveLength(44);
    expect(roles.slice(0, 30).every((role) => role.group === 1 && role.comesAtMs === undefined)).toBe(true);
    const times = roles.slice(30).map(({ comesAtMs }) => comesAtMs as number);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(roles.filter((role) => role.group === 0).every(({ behaviour }) => behaviour === 'crowd')).toBe(true);
    expect(roles.slice(30).map((role) => role.group)).toContain(2);
  });

  it('without a scenario is of one group that is none', () => {
    for (const role of populate(DEFAULTS, open)) {
      expect(role).toMatchObject({ group: undefined, comesAtMs: undefined, goesAtMs: undefined });
    }
  });

  it('walks as it does whenever its groups come', () => {
    const waysOf = (some: Partial<Group>) =>
      JSON.stringify(
        populate(played([group({}), group({ players: 20, ...some })]), open)
          .map(({ place, node, random }) => [place, node, random()])
          .sort(),
      );
    expect(waysOf({ fromSeconds: 10 })).toBe(waysOf({}));
  });

  it('has what its groups say of placement, screens, the full picture and servers, and else what the run says', () => {
    const urls = ['ws://a/ws', 'ws://b/ws'];
    const special = group({
      players: 20,
      placement: 'together',
      screen: { width: 20, height: 12 },
      fullShare: 0.5,
      node: 1,
    });
    const roles = populate(played([group({ players: 40 }), special], { urls, fullShare: 0.1 }), open);
    const [usual, own] = [0, 1].map((index) => roles.filter((role) => role.group === index));
    expect(own?.filter(({ isFull }) => isFull)).toHaveLength(10);
    expect(usual?.filter(({ isFull }) => isFull)).toHaveLength(4);
    expect(own?.every(({ node, screen }) => node === 1 && screen.width === 20)).toBe(true);
    expect(usual?.filter(({ node }) => node === 0)).toHaveLength(20);
    expect(own?.every(({ place }) => Math.abs(place.tileX) <= 10 && Math.abs(place.tileY) <= 6)).toBe(true);
    expect(usual?.some(({ place }) => Math.abs(place.tileX) > 10)).toBe(true);
  });

  it('has the full picture throughout where one of the groups builds', () => {
    const roles = populate(played([group({ fullShare: 0.1 }), group({ behaviours: { mixed: 1 } })]), open);
    expect(roles.every(({ isFull }) => isFull)).toBe(true);
  });

  it('has a caravan for each group of those who migrate', () => {
    const migrants = { behaviours: { migrate: 1 } } as const;
    const roles = populate(played([group(migrants), group({ ...migrants, fromSeconds: 10 })]), open);
    expect(new Set(roles.map(({ caravan }) => caravan)).size).toBe(2);
  });
});

describe('the attendance', () => {
  const span = (comesAtMs: number | undefined, goesAtMs: number | undefined): Span => ({ comesAtMs, goesAtMs });
  const SPANS = [
    span(undefined, undefined),
    span(undefined, 900),
    span(100, undefined),
    span(100, 300),
    span(500, 700),
  ];

  it('tells how many have come by then', () => {
    const attendance = new Attendance(SPANS);
    expect(attendance.first).toBe(2);
    expect([0, 99, 100, 499, 500, 9000].map((ms) => attendance.comeBy(ms))).toEqual([2, 2, 4, 4, 5, 5]);
  });

  it('tells once who is to go', () => {
    const attendance = new Attendance(SPANS);
    expect([299, 300, 301, 800, 899, 5000, 6000].map((ms) => attendance.goBy(ms, 5))).toEqual([
      [],
      [3],
      [],
      [4],
      [],
      [1],
      [],
    ]);
  });

  it('lets nobody go before they have come', () => {
    const attendance = new Attendance(SPANS);
    expect(attendance.goBy(1000, 3)).toEqual([]);
    expect(attendance.goBy(1000, 5)).toEqual([3, 4, 1]);
  });
});
