import { setTimeout as pause } from 'node:timers/promises';
import { NodeProcess } from '../helpers/node-process.ts';
import { RedisServer } from '../helpers/redis-server.ts';
import type { Benchmark, BenchmarkOptions, Row } from './benchmark.ts';
import { measurePublishing } from './broker-publish.ts';
import { cpuMicrosOf } from './cpu-time.ts';
import { CrowdProcess } from './crowd/crowd-process.ts';
import { medianOf } from './median.ts';
import { PLACEMENTS, type Placement, seatsOf } from './placement.ts';

export const brokerScale: Benchmark = {
  name: 'broker-scale',
  about: 'what an update costs on 1, 2 and 4 nodes over one Redis, with as many players on each',
  run: measureScale,
};

const NODE_COUNTS = [1, 2, 4] as const;

interface Pace {
  readonly playersEach: number;
  /** Before the first crowd: what a node does some hundred times a second takes V8 long to compile for good. */
  readonly warmUpMs: number;
  /** In which a crowd falls into step before the first round. */
  readonly settleMs: number;
  readonly rounds: number;
  readonly roundMs: number;
}

const FULL: Pace = { playersEach: 100, warmUpMs: 18_000, settleMs: 2000, rounds: 3, roundMs: 5000 };
const QUICK: Pace = { playersEach: 50, warmUpMs: 5000, settleMs: 300, rounds: 1, roundMs: 1200 };
/** Everybody turns about once a second. */
const LEAST_TURNS_PER_SECOND = 0.8;
/** In the warm-up everybody turns so many times as often. */
const WARM_UP_HASTE = 6;

/** What one round came to. */
interface Round {
  readonly nodeMicros: number;
  readonly redisMicros: number;
  readonly updatesPerSecond: number;
  readonly commandsPerPlayerSecond: number;
  /** What Redis sent to the nodes. */
  readonly bytesPerPlayerSecond: number;
}

interface Setting {
  readonly nodes: number;
  readonly placement: Placement;
  readonly rounds: readonly Round[];
}

async function measureScale(options: BenchmarkOptions): Promise<readonly Row[]> {
  const settings = await measureSettings(options);
  return [...settings.flatMap(settingRows), ...ratioRows(settings), ...(await measurePublishing(options))];
}

/** The shard shrinks from four nodes to one, all warm, and at each size the same crowd comes twice, placed both ways. */
async function measureSettings({ quick, say }: BenchmarkOptions): Promise<Setting[]> {
  const pace = quick ? QUICK : FULL;
  const settings: Setting[] = [];
  const nodes: NodeProcess[] = [];
  const redis = await RedisServer.start();
  const crowd = new CrowdProcess();
  try {
    await startNodes(nodes, Math.max(...NODE_COUNTS), redis);
    say(`warming up ${nodes.length} nodes`);
    const ports = nodes.map(({ port }) => port);
    const seats = seatsOf({ ports, playersEach: pace.playersEach, placement: 'spread at random', row: 0 });
    await crowd.tell(
      'join',
      seats.map((seat) => ({ ...seat, haste: WARM_UP_HASTE })),
    );
    await pause(pace.warmUpMs);
    await crowd.tell('leave', null);
    for (const count of NODE_COUNTS.toReversed()) {
      await Promise.all(nodes.splice(count).map((node) => node.close()));
      for (const placement of PLACEMENTS) {
        const setting = await measureSetting({ redis, nodes, crowd, placement, pace, row: settings.length + 1, say });
        settings.push(setting);
      }
    }
    return settings.sort((a, b) => a.nodes - b.nodes);
  } finally {
    await Promise.all([crowd.close(), ...nodes.map((node) => node.close())]);
    await redis.close();
  }
}

/** Those that come up are in `nodes`, whatever becomes of the others. */
async function startNodes(nodes: NodeProcess[], count: number, redis: RedisServer): Promise<void> {
  const flags = ['--redis', redis.url, '--terrain', 'flat', '--open-spawn', '--log-level', 'warn'];
  const starting = Array.from({ length: count }, async () => nodes.push(await NodeProcess.start(...flags)));
  const failed = (await Promise.allSettled(starting)).find((start) => start.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

interface Stage {
  readonly redis: RedisServer;
  readonly nodes: readonly NodeProcess[];
  readonly crowd: CrowdProcess;
}

interface SettingOptions extends Stage {
  readonly placement: Placement;
  readonly pace: Pace;
  readonly row: number;
  readonly say: BenchmarkOptions['say'];
}

async function measureSetting({ placement, pace, row, say, ...stage }: SettingOptions): Promise<Setting> {
  const { nodes, crowd } = stage;
  const seats = seatsOf({ ports: nodes.map(({ port }) => port), playersEach: pace.playersEach, placement, row });
  await crowd.tell('join', seats);
  await pause(pace.settleMs);
  const rounds: Round[] = [];
  for (let i = 0; i < pace.rounds; i++) rounds.push(await measureRound(stage, seats.length, pace.roundMs));
  const { onScreen, inInterest } = await crowd.tell('check', null);
  await crowd.tell('leave', null);
  say(
    `${sizeOf(nodes.length)}, ${placement}: ${seats.length} players, with ${onScreen.toFixed(0)} others on each ` +
      `screen and ${inInterest.toFixed(0)} in each interest, all as it has to be`,
  );
  return { nodes: nodes.length, placement, rounds };
}

async function measureRound({ redis, nodes, crowd }: Stage, players: number, ms: number): Promise<Round> {
  const read = async () => ({
    redis: await statsOf(redis),
    tally: await crowd.tell('count', null),
    nodeMicros: nodes.reduce((sum, { pid }) => sum + cpuMicrosOf(pid), 0),
    redisMicros: cpuMicrosOf(redis.pid),
    atMs: performance.now(),
  });
  const before = await read();
  await pause(ms);
  const after = await read();
  const seconds = (after.atMs - before.atMs) / 1000;
  const updates = after.tally.updates - before.tally.updates;
  assertTurned((after.tally.turns - before.tally.turns) / players / seconds);
  return {
    nodeMicros: (after.nodeMicros - before.nodeMicros) / updates,
    redisMicros: (after.redisMicros - before.redisMicros) / updates,
    updatesPerSecond: updates / seconds,
    commandsPerPlayerSecond: (after.redis.commands - before.redis.commands) / players / seconds,
    bytesPerPlayerSecond: (after.redis.bytesOut - before.redis.bytesOut) / players / seconds,
  };
}

async function statsOf(redis: RedisServer): Promise<{ commands: number; bytesOut: number }> {
  const stats = await redis.command('INFO', 'stats');
  const figure = (field: string): number => Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(stats)?.[1]);
  return { commands: figure('total_commands_processed'), bytesOut: figure('total_net_output_bytes') };
}

/** Of a crowd that could not keep up, every figure would be about something else. */
function assertTurned(turnsPerSecond: number): void {
  if (turnsPerSecond > LEAST_TURNS_PER_SECOND) return;
  const rate = turnsPerSecond.toFixed(2);
  throw new Error(`The players turned ${rate} times a second instead of once: the machine is too busy.`);
}

const sizeOf = (nodes: number): string => (nodes === 1 ? '1 node' : `${nodes} nodes`);

function settingRows({ nodes, placement, rounds }: Setting): Row[] {
  const row = (what: string, unit: string, figure: (round: Round) => number): Row => ({
    name: `${sizeOf(nodes)}, ${placement}: ${what}`,
    value: medianOf(rounds, figure),
    unit,
  });
  return [
    row('node CPU per delivered update', 'µs', (round) => round.nodeMicros),
    row('Redis CPU per delivered update', 'µs', (round) => round.redisMicros),
    row('delivered updates', '1/s', (round) => round.updatesPerSecond),
    row('Redis commands per player', '1/s', (round) => round.commandsPerPlayerSecond),
    row('from Redis per player', 'B/s', (round) => round.bytesPerPlayerSecond),
  ];
}

/** Ratios of this run: the most nodes against the fewest, and neighbours on other nodes against those on one's own. */
function ratioRows(settings: readonly Setting[]): Row[] {
  const microsOf = (nodes: number, placement: Placement): number => {
    const rounds = settings.find((one) => one.nodes === nodes && one.placement === placement)?.rounds ?? [];
    return medianOf(rounds, (round) => round.nodeMicros);
  };
  const ratio = (name: string, value: number): Row => ({
    name: `${name}: node CPU per delivered update`,
    value,
    unit: '×',
  });
  const fewest = Math.min(...NODE_COUNTS);
  const most = Math.max(...NODE_COUNTS);
  const [spread, grouped] = PLACEMENTS;
  return [
    ...PLACEMENTS.map((placement) =>
      ratio(
        `${sizeOf(most)} against ${sizeOf(fewest)}, ${placement}`,
        microsOf(most, placement) / microsOf(fewest, placement),
      ),
    ),
    ratio(`${sizeOf(most)}, ${spread} against ${grouped}`, microsOf(most, spread) / microsOf(most, grouped)),
  ];
}
