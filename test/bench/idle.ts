import { setTimeout as pause } from 'node:timers/promises';
import { spreadOut, type Tile } from '../../client/bots/place.ts';
import { createRandom } from '../../client/bots/random.ts';
import { NodeProcess } from '../helpers/node-process.ts';
import { atMost, type Benchmark, type BenchmarkOptions, type Row } from './benchmark.ts';
import { cpuMicrosOf } from './cpu-time.ts';
import { type MemoryUse, residentBytesOf, settledMemoryOf } from './heap-probe.ts';
import { SittersProcess } from './idle/sitters-process.ts';
import { medianOf } from './median.ts';
import { assertOpenFiles } from './open-files.ts';

export const idle: Benchmark = {
  name: 'idle',
  about: 'what a joined session costs that does nothing but say that it is there',
  run: measureIdle,
};

interface Scale {
  /** Sessions there at first, and at last: what those in between add is what a session costs. */
  readonly few: number;
  readonly many: number;
  /** Servers, one after the other. */
  readonly runs: number;
  readonly settleMs: number;
  /** In which the processor's time is counted. */
  readonly roundMs: number;
}

const FULL: Scale = { few: 1000, many: 5000, runs: 3, settleMs: 8000, roundMs: 10_000 };
const QUICK: Scale = { few: 400, many: 2000, runs: 1, settleMs: 5000, roundMs: 4000 };
/** With 40 × 24 tiles on the screen about 25 others are in each interest, as in the meadows of the other benchmarks. */
const TILES_EACH = 205;
/** kB of resident memory, of which ws alone takes 6 to 7.5. */
const BAR_KB = 12;
const KB = 1000;

interface Run {
  readonly residentKB: number;
  readonly heapKB: number;
  /** The whole process over its sessions, nothing collected and what it had before them included. */
  readonly wholeKB: number;
  readonly cpuMicros: number;
  readonly others: number;
}

async function measureIdle({ quick, say }: BenchmarkOptions): Promise<readonly Row[]> {
  const scale = quick ? QUICK : FULL;
  assertOpenFiles(scale.many);
  const runs: Run[] = [];
  for (let i = 0; i < scale.runs; i++) {
    const run = await measureRun(scale, i);
    runs.push(run);
    say(
      `${scale.few} sessions and then ${scale.many}, ${run.others.toFixed(0)} others in each interest: ` +
        `${run.residentKB.toFixed(2)} kB each, ${run.heapKB.toFixed(2)} kB of them heap`,
    );
  }
  const row = (name: string, unit: string, figure: (run: Run) => number) => ({
    name,
    value: medianOf(runs, figure),
    unit,
  });
  return [
    atMost(
      BAR_KB,
      row('idle session kB', 'kB', (run) => run.residentKB),
    ),
    row('idle session heap kB', 'kB', (run) => run.heapKB),
    row('whole process per idle session kB', 'kB', (run) => run.wholeKB),
    row('idle CPU us per second', 'µs', (run) => run.cpuMicros),
  ];
}

async function measureRun({ few, many, settleMs, roundMs }: Scale, seed: number): Promise<Run> {
  const tiles = meadow(many, seed);
  const flags = ['--max-sessions', String(many), '--terrain', 'flat', '--open-spawn', '--log-level', 'warn'];
  const node = await NodeProcess.startWith(['--inspect=127.0.0.1:0'], ...flags);
  const sitters = new SittersProcess();
  const settled = (): Promise<MemoryUse> => settledMemoryOf(node.pid, node.inspectorUrl);
  try {
    const { port, pid } = node;
    await sitters.tell('sit', { port, tiles: tiles.slice(0, few) });
    await pause(settleMs);
    const atFirst = await settled();
    await sitters.tell('sit', { port, tiles: tiles.slice(few) });
    await pause(settleMs);
    const micros = cpuMicrosOf(pid);
    const begunMs = performance.now();
    await pause(roundMs);
    const cpuMicros = (cpuMicrosOf(pid) - micros) / many / ((performance.now() - begunMs) / 1000);
    const wholeKB = residentBytesOf(pid) / many / KB;
    const atLast = await settled();
    const others = await sitters.tell('check', null);
    node.assertAlive();
    const each = (figure: keyof MemoryUse): number => (atLast[figure] - atFirst[figure]) / (many - few) / KB;
    return { residentKB: each('resident'), heapKB: each('heap'), wholeKB, cpuMicros, others };
  } finally {
    await Promise.all([sitters.close(), node.close()]);
  }
}

/** Tiles evenly at random, from west to east: however many of them are taken, they lie as densely. */
function meadow(count: number, seed: number): Tile[] {
  return spreadOut(count, TILES_EACH, createRandom(seed)).sort((a, b) => a.tileX - b.tileX);
}
