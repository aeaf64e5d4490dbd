import { barePlanOf, plannedWrites } from './bare-plan.ts';
import { atMost, type Benchmark, type BenchmarkOptions, type Row } from './benchmark.ts';
import { type BareComparison, compareWithBare } from './fan-out/bare-comparison.ts';
import { type Figures, figuresOf } from './fan-out/figures.ts';
import { bareRows, type SceneFigures, sceneRows } from './fan-out/rows.ts';
import {
  BARE_SCENE,
  EVERY_ROUND,
  FLUSH_MS,
  inSmall,
  MEADOW_1000,
  MEADOW_5000,
  ONCE,
  type ReferenceScene,
  WARM_UP,
} from './fan-out/scenes.ts';
import { type Measured, type Pace, playAtOnce, playInTurn, Workbench } from './fan-out/workbench.ts';
import { medianOf } from './median.ts';
import { assertOpenFiles } from './open-files.ts';

/**
 * What one core carries: a server alone on a core, players on another. Costs are CPU time of the whole process by the
 * operating system's count; those in µs per update and per player are scaled by what a bare write takes in the same
 * minutes. `--quick` has a twentieth of the players of each scene, all scenes at the same time, and says little of costs.
 */
export const fanOut: Benchmark = {
  name: 'fan-out',
  about: 'what one core carries: server CPU per delivered update in a meadow and in a crowd, against a bare loop',
  run: ({ quick, say }) => measure(quick ? QUICK : FULL, say),
};

interface Plan {
  readonly pace: Pace;
  readonly warmUp: readonly ReferenceScene[];
  readonly every: readonly ReferenceScene[];
  readonly once: readonly ReferenceScene[];
  readonly rounds: number;
  readonly play: (workbench: Workbench, scenes: readonly ReferenceScene[]) => Promise<Measured[]>;
}

const FULL: Plan = {
  pace: {
    sceneSeconds: 8,
    calibration: { warmUpMs: 400, ms: 1600 },
    bareLoop: { warmUpMs: 2000, ms: 6000 },
  },
  warmUp: WARM_UP,
  every: EVERY_ROUND,
  once: ONCE,
  rounds: 3,
  play: playInTurn,
};
const QUICK: Plan = {
  pace: {
    sceneSeconds: 2,
    calibration: { warmUpMs: 300, ms: 500 },
    bareLoop: { warmUpMs: 500, ms: 1000 },
  },
  warmUp: [],
  every: EVERY_ROUND.map(inSmall),
  once: ONCE.map(inSmall),
  rounds: 1,
  play: playAtOnce,
};

/** The server's cost against that of a loop which only writes. */
const BARE_BAR = 1.5;
/** Cost per player at 5,000 against that at 1,000. */
const GROWTH_BAR = 1.15;
const BYTES_BAR = 550;
/** Of the writes that a bare loop has to do. */
const LEAST_SHARE = 0.9;

async function measure(
  { pace, warmUp, every, once, rounds, play }: Plan,
  say: BenchmarkOptions['say'],
): Promise<readonly Row[]> {
  const scenes = [...every, ...once];
  const maxPlayers = Math.max(...scenes.map(({ players }) => players));
  assertOpenFiles(maxPlayers);
  const workbench = await Workbench.open({ pace, maxPlayers, say });
  const all: Measured[] = [];
  const comparisons: BareComparison[] = [];
  try {
    for (const scene of warmUp) await workbench.play(scene);
    for (let round = 0; round < rounds; round++) {
      say(`round ${round + 1} of ${rounds}`);
      const measured = await play(workbench, round === 0 ? scenes : every);
      all.push(...measured);
      const bare = measured.find(({ scene }) => scene.name === BARE_SCENE.name);
      if (bare !== undefined) comparisons.push(await compare(workbench, pace, bare));
    }
  } finally {
    await workbench.close();
  }
  return rowsOf(
    scenes.map((scene) => figuresOfRounds(scene, all)),
    comparisons,
  );
}

/** A round that was not what it had to be counts only where no other does, and then no bar is held. */
function figuresOfRounds(scene: ReferenceScene, all: readonly Measured[]): SceneFigures {
  const played = all.filter((one) => one.scene === scene);
  const sound = played.filter(({ unsound }) => unsound === undefined);
  const rounds = (sound.length > 0 ? sound : played).map(figuresOf);
  return { scene, rounds, unsound: played.length - sound.length };
}

/** Has a bare loop do what the server has just done. */
async function compare(workbench: Workbench, pace: Pace, scene: Measured): Promise<BareComparison> {
  const players = scene.report.players.joined;
  const plan = barePlanOf(players, FLUSH_MS, scene.report.traffic);
  const loop = await workbench.openLoop(plan);
  try {
    const figures = await loop.measure(pace.bareLoop);
    assertKeptUp(figures.writesPerSecond, plannedWrites(plan));
    return compareWithBare(players, scene.server, figures);
  } finally {
    await loop.close();
  }
}

function assertKeptUp(writes: number, planned: number): void {
  if (writes >= LEAST_SHARE * planned) return;
  const [done, due] = [writes.toFixed(0), planned.toFixed(0)];
  throw new Error(`The bare loop wrote ${done} times a second instead of ${due}: the machine is too busy.`);
}

function rowsOf(scenes: readonly SceneFigures[], comparisons: readonly BareComparison[]): Row[] {
  const roundsOf = ({ name }: ReferenceScene): readonly Figures[] =>
    scenes.find(({ scene }) => scene.name === name)?.rounds ?? [];
  const perPlayer = (scene: ReferenceScene): number => medianOf(roundsOf(scene), (one) => one.scaledPlayerMicros);
  const all = scenes.flatMap(({ rounds }) => rounds);
  return [
    ...scenes.flatMap(sceneRows),
    atMost(BYTES_BAR, { name: 'meadow bytes', value: medianOf(roundsOf(BARE_SCENE), (one) => one.bytes), unit: 'B/s' }),
    atMost(GROWTH_BAR, {
      name: 'cost per player, 5000 against 1000',
      value: perPlayer(MEADOW_5000) / perPlayer(MEADOW_1000),
      unit: '×',
    }),
    ...bareRows(BARE_BAR, comparisons),
    { name: 'bare write us', value: medianOf(all, (one) => one.bareWriteMicros), unit: 'µs' },
  ];
}
