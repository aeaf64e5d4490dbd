import { atMost, type BenchmarkOptions, type Row } from './benchmark.ts';
import { type Figures, figuresOf } from './fan-out/figures.ts';
import type { Scene } from './fan-out/scene.ts';
import { FLUSH_MS, inSmall, OTHERS } from './fan-out/scenes.ts';
import { type Measured, type Pace, playAtOnce, playInTurn, Workbench } from './fan-out/workbench.ts';
import { assertOpenFiles } from './open-files.ts';
import type { PlottedBenchmark } from './plot.ts';
import { svgOf } from './plot-svg.ts';

/**
 * What a player costs as there are more of them, each with as many others around; and as there are more others around
 * each of as many. Scaled as in `fan-out`. `--quick` has a twentieth of the players, all scenes at the same time, and says
 * little of costs.
 */
export const density: PlottedBenchmark = {
  name: 'density',
  about: 'what a player costs: with more players as densely, and with as many more densely (see --plot)',
  run: ({ quick, say }) => measure(quick, say),
  plot,
};

/** Players, with 25 others in each interest. */
const PLAYERS = [250, 500, 1000, 2000, 5000];
/** Others in each interest, with 1,000 players; that with 25 is one of the above. */
const CROWDING = [5, 10, OTHERS, 50, 100];
const SAME_PLAYERS = 1000;

const FULL: Pace = {
  sceneSeconds: 8,
  calibration: { warmUpMs: 400, ms: 1600 },
  bareLoop: { warmUpMs: 0, ms: 0 },
};
const QUICK: Pace = { ...FULL, sceneSeconds: 2, calibration: { warmUpMs: 300, ms: 500 } };
/** In small there are not enough players for the densest: so many of them, in so small a scene, are a crowd anyway. */
const LEAST_QUICK_PER_OTHER = 1.5;

interface Point {
  readonly players: number;
  readonly others: number;
}

const BY_PLAYERS: readonly Point[] = PLAYERS.map((players) => ({ players, others: OTHERS }));
const BY_CROWDING: readonly Point[] = CROWDING.map((others) => ({ players: SAME_PLAYERS, others }));

const WARM_UP: Point = { players: SAME_PLAYERS, others: OTHERS };

const nameOf = ({ players, others }: Point): string => `${players} players, ${others} others in each interest`;
const COST = 'us per player and second';
/** 1 where the machine did not carry the point: its figures say nothing, and it is not drawn. */
const DOES_NOT_COUNT = 'does not count';
const rowName = (name: string, what: string): string => `${name}: ${what}`;

const isSame = (a: Point) => (b: Point) => a.players === b.players && a.others === b.others;
const POINTS = [...BY_PLAYERS, ...BY_CROWDING.filter((point) => !BY_PLAYERS.some(isSame(point)))];

async function measure(quick: boolean, say: BenchmarkOptions['say']): Promise<Row[]> {
  const scenes = POINTS.map((point) => (quick ? quickSceneOf(point) : sceneOf(point)));
  const maxPlayers = Math.max(...scenes.map(({ players }) => players));
  assertOpenFiles(maxPlayers);
  const workbench = await Workbench.open({ pace: quick ? QUICK : FULL, maxPlayers, say });
  try {
    // As in `fan-out`, a new server is no measure.
    if (!quick) await workbench.play(sceneOf(WARM_UP));
    const measured = await (quick ? playAtOnce : playInTurn)(workbench, scenes);
    return measured.flatMap(rowsOf);
  } finally {
    await workbench.close();
  }
}

const sceneOf = (point: Point): Scene => ({
  name: nameOf(point),
  players: point.players,
  company: { kind: 'meadow', others: point.others },
  flushMs: FLUSH_MS,
});

function quickSceneOf(point: Point): Scene {
  const scene = inSmall(sceneOf(point));
  return { ...scene, players: Math.max(scene.players, Math.ceil(point.others * LEAST_QUICK_PER_OTHER)) };
}

function rowsOf(measured: Measured): Row[] {
  const { name } = measured.scene;
  const figures = figuresOf(measured);
  const row = (what: string, unit: string, figure: keyof Figures): Row => ({
    name: rowName(name, what),
    value: figures[figure],
    unit,
  });
  return [
    row(COST, 'µs', 'scaledPlayerMicros'),
    row('us per update', 'µs', 'scaledMicros'),
    row('updates', '1/s', 'updates'),
    row('frames', '1/s', 'frames'),
    row('p99 ms', 'ms', 'p99Ms'),
    row('missed', '', 'missed'),
    atMost(0, { name: rowName(name, DOES_NOT_COUNT), value: measured.unsound === undefined ? 0 : 1, unit: '' }),
  ];
}

/** @throws Error when rows are not those of this benchmark */
function plot(rows: readonly Row[]): string {
  const figureOf = (point: Point, what: string): number => {
    const name = rowName(nameOf(point), what);
    const row = rows.find((each) => each.name === name);
    if (row === undefined) throw new Error(`There is no row "${name}".`);
    return row.value;
  };
  const drawn = (points: readonly Point[], xOf: (point: Point) => number): { x: number; y: number }[] =>
    points
      .filter((point) => figureOf(point, DOES_NOT_COUNT) === 0)
      .map((point) => ({ x: xOf(point), y: figureOf(point, COST) }));
  const yLabel = 'server CPU, µs per player and second';
  return svgOf('What a player costs the server', [
    {
      title: `More players, ${OTHERS} others around each`,
      xLabel: 'players',
      yLabel,
      points: drawn(BY_PLAYERS, ({ players }) => players),
    },
    {
      title: `${SAME_PLAYERS.toLocaleString('en-GB')} players, more others around each`,
      xLabel: 'others in each interest',
      yLabel,
      points: drawn(BY_CROWDING, ({ others }) => others),
    },
  ]);
}
