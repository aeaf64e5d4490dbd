import { DEFAULTS } from '../../client/bots/options.ts';
import type { Report } from '../../client/bots/report.ts';
import { CLOSE } from '../../shared/closing.ts';
import { type Cores, twoCores } from '../helpers/cores.ts';
import { NodeProcess } from '../helpers/node-process.ts';
import { ATTACKS, type Attack } from './attacks/attacks.ts';
import type { AttackOrders, Gains } from './attacks/orders.ts';
import { resumeTokenOf } from './attacks/victim.ts';
import { atMost, type Benchmark, type BenchmarkOptions, type Row } from './benchmark.ts';
import { BundledPrograms } from './fan-out/bundled-programs.ts';
import { PinnedProgram } from './fan-out/pinned-program.ts';
import { type MemoryUse, settledMemoryOf } from './heap-probe.ts';
import { assertOpenFiles } from './open-files.ts';
import type { PlayersNews, PlayersOrders } from './strain/players-orders.ts';

/**
 * Attacks on a server with honest players in it: what the attackers get, and what the players notice. Each attack lasts
 * for a while in the middle of a run of bots that measure; the rest of that run is what it is measured against.
 */
export const attacks: Benchmark = {
  name: 'attacks',
  about: 'what 200 honest players notice of a dozen attacks, and what the attackers get for them',
  isOnlyByName: true,
  run: ({ quick, say }) => measure(quick ? QUICK : FULL, say),
};

interface Plan {
  readonly players: number;
  /** Measured without the attack, half of it before and half after, in s … */
  readonly calmSeconds: number;
  /** … and with it. */
  readonly attackSeconds: number;
}

const FULL: Plan = { players: 200, calmSeconds: 10, attackSeconds: 10 };
const QUICK: Plan = { players: 30, calmSeconds: 1, attackSeconds: 1 };

/** How much later than without it the players may see each other at p99, in ms. */
const BAR_MS = 100;
/** Files that the attackers have open at most: half-open connections are cut after five seconds. */
const MOST_OPEN = 12_000;
const MB = 1e6;
const TOKEN = 'only-for-those-who-run-it';

const PROGRAMS = {
  players: 'test/bench/strain/players-program.ts',
  attackers: 'test/bench/attacks/program.ts',
} as const;

interface Parts {
  readonly plan: Plan;
  readonly server: NodeProcess;
  readonly players: PinnedProgram<PlayersOrders>;
  readonly attackers: PinnedProgram<AttackOrders>;
  readonly say: BenchmarkOptions['say'];
}

async function measure(plan: Plan, say: BenchmarkOptions['say']): Promise<readonly Row[]> {
  assertOpenFiles(MOST_OPEN);
  const cores: Cores | undefined = twoCores();
  if (cores === undefined) say('no two cores to bind processes to: everything runs anywhere');
  const programs = await BundledPrograms.build(PROGRAMS);
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const flags = ['--terrain', 'flat', '--open-spawn', '--log-level', 'error', '--admin-token', TOKEN];
    // Attackers say where they come from in a header, as behind a proxy; the players are this machine's own.
    flags.push('--trusted-proxies', '127.0.0.0/8');
    const server = await NodeProcess.startInspectedOn(cores?.measured, ...flags);
    closing.push(() => server.close());
    const players = new PinnedProgram<PlayersOrders>(programs.file('players'), cores?.load);
    closing.push(() => players.close());
    const attackers = new PinnedProgram<AttackOrders>(programs.file('attackers'), cores?.load);
    closing.push(() => attackers.close());
    const parts: Parts = { plan, server, players, attackers, say };
    const rows: Row[] = [];
    let before: MemoryUse | undefined;
    for (const attack of ATTACKS) {
      rows.push(...(await suffer(attack, parts)));
      server.assertAlive();
      // The first run has made what every run makes.
      before ??= await settledMemoryOf(server.pid, server.inspectorUrl);
    }
    const after = await settledMemoryOf(server.pid, server.inspectorUrl);
    rows.push({ name: 'heap before', value: (before?.heap ?? Number.NaN) / MB, unit: 'MB' });
    rows.push({ name: 'heap after', value: after.heap / MB, unit: 'MB' });
    return rows;
  } finally {
    for (const close of closing.reverse()) await close();
    programs.remove();
  }
}

async function suffer(attack: Attack, parts: Parts): Promise<Row[]> {
  const { plan, server, players, attackers, say } = parts;
  const fromSeconds = plan.calmSeconds / 2;
  const toSeconds = fromSeconds + plan.attackSeconds;
  const target = { port: server.port, token: await resumeTokenOf(server.url) };
  const before = await refusalsOf(server.port);
  let gains: Promise<Gains> | undefined;
  say(`${attack.name}: ${attack.about}`);
  const report = await players.tell(
    'play',
    {
      ...DEFAULTS,
      urls: [server.url],
      players: plan.players,
      seconds: toSeconds + plan.calmSeconds / 2,
      rampPerSecond: 100,
      fullShare: 0.2,
      behaviours: { crowd: 1, wander: 1 },
      faults: { fromSeconds, toSeconds },
    },
    (told) => {
      const { kind } = told as PlayersNews;
      if (kind === 'fault') gains = attackers.tell('attack', { name: attack.name, target });
      else if (kind === 'healed') void attackers.tell('stop', null);
    },
  );
  if (gains === undefined) throw new Error(`${attack.name}: the run ended before it began.`);
  const gained = await gains;
  for (const [code, count] of await refusalsOf(server.port)) {
    const more = count - (before.get(code) ?? 0);
    if (more > 0) say(`${attack.name}: the server ended ${more} × ${nameOf(`closed ${code}`)}`);
  }
  return rowsOf(attack, report, gained, say);
}

function rowsOf({ name }: Attack, report: Report, { tries, outcomes }: Gains, say: BenchmarkOptions['say']): Row[] {
  const { inFault, latencyMs, players, generator } = report;
  const without = latencyMs?.p99 ?? Number.NaN;
  const during = inFault?.latencyMs?.p99 ?? Number.NaN;
  for (const [what, count] of outcomes) say(`${name}: ${count} × ${nameOf(what)}`);
  const row = (what: string, value: number, unit = ''): Row => ({ name: `${name}: ${what}`, value, unit });
  return [
    row('tries', tries),
    row('p99 without ms', without, 'ms'),
    row('p99 meanwhile ms', during, 'ms'),
    atMost(BAR_MS, row('later by ms', Math.max(0, during - without), 'ms')),
    atMost(0, row('players put out', players.dropped + (inFault?.dropped ?? 0))),
    atMost(0, row('missed', report.updates.missed + (inFault?.updates.missed ?? 0))),
    row('the bots’ own delay ms', generator.eventLoopDelayMs.p99, 'ms'),
  ];
}

/** How often the server has refused or ended something, by code. */
async function refusalsOf(port: number): Promise<Map<number, number>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const found = text.matchAll(/^flatlands_refusals_total\{code="(\d+)"\} (\d+)$/gm);
  return new Map([...found].map(([, code, count]) => [Number(code), Number(count)]));
}

/** "closed 4003 (flood)" */
function nameOf(what: string): string {
  const code = Number(/^closed (\d+)$/.exec(what)?.[1]);
  const name = Object.entries(CLOSE).find(([, reason]) => reason.code === code)?.[0];
  return name === undefined ? what : `${what} (${name})`;
}
