import { atMost, type Benchmark, type BenchmarkOptions, type Row } from './benchmark.ts';
import { measureInProcess, type Stage, type StageCost } from './inbound/in-process.ts';
import { measureOverSockets, type SocketCosts } from './inbound/over-sockets.ts';

export const inbound: Benchmark = {
  name: 'inbound',
  about: 'what it costs to take in what a client says, in the process and over real sockets',
  run: measureInbound,
};

/** Parse, pre-scan, validate and apply, in µs. */
const BAR_MICROS = 10;

async function measureInbound({ quick, say }: BenchmarkOptions): Promise<readonly Row[]> {
  const inProcess = quick
    ? { sessions: 1000, rounds: 5, turnsPerRound: 6, warmUpTurns: 10 }
    : { sessions: 1000, rounds: 7, turnsPerRound: 60, warmUpTurns: 60 };
  say(`${inProcess.sessions} sessions of a node in this process`);
  const costs = await measureInProcess(inProcess);
  const overSockets = quick
    ? { connections: 250, rounds: 5, phaseMs: 500, warmUpMs: 1000 }
    : { connections: 500, rounds: 5, phaseMs: 2500, warmUpMs: 5000 };
  say(`${overSockets.connections} connections that send as much as they may`);
  return [...processRows(costs), ...socketRows(await measureOverSockets(overSockets))];
}

function processRows(costs: ReadonlyMap<Stage, StageCost>): Row[] {
  const row = (name: string, stage: Stage, figure: keyof StageCost): Row => ({
    name,
    value: costs.get(stage)?.[figure] ?? Number.NaN,
    unit: figure === 'micros' ? 'µs' : 'B',
  });
  const pair = (name: string, stage: Stage): Row[] => [
    row(`${name} us`, stage, 'micros'),
    row(`${name} bytes`, stage, 'bytes'),
  ];
  return [
    atMost(BAR_MICROS, row('inbound us', 'input', 'micros')),
    row('inbound bytes', 'input', 'bytes'),
    ...pair('inbound, general path', 'general input'),
    ...pair('alive', 'alive'),
    ...pair('part: read', 'read'),
    ...pair('part: apply', 'apply'),
    ...pair('general part: pre-scan', 'pre-scan'),
    ...pair('general part: pre-scan and decode', 'decode'),
  ];
}

const socketRows = (costs: SocketCosts): Row[] => [
  { name: 'socket: server us per input, answers included', value: costs.inputMicros, unit: 'µs' },
  { name: 'socket: server us per alive, which is not answered', value: costs.aliveMicros, unit: 'µs' },
  { name: 'socket: bare net server us for the same bytes', value: costs.bareMicros, unit: 'µs' },
  { name: 'socket: alive against bare', value: costs.aliveMicros / costs.bareMicros, unit: '×' },
  { name: 'socket: server us per session and second, nothing said', value: costs.restMicros, unit: 'µs' },
  { name: 'socket: messages per second', value: costs.messagesPerSecond, unit: '1/s' },
];
