import { setTimeout as pause } from 'node:timers/promises';
import { twoCores } from '../helpers/cores.ts';
import { NodeProcess } from '../helpers/node-process.ts';
import type { Benchmark, BenchmarkOptions, Row } from './benchmark.ts';
import { BundledPrograms } from './fan-out/bundled-programs.ts';
import { CpuWindow } from './fan-out/cpu-window.ts';
import { PinnedProgram } from './fan-out/pinned-program.ts';
import { botsOf } from './fan-out/scene.ts';
import { FLUSH_MS, OTHERS } from './fan-out/scenes.ts';
import { assertOpenFiles } from './open-files.ts';
import { BusyLoops } from './overload/busy-loops.ts';
import { busyUntil, type OverloadPlan } from './overload/plan.ts';
import {
  assertCalm,
  assertSound,
  BARS,
  type Calm,
  isItself,
  LEVEL,
  overloadRows,
  type Strained,
} from './overload/strained.ts';
import { GaugeWatch } from './strain/gauge-watch.ts';
import type { PlayersNews, PlayersOrders } from './strain/players-orders.ts';

/**
 * Overload by plan: players in a meadow on a server that has a core to itself, until busy loops take most of it away
 * for a while. `--quick` has so few players that the rest of the core may well be enough for them.
 */
export const overload: Benchmark = {
  name: 'overload',
  about: 'what becomes of a full server when three busy loops come onto its core, and how soon it is itself again',
  run: ({ quick, say }) => measure(quick ? QUICK : FULL, say),
};

/** Longer than what is allowed, so that it shows. */
const WATCHED_SECONDS = BARS.backSeconds + 1;

const FULL: OverloadPlan = {
  players: 4000,
  joinsPerSecond: 150,
  calmSeconds: 10,
  loops: 3,
  busySeconds: 20,
  afterSeconds: 3,
  watchedSeconds: WATCHED_SECONDS,
};
const QUICK: OverloadPlan = { ...FULL, players: 900, joinsPerSecond: 300, calmSeconds: 2, busySeconds: 6 };

const PROGRAMS = {
  players: 'test/bench/strain/players-program.ts',
  busy: 'test/bench/overload/busy-program.ts',
} as const;
const SEED = 1;
const LOOK_MS = 50;
/** A server without time to spare is asked as seldom as this, in ms … */
const SELDOM_MS = 1000;
/** … and one that may be itself again so often. */
const OFTEN_MS = 250;

type Watch = GaugeWatch<typeof LEVEL>;

async function measure(plan: OverloadPlan, say: BenchmarkOptions['say']): Promise<readonly Row[]> {
  const cores = twoCores();
  if (cores === undefined)
    throw new Error('It takes two cores and "taskset" (of util-linux) to crowd a server on one.');
  assertOpenFiles(plan.players);
  const programs = await BundledPrograms.build(PROGRAMS);
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const flags = ['--terrain', 'flat', '--open-spawn', '--log-level', 'warn', '--flush-ms', String(FLUSH_MS)];
    const server = await NodeProcess.startOn(cores.measured, ...flags, '--max-sessions', String(plan.players));
    closing.push(() => server.close());
    const players = new PinnedProgram<PlayersOrders>(programs.file('players'), cores.load);
    closing.push(() => players.close());
    const loops = await BusyLoops.start(programs.file('busy'), plan.loops, cores.measured);
    closing.push(() => loops.close());
    const strained = await strain({ plan, server, loops, players, say });
    server.assertAlive();
    assertSound(strained);
    return overloadRows(strained);
  } finally {
    // Those who take a core away first.
    for (const close of closing.reverse()) await close();
    programs.remove();
  }
}

interface Parts {
  readonly plan: OverloadPlan;
  readonly server: NodeProcess;
  readonly loops: BusyLoops;
  readonly players: PinnedProgram<PlayersOrders>;
  readonly say: BenchmarkOptions['say'];
}

/** What happens at the server while its core is taken away, and after that. */
type Busy = Omit<Strained, 'report' | 'calm'>;

async function strain(parts: Parts): Promise<Strained> {
  const { plan, server, players, say } = parts;
  const scene = {
    name: 'overload',
    players: plan.players,
    company: { kind: 'meadow', others: OTHERS },
    flushMs: FLUSH_MS,
  } as const;
  const options = {
    ...botsOf(scene, { url: server.url, seconds: busyUntil(plan) + plan.watchedSeconds, seed: SEED }),
    rampPerSecond: plan.joinsPerSecond,
    faults: { fromSeconds: plan.calmSeconds, toSeconds: busyUntil(plan) + plan.afterSeconds },
  };
  let watch: Watch | undefined;
  let calm: Calm = { asked: plan.players, joined: 0, p99Ms: undefined, level: undefined };
  let busy: Promise<Busy> | undefined;
  const hear = (news: PlayersNews): void => {
    if (news.kind === 'phase') say(`${plan.players} players: ${news.phase}`);
    // Not sooner: who joins is enough for the server to do.
    if (news.kind === 'phase' && news.phase === 'measuring') watch = new GaugeWatch(server.port, [LEVEL], SELDOM_MS);
    else if (news.kind === 'progress' && busy === undefined) calm = { ...calm, joined: news.joined, p99Ms: news.p99Ms };
    else if (news.kind === 'fault' && watch !== undefined) {
      calm = { ...calm, level: watch.latest?.values[LEVEL] };
      busy = takeCoreAway(parts, calm, watch).finally(() => players.tell('enough', null));
      // Should the run fail first, that is what is told.
      busy.catch(() => undefined);
    }
  };
  try {
    const report = await players.tell('play', options, (news) => hear(news as PlayersNews));
    if (busy === undefined) throw new Error(`The run ended before its time: it was ${report.ending}.`);
    return { report, calm, ...(await busy) };
  } finally {
    await watch?.stop();
  }
}

/** Rejects at once when players or server have trouble anyway. */
async function takeCoreAway({ plan, server, loops, say }: Parts, calm: Calm, watch: Watch): Promise<Busy> {
  assertCalm(calm);
  const seenBefore = watch.samples.length;
  const window = new CpuWindow(server.pid);
  say(`${levelOf(watch)}; ${plan.loops} busy loops on the server's core for ${plan.busySeconds} s`);
  const busyUntilMs = await loops.spin(plan.busySeconds * 1000);
  watch.everyMs = OFTEN_MS;
  const corePercent = window.use().microsPerSecond / 1e4;
  say(`they have ended, ${levelOf(watch)}; the server had ${corePercent.toFixed(0)} % of the core`);
  const countedMs = busyUntilMs + plan.afterSeconds * 1000;
  const patienceMs = busyUntilMs + plan.watchedSeconds * 1000;
  const isOver = (): boolean => performance.now() > countedMs && isItself(watch.latest, busyUntilMs);
  while (!isOver() && performance.now() < patienceMs) await pause(LOOK_MS);
  return { busyUntilMs, corePercent, levels: watch.samples.slice(seenBefore) };
}

const levelOf = ({ latest }: Watch): string => `flushes at level ${latest?.values[LEVEL] ?? '?'}`;
