import { setTimeout as pause } from 'node:timers/promises';
import { type Cores, twoCores } from '../helpers/cores.ts';
import { NodeProcess } from '../helpers/node-process.ts';
import type { Benchmark, BenchmarkOptions, Row } from './benchmark.ts';
import { BundledPrograms } from './fan-out/bundled-programs.ts';
import { PinnedProgram } from './fan-out/pinned-program.ts';
import { botsOf } from './fan-out/scene.ts';
import { FLUSH_MS } from './fan-out/scenes.ts';
import { type MemoryUse, settledMemoryOf } from './heap-probe.ts';
import { assertOpenFiles } from './open-files.ts';
import { RIGHT_AFTER_MS, type SlowOrders } from './slow-clients/orders.ts';
import { assertSound, GAUGES, openSlow, type Round, slowClientsRows } from './slow-clients/round.ts';
import { GaugeWatch } from './strain/gauge-watch.ts';
import type { PlayersNews, PlayersOrders } from './strain/players-orders.ts';

/**
 * Slow clients in a crowd: what the others notice, what the server holds for them, how old their pictures get, and
 * whether they are right once they read again. Each round has the crowd without them and then with them; before that is
 * over half of them read everything. Then those are slow again, until memory has been measured: to collect garbage for
 * that takes the server longer than anything that is slow, so it is done where nobody counts latencies.
 */
export const slowClients: Benchmark = {
  name: 'slow-clients',
  about: 'a crowd with clients in it that hardly read: what others notice, what it costs, what those see afterwards',
  run: ({ quick, say }) => measure(quick ? QUICK : FULL, say),
};

interface Plan {
  readonly rounds: number;
  /** Measured without slow clients, in s … */
  readonly withoutSeconds: number;
  /** … and with them. */
  readonly withSeconds: number;
  /** In the second part, when the first half of them may begin to read everything, in s. */
  readonly drainSeconds: number;
}

const FULL: Plan = { rounds: 3, withoutSeconds: 15, withSeconds: 25, drainSeconds: 10 };
const QUICK: Plan = { rounds: 1, withoutSeconds: 4, withSeconds: 9.5, drainSeconds: 0 };

const PLAYERS = 500;
const SLOW = 50;
const FROZEN = 1;
const WITNESSES = 1;
const BYTES_PER_SECOND = 500;
/** They begin to read when so many of them have been behind at a time, or shortly before it is too late to compare. */
const STALE_SHARE = 2 / 3;
const SPARE_MS = 500;
const LOOK_MS = 50;
/** However long it takes to measure memory, the crowd and those who are slow leave by then, in s. */
const MOST_AFTER_SECONDS = 10;
/** By then those who have read everything are behind again, and none of them has been closed for it, in ms. */
const AGAIN_MS = 4000;

type Watch = GaugeWatch<(typeof GAUGES)[number]>;

const PROGRAMS = {
  players: 'test/bench/strain/players-program.ts',
  slow: 'test/bench/slow-clients/program.ts',
} as const;

interface Parts {
  readonly plan: Plan;
  readonly server: NodeProcess;
  readonly players: PinnedProgram<PlayersOrders>;
  readonly slow: PinnedProgram<SlowOrders>;
  readonly say: BenchmarkOptions['say'];
}

async function measure(plan: Plan, say: BenchmarkOptions['say']): Promise<readonly Row[]> {
  assertOpenFiles(PLAYERS + SLOW + FROZEN);
  const cores: Cores | undefined = twoCores();
  if (cores === undefined) say('no two cores to bind processes to: everything runs anywhere');
  const programs = await BundledPrograms.build(PROGRAMS);
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const flags = ['--terrain', 'flat', '--open-spawn', '--log-level', 'warn', '--flush-ms', String(FLUSH_MS)];
    const server = await NodeProcess.startInspectedOn(cores?.measured, ...flags);
    closing.push(() => server.close());
    const players = new PinnedProgram<PlayersOrders>(programs.file('players'), cores?.load);
    closing.push(() => players.close());
    const slow = new PinnedProgram<SlowOrders>(programs.file('slow'), cores?.load);
    closing.push(() => slow.close());
    const rounds: Round[] = [];
    for (let i = 0; i < plan.rounds; i++) {
      const round = await play({ plan, server, players, slow, say }, i + 1);
      server.assertAlive();
      assertSound(round);
      rounds.push(round);
    }
    return slowClientsRows(rounds);
  } finally {
    for (const close of closing.reverse()) await close();
    programs.remove();
  }
}

async function play(parts: Parts, number: number): Promise<Round> {
  const { plan, server, players, say } = parts;
  const fromSeconds = plan.withoutSeconds;
  const toSeconds = fromSeconds + plan.withSeconds;
  const scene = { name: 'slow clients', players: PLAYERS, company: { kind: 'crowd' }, flushMs: FLUSH_MS } as const;
  const options = {
    // It is ended early.
    ...botsOf(scene, { url: server.url, seconds: toSeconds + MOST_AFTER_SECONDS, seed: number }),
    faults: { fromSeconds, toSeconds },
  };
  let watch: Watch | undefined;
  let p99Ms: number | undefined;
  let without: Promise<MemoryUse> | undefined;
  let unmixed: Round['without'] | undefined;
  let among: Promise<Round['among']> | undefined;
  let weighed: ReturnType<typeof weigh> | undefined;
  // Should the run fail first, that is what is told.
  const begun = <T>(work: Promise<T>): Promise<T> => {
    work.catch(() => undefined);
    return work;
  };
  const hear = (news: PlayersNews): void => {
    if (news.kind === 'phase') say(`round ${number} of ${plan.rounds}, ${PLAYERS} players: ${news.phase}`);
    if (news.kind === 'progress') p99Ms = news.p99Ms;
    else if (news.kind === 'phase' && news.phase === 'settling') without = begun(memoryOf(server));
    else if (news.kind === 'phase' && news.phase === 'measuring') watch = new GaugeWatch(server.port, GAUGES);
    else if (news.kind === 'fault' && watch !== undefined) {
      unmixed = { samples: [...watch.samples], p99Ms };
      among = begun(mingle(parts, watch));
    } else if (news.kind === 'healed' && watch !== undefined && without !== undefined && among !== undefined) {
      weighed = begun(weigh(parts, watch, without, among));
    }
  };
  try {
    const report = await players.tell('play', options, (news) => hear(news as PlayersNews));
    if (unmixed === undefined || among === undefined || weighed === undefined) {
      throw new Error(`The crowd's run ended before its time: it was ${report.ending}.`);
    }
    const sessions = { quickSessions: PLAYERS + WITNESSES, slowClients: SLOW + FROZEN };
    return { ...sessions, report, without: unmixed, among: await among, ...(await weighed) };
  } finally {
    await watch?.stop();
  }
}

/** Slow clients come, and half of them read everything after a while. */
async function mingle({ plan, server, slow, say }: Parts, watch: Watch): Promise<Round['among']> {
  const begunMs = performance.now();
  const endMs = begunMs + plan.withSeconds * 1000;
  const samplesBefore = watch.samples.length;
  await slow.tell('join', {
    url: server.url,
    slow: SLOW,
    bytesPerSecond: BYTES_PER_SECOND,
    frozen: FROZEN,
    mostSeconds: plan.withSeconds + MOST_AFTER_SECONDS,
  });
  const latestMs = endMs - RIGHT_AFTER_MS - SPARE_MS;
  await untilBehind(watch, begunMs + plan.drainSeconds * 1000, latestMs);
  say(`${openOf(watch)} sessions of slow clients, ${staleOf(watch)} of them behind; half read everything from now on`);
  const drained = await slow.tell('drain', null);
  await pause(Math.max(0, endMs - performance.now()));
  return { samples: watch.samples.slice(samplesBefore), drained };
}

/** Those who have read everything are slow again, what all of them take of the server's memory is measured, and they leave. */
async function weigh(
  { server, players, slow, say }: Parts,
  watch: Watch,
  without: Promise<MemoryUse>,
  among: Promise<unknown>,
): Promise<Pick<Round, 'memory' | 'endings'>> {
  await among;
  await slow.tell('slacken', null);
  await pause(AGAIN_MS);
  const openSlow = openOf(watch);
  say(`${openSlow} sessions of slow clients, ${staleOf(watch)} of them behind, are in the server's memory`);
  const memory = { without: await without, among: await memoryOf(server), openSlow };
  const endings = await slow.tell('leave', null);
  await players.tell('enough', null);
  return { memory, endings };
}

/** Waits until enough of the slow clients are behind at a time, not before one time and not beyond another, in ms. */
async function untilBehind(watch: Watch, earliestMs: number, latestMs: number): Promise<void> {
  const isTime = (): boolean => performance.now() >= earliestMs && staleOf(watch) >= (SLOW + FROZEN) * STALE_SHARE;
  while (!isTime() && performance.now() < latestMs) await pause(LOOK_MS);
}

const staleOf = ({ latest }: Watch): number => latest?.values.flatlands_stale_sessions ?? 0;

const openOf = ({ latest }: Watch): number => (latest === undefined ? 0 : openSlow(latest, PLAYERS + WITNESSES));

const memoryOf = ({ pid, inspectorUrl }: NodeProcess): Promise<MemoryUse> => settledMemoryOf(pid, inspectorUrl);
