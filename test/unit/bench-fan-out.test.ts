import { describe, expect, it } from 'vitest';
import { ticksUpTo } from '../../client/bots/html/axis.ts';
import type { Report } from '../../client/bots/report.ts';
import { barePlanOf, frameHeaderBytes, plannedWrites } from '../bench/bare-plan.ts';
import type { Row } from '../bench/benchmark.ts';
import { density } from '../bench/density.ts';
import { compareWithBare } from '../bench/fan-out/bare-comparison.ts';
import { othersInInterest, tilesEachFor } from '../bench/fan-out/crowding.ts';
import { type Figures, figuresOf } from '../bench/fan-out/figures.ts';
import { ALONE, AT_ONCE } from '../bench/fan-out/limits.ts';
import { bareRows, sceneRows } from '../bench/fan-out/rows.ts';
import { botsOf, type Scene } from '../bench/fan-out/scene.ts';
import { EVERY_ROUND, inSmall, ONCE } from '../bench/fan-out/scenes.ts';
import { metricOf } from '../bench/fan-out/server-metrics.ts';
import type { Played } from '../bench/fan-out/stage.ts';
import { assertSound } from '../bench/fan-out/verdict.ts';
import { svgOf } from '../bench/plot-svg.ts';
import { numbersOf, onCore } from '../helpers/cores.ts';

const MEADOW: Scene = {
  name: 'meadow 1000',
  players: 1000,
  company: { kind: 'meadow', others: 25 },
  flushMs: 100,
};
const CROWD: Scene = { name: 'crowd 500', players: 500, company: { kind: 'crowd' }, flushMs: 100 };

const TRAFFIC = {
  framesPerPlayerPerSecond: 9,
  frameBytes: { mean: 50, p50: 40, p99: 130 },
  frameSample: [40, 125, 126, 130],
  messagesOutPerPlayerPerSecond: 1.2,
  bytesPerMessageOut: 13.4,
  updatesPerPlayerPerSecond: 25,
};

/** A scene that went as it ought to, but for what is said. */
function played(scene: Scene, changes: Partial<Pick<Report, 'ending' | 'faults' | 'generator' | 'traffic'>> = {}) {
  const report = {
    ending: 'complete',
    players: { asked: scene.players, joined: scene.players, refused: 0, dropped: 0, gaveUp: 0, full: 30 },
    faults: [],
    closings: [],
    seconds: 8,
    updates: { expected: 900, seen: 900, missed: 2, absent: 0, late: 0, ghosts: 1, duplicated: 3, misplaced: 0 },
    latencyMs: { p50: 60, p90: 100, p99: 120, max: 140 },
    generator: { eventLoopDelayMs: { p50: 1, p99: 10, max: 20 }, cpuSeconds: 4 },
    bytesPerPlayerPerSecond: { in: 450, out: 16 },
    traffic: scene.company.kind === 'crowd' ? { ...TRAFFIC, updatesPerPlayerPerSecond: 520 } : TRAFFIC,
    ...changes,
  } as Partial<Report> as Report;
  const updates = scene.company.kind === 'crowd' ? 521 : 26;
  return {
    scene,
    report,
    server: {
      cpu: { seconds: 8, microsPerSecond: 78_000, kernelShare: 0.5 },
      updatesPerSecond: updates * scene.players,
      flushMicrosPerSecond: 40_000,
      flushLevel: 0,
    },
  } satisfies Played;
}

describe('players in a meadow', () => {
  it.each([
    [60, 25],
    [250, 25],
    [1000, 5],
    [1000, 100],
    [5000, 25],
  ])('%d of them are so far apart that about %d others are in each interest', (players, others) => {
    expect(othersInInterest(players, tilesEachFor(players, others))).toBeCloseTo(others, 3);
  });

  it('stand closer the fewer they are, for more of them are at the edge', () => {
    const tiles = [100, 1000, 5000].map((players) => tilesEachFor(players, 25));
    expect(tiles).toEqual([...tiles].sort((a, b) => a - b));
  });

  it('cannot have more others around than there are', () => {
    expect(() => tilesEachFor(25, 25)).toThrow('25 players cannot have 25 others');
  });

  it('are told to the bots with a sample of judges among them', () => {
    const bots = botsOf(MEADOW, { url: 'ws://127.0.0.1:1/ws', seconds: 8, seed: 3 });
    expect(bots).toMatchObject({ players: 1000, behaviours: { wander: 1 }, fullShare: 0.1, seed: 3, seconds: 8 });
    expect(botsOf(CROWD, { url: '', seconds: 1, seed: 1 })).toMatchObject({
      behaviours: { crowd: 1 },
      fullShare: 0.06,
    });
    expect(botsOf({ ...CROWD, players: 10 }, { url: '', seconds: 1, seed: 1 }).fullShare).toBe(1);
  });

  it('are a twentieth of them when it has to be quick, and still enough for 25 others', () => {
    for (const scene of [...EVERY_ROUND, ...ONCE].map(inSmall)) {
      expect(scene.players).toBeLessThanOrEqual(250);
      expect(() => botsOf(scene, { url: '', seconds: 1, seed: 1 })).not.toThrow();
    }
  });
});

describe('a bare loop', () => {
  it.each([
    [125, 2],
    [126, 4],
    [65_535, 4],
    [65_536, 10],
  ])('writes a payload of %d bytes with a header of %d', (payload, header) => {
    expect(frameHeaderBytes(payload)).toBe(header);
  });

  it('does what was measured: as often, as large, to as many, and as much comes in', () => {
    const plan = barePlanOf(2000, 100, TRAFFIC);
    expect(plan).toEqual({
      sockets: 2000,
      everyMs: 100,
      slice: 250,
      chance: 0.9,
      sizes: [42, 127, 130, 134],
      inbound: { perSecond: 1.2, bytes: 13 + 2 + 4 },
    });
    expect(plannedWrites(plan)).toBe(18_000);
  });

  it('cannot do more than a write a flush, nor the same as nothing', () => {
    expect(barePlanOf(10, 100, { ...TRAFFIC, framesPerPlayerPerSecond: 10.4 }).chance).toBe(1);
    expect(() => barePlanOf(10, 100, { ...TRAFFIC, frameSample: [] })).toThrow(RangeError);
  });

  it('is compared by player and second, and the rest is told apart', () => {
    const { server } = played(MEADOW);
    const bareLoop = { seconds: 6, microsPerSecond: 52_000, kernelShare: 0.75 };
    const comparison = compareWithBare(1000, server, bareLoop);
    expect(comparison).toEqual({
      server: { micros: 78, kernelMicros: 39 },
      bareLoop: { micros: 52, kernelMicros: 39 },
      flushMicros: 40,
    });
    const [ratio, ...rest] = bareRows(1.5, [comparison]);
    expect(ratio).toEqual({ name: 'against bare loop', value: 1.5, unit: '×', bar: 1.5, ok: true });
    expect(rest.map(({ value }) => value)).toEqual([78, 39, 40, 52, 39]);
  });
});

describe('the figures of a scene', () => {
  const figures = figuresOf({ unsound: undefined, ...played(MEADOW), bareWriteMicros: 9.4 });

  it('are of the whole process, for each update and each player, and as if a bare write took 4.7 µs', () => {
    expect(figures).toMatchObject({ micros: 3, scaledMicros: 1.5, playerMicros: 78, scaledPlayerMicros: 39 });
    expect(figures).toMatchObject({ corePercent: 7.8, p50Ms: 60, p99Ms: 120, missed: 6 });
  });

  it('have the headers of frames among the bytes', () => {
    expect(figures.bytes).toBe(450 + 9 * 3);
  });

  it('become rows of medians, with the bars that are theirs, and everything that was ever missed', () => {
    const [scene] = EVERY_ROUND.filter(({ name }) => name === 'meadow 2000');
    if (scene === undefined) throw new Error('there is no such scene');
    const rounds = [3, 5, 4].map((scaledMicros, i): Figures => ({ ...figures, scaledMicros, missed: i }));
    const rows = new Map(sceneRows({ scene, rounds, unsound: 0 }).map((row) => [row.name, row]));
    expect(rows.get('meadow 2000 us')).toMatchObject({ value: 4, bar: 4, ok: true });
    expect(rows.get('meadow 2000 p99 ms')).toMatchObject({ value: 120, bar: 250, ok: true });
    expect(rows.get('meadow 2000 missed')).toMatchObject({ value: 3, bar: 0, ok: false });
    expect(rows.get('meadow 2000 rounds that do not count')).toMatchObject({ value: 0, bar: 0, ok: true });
  });

  it('hold no bar once a round did not count, whatever the figures of the others are', () => {
    const [scene] = EVERY_ROUND.filter(({ name }) => name === 'meadow 2000');
    if (scene === undefined) throw new Error('there is no such scene');
    const rows = new Map(sceneRows({ scene, rounds: [figures], unsound: 1 }).map((row) => [row.name, row]));
    expect(rows.get('meadow 2000 us')).toMatchObject({ value: 1.5, bar: 4, ok: false });
    expect(rows.get('meadow 2000 p99 ms')).toMatchObject({ bar: 250, ok: false });
    expect(rows.get('meadow 2000 missed')).toMatchObject({ ok: false });
    expect(rows.get('meadow 2000 rounds that do not count')).toMatchObject({ value: 1, bar: 0, ok: false });
  });

  it('have names of their own in every scene', () => {
    const names = [...EVERY_ROUND, ...ONCE].flatMap((scene) => sceneRows({ scene, rounds: [figures], unsound: 0 }));
    expect(new Set(names.map(({ name }) => name)).size).toBe(names.length);
    expect(names.map(({ name }) => name)).toContain('crowd 500 us at 50 ms');
    expect(names.find(({ name }) => name === 'crowd 500 us at 50 ms')?.bar).toBeUndefined();
  });
});

describe('a scene is refused', () => {
  const generator = played(MEADOW).report.generator;

  it('not when all is well, and not for what is counted', () => {
    expect(() => assertSound(played(MEADOW), ALONE)).not.toThrow();
    expect(() => assertSound(played(CROWD), ALONE)).not.toThrow();
    expect(() => assertSound(played(MEADOW, { faults: [{ kind: 'missed', count: 2 }] }), ALONE)).not.toThrow();
  });

  it('not for flushes more seldom, nor for those turned away, where several servers start at once', () => {
    const faults = [{ kind: 'refused', count: 2 }] as const;
    const scene = { ...played(MEADOW, { faults }), server: { ...played(MEADOW).server, flushLevel: 1 } };
    expect(() => assertSound(scene, AT_ONCE)).not.toThrow();
    expect(() => assertSound(scene, ALONE)).toThrow('2 players were refused');
  });

  it.each([
    ['it was abandoned', played(MEADOW, { ending: 'abandoned' }), 'was abandoned'],
    ['players were lost', played(MEADOW, { faults: [{ kind: 'dropped', count: 2 }] }), '2 players lost the connection'],
    ['the load used its core up', played(MEADOW, { generator: { ...generator, cpuSeconds: 7.9 } }), '99 % of its core'],
    [
      'the load was late',
      played(MEADOW, { generator: { ...generator, eventLoopDelayMs: { p50: 1, p99: 140, max: 900 } } }),
      '140 ms late at p99: the machine is too busy',
    ],
    [
      'a crowd could not turn',
      played(CROWD, { traffic: { ...TRAFFIC, updatesPerPlayerPerSecond: 350 } }),
      'turned 0.70 times a second instead of once: the machine is too busy',
    ],
    [
      'a meadow was not as dense as it was to be',
      played(MEADOW, { traffic: { ...TRAFFIC, updatesPerPlayerPerSecond: 31 } }),
      'told of 31.0 updates a second, where 25 were meant',
    ],
    [
      'server and players count differently',
      { ...played(MEADOW), server: { ...played(MEADOW).server, updatesPerSecond: 20_000 } },
      'the server says that it told each player 19.0 updates a second, and the players know of 25.0',
    ],
    [
      'the server flushed more seldom',
      { ...played(MEADOW), server: { ...played(MEADOW).server, flushLevel: 1 } },
      'the server flushed more seldom than every 100 ms: the machine is too busy',
    ],
  ])('when %s', (_why, scene, sentence) => {
    expect(() => assertSound(scene, ALONE)).toThrow(sentence);
  });
});

describe('a process on a core', () => {
  it('is started through taskset, or as it is without a core', () => {
    expect(onCore(3, ['node', 'x'])).toEqual(['taskset', '--cpu-list', '3', 'node', 'x']);
    expect(onCore(undefined, ['node', 'x'])).toEqual(['node', 'x']);
  });

  it.each([
    ['0-1', [0, 1]],
    ['2', [2]],
    ['0-2,5,7-8', [0, 1, 2, 5, 7, 8]],
    ['', []],
  ])('may be on the cores of the list "%s"', (list, numbers) => {
    expect(numbersOf(list)).toEqual(numbers);
  });
});

describe("the server's metrics", () => {
  const PAGE =
    '# HELP flatlands_sessions Open.\nflatlands_sessions 12\nflatlands_sessions_total 9\nflatlands_x 1.5e+21\n';

  it('are read by their whole name, and may not be there', () => {
    expect(metricOf(PAGE, 'flatlands_sessions')).toBe(12);
    expect(metricOf(PAGE, 'flatlands_x')).toBe(1.5e21);
    expect(metricOf(PAGE, 'flatlands_session')).toBeUndefined();
  });
});

describe('a plot', () => {
  it.each([
    [92, [0, 20, 40, 60, 80, 100]],
    [100, [0, 20, 40, 60, 80, 100]],
    [3.3, [0, 1, 2, 3, 4]],
    [0.07, [0, 0.02, 0.04, 0.06, 0.08]],
    [0, [0, 1]],
  ])('has round ticks up to at least %d', (most, ticks) => {
    expect(ticksUpTo(most, 5)).toEqual(ticks);
  });

  it('places points by the logarithm of x and from 0 upwards, with labels as they are written', () => {
    const points = [
      { x: 10, y: 50 },
      { x: 100, y: 1234 },
      { x: 1000, y: 100 },
    ];
    const svg = svgOf('a < b', [{ title: 'A & B', xLabel: 'x', yLabel: 'y', points }]);
    expect(svg).toContain('<title>a &lt; b</title>');
    expect(svg).toContain('A &amp; B');
    expect(svg).toContain('>1,230</text>');
    const curve = /polyline points="([^"]+)"/.exec(svg)?.[1] ?? '';
    const [first, second, third] = curve.split(' ').map((place) => place.split(',').map(Number));
    expect((second?.[0] ?? 0) - (first?.[0] ?? 0)).toBeCloseTo((third?.[0] ?? 0) - (second?.[0] ?? 0), 0);
    expect(second?.[1]).toBeLessThan(third?.[1] ?? 0);
  });

  it('has no curve of one point', () => {
    const panel = { title: 'A', xLabel: 'x', yLabel: 'y', points: [{ x: 1, y: 1 }] };
    expect(() => svgOf('a', [panel])).toThrow(RangeError);
  });

  it('of the density has two panels, with the rows of its benchmark and no others', () => {
    const rowsOf = (scene: string, value: number, doesNotCount = 0): Row[] => [
      { name: `${scene}: us per player and second`, value, unit: 'µs' },
      { name: `${scene}: does not count`, value: doesNotCount, unit: '', bar: 0, ok: doesNotCount === 0 },
    ];
    const players = (isLastLeftOut: boolean): Row[] =>
      [250, 500, 1000, 2000, 5000].flatMap((count) =>
        rowsOf(
          `${count} players, 25 others in each interest`,
          60 + count / 500,
          isLastLeftOut && count === 5000 ? 1 : 0,
        ),
      );
    const costs = players(false);
    const crowding = [5, 10, 50, 100].flatMap((others) =>
      rowsOf(`1000 players, ${others} others in each interest`, 40 + others / 2),
    );
    const svg = density.plot([...costs, ...crowding]);
    expect(svg.match(/<polyline/g)).toHaveLength(2);
    expect(svg.match(/<circle/g)).toHaveLength(10);
    // What the machine did not carry is no point of a plot.
    expect(density.plot([...players(true), ...crowding]).match(/<circle/g)).toHaveLength(9);
    expect(() => density.plot(costs)).toThrow('There is no row "1000 players, 5 others');
  });
});
