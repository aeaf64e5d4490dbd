import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { NodeProcess } from '../helpers/node-process.ts';
import type { Benchmark, BenchmarkOptions, Row } from './benchmark.ts';
import { BundledPrograms } from './fan-out/bundled-programs.ts';
import { PinnedProgram } from './fan-out/pinned-program.ts';
import { type MemoryUse, residentBytesOf, settledMemoryOf } from './heap-probe.ts';
import { assertSound, soakRows } from './soak/rows.ts';
import { type SoakPlan, soakOptions } from './soak/scene.ts';
import type { PlayersNews, PlayersOrders } from './strain/players-orders.ts';

/** Half an hour at work: people come, go, build, talk and claim gems; nothing may be wrong, and the server may not grow. */
export const soak: Benchmark = {
  name: 'soak',
  about: 'whether a server at work for half an hour does everything right and does not grow',
  isOnlyByName: true,
  run: ({ quick, say }) => measure(quick ? QUICK : FULL, !quick, say),
};

const FULL: SoakPlan = { players: 1000, seconds: 1830, firstLookSeconds: 600, lastLookSeconds: 1800 };
const QUICK: SoakPlan = { players: 60, seconds: 15, firstLookSeconds: 5, lastLookSeconds: 14 };
const SEED = 7;
const SAY_EVERY_MS = 60_000;
const MB = 1e6;

async function measure(plan: SoakPlan, isLong: boolean, say: BenchmarkOptions['say']): Promise<readonly Row[]> {
  const programs = await BundledPrograms.build({
    players: 'test/bench/strain/players-program.ts',
    // What its further processes run.
    main: 'client/bots/main.ts',
  });
  const data = mkdtempSync(join(tmpdir(), 'flatlands-soak-'));
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const flags = ['--data', data, '--open-spawn', '--log-level', 'warn', '--max-sessions', String(plan.players * 2)];
    const server = await NodeProcess.startWith(['--inspect=127.0.0.1:0'], ...flags);
    closing.push(() => server.close());
    const players = new PinnedProgram<PlayersOrders>(programs.file('players'), undefined);
    closing.push(() => players.close());
    const soaked = await soakIn({ plan, server, players, say });
    server.assertAlive();
    for (const { kind, atMs, observer, player, detail } of soaked.report.ok ? [] : soaked.report.worst) {
      say(`${kind} at ${(atMs / 1000).toFixed(1)} s, ${player} in the picture of ${observer}: ${detail}`);
    }
    assertSound(soaked);
    return soakRows(soaked, isLong);
  } finally {
    for (const close of closing.reverse()) await close();
    programs.remove();
    rmSync(data, { recursive: true, force: true });
  }
}

interface Parts {
  readonly plan: SoakPlan;
  readonly server: NodeProcess;
  readonly players: PinnedProgram<PlayersOrders>;
  readonly say: BenchmarkOptions['say'];
}

async function soakIn({ plan, server, players, say }: Parts) {
  let looks: Promise<[first: MemoryUse, last: MemoryUse]> | undefined;
  const ended = new AbortController();
  let toldMs = 0;
  const report = await players
    .tell('play', soakOptions(plan, server.url, SEED), (told) => {
      const news = told as PlayersNews;
      if (news.kind === 'phase') {
        say(`${plan.players} players: ${news.phase}`);
        if (news.phase !== 'measuring') return;
        toldMs = performance.now();
        looks = lookTwice(plan, server, ended.signal, say);
        // Should the run fail first, that is what is told.
        looks.catch(() => undefined);
      } else if (news.kind === 'progress' && toldMs > 0 && performance.now() - toldMs > SAY_EVERY_MS) {
        toldMs += SAY_EVERY_MS;
        const resident = (residentBytesOf(server.pid) / MB).toFixed(0);
        say(`${news.joined} in the world, p99 ${news.p99Ms?.toFixed(0) ?? '?'} ms, the server has ${resident} MB`);
      }
    })
    .finally(() => ended.abort());
  if (looks === undefined) throw new Error(`The run ended before its time: it was ${report.ending}.`);
  const [first, last] = await looks;
  return { report, first, last };
}

/** What the server uses at the first and at the last look, its garbage collected. */
async function lookTwice(
  { firstLookSeconds, lastLookSeconds }: SoakPlan,
  server: NodeProcess,
  signal: AbortSignal,
  say: BenchmarkOptions['say'],
): Promise<[first: MemoryUse, last: MemoryUse]> {
  const look = async (seconds: number): Promise<MemoryUse> => {
    await pause(seconds * 1000, undefined, { signal });
    const use = await settledMemoryOf(server.pid, server.inspectorUrl);
    say(`heap after a collection ${(use.heap / MB).toFixed(1)} MB, resident ${(use.resident / MB).toFixed(0)} MB`);
    return use;
  };
  const first = await look(firstLookSeconds);
  return [first, await look(lastLookSeconds - firstLookSeconds)];
}
