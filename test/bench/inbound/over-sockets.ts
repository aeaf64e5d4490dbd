import { setTimeout as pause } from 'node:timers/promises';
import { MESSAGES_PER_SECOND } from '../../../server/gateway/limits.ts';
import { NodeProcess } from '../../helpers/node-process.ts';
import { until } from '../../helpers/until.ts';
import { cpuMicrosOf } from '../cpu-time.ts';
import { medianOf } from '../median.ts';
import { assertOpenFiles } from '../open-files.ts';
import { BareProcess } from './bare-process.ts';
import { Talker } from './talker.ts';

export interface SocketOptions {
  readonly connections: number;
  readonly rounds: number;
  readonly phaseMs: number;
  readonly warmUpMs: number;
}

/** Processor time of a server's process, in µs. */
export interface SocketCosts {
  /** Per input: read, applied, and answered with the next flush. */
  readonly inputMicros: number;
  /** Per `alive` without a nonce, which is not answered. */
  readonly aliveMicros: number;
  /** Per message of the same bytes, by a server that reads them and no more. */
  readonly bareMicros: number;
  /** Per session and second while nobody says anything. */
  readonly restMicros: number;
  readonly messagesPerSecond: number;
}

/** Just below what a session may send. */
const PER_SECOND = MESSAGES_PER_SECOND * 0.9;
/** Senders look at the clock this often, in ms. */
const SEND_EVERY_MS = 4;
/** Nobody sees anybody else: what one says is told to nobody else. */
const APART_TILES = 160;
const COLUMNS = 25;
/** So many connect at a time. */
const JOIN_AT_ONCE = 20;
const HEARD_MS = 10_000;

/** Measures everything in turn, several times. */
export async function measureOverSockets(options: SocketOptions): Promise<SocketCosts> {
  const { connections, rounds, phaseMs, warmUpMs } = options;
  assertOpenFiles(2 * connections);
  const flags = ['--max-sessions', String(connections), '--terrain', 'flat', '--open-spawn', '--log-level', 'warn'];
  const node = await NodeProcess.start(...flags);
  const talkers: Talker[] = [];
  const bareTalkers: Talker[] = [];
  let bare: BareProcess | undefined;
  try {
    bare = await BareProcess.start();
    for (let i = 0; i < connections; i++) {
      const at = [(i % COLUMNS) * APART_TILES, Math.floor(i / COLUMNS) * APART_TILES] as const;
      talkers.push(await Talker.join(node.port, at));
      bareTalkers.push(await Talker.to(bare.port));
      if (i % JOIN_AT_ONCE === JOIN_AT_ONCE - 1) await until('they were in', () => talkers.every(({ isIn }) => isIn));
    }
    const stage = new SocketStage(node, talkers, bare, bareTalkers);
    for (let spentMs = 0; spentMs < warmUpMs; spentMs += phaseMs) await stage.measure(phaseMs);
    const measured: SocketCosts[] = [];
    for (let i = 0; i < rounds; i++) measured.push(await stage.measure(phaseMs));
    const figure = (name: keyof SocketCosts): number => medianOf(measured, (costs) => costs[name]);
    return {
      inputMicros: figure('inputMicros'),
      aliveMicros: figure('aliveMicros'),
      bareMicros: figure('bareMicros'),
      restMicros: figure('restMicros'),
      messagesPerSecond: figure('messagesPerSecond'),
    };
  } finally {
    for (const talker of [...talkers, ...bareTalkers]) talker.leave();
    await Promise.all([node.close(), bare?.close()]);
  }
}

/** A server and a bare one, and as many connections to each. */
class SocketStage {
  readonly #node: NodeProcess;
  readonly #talkers: readonly Talker[];
  readonly #bare: BareProcess;
  readonly #bareTalkers: readonly Talker[];
  #nonce = 0;

  constructor(node: NodeProcess, talkers: readonly Talker[], bare: BareProcess, bareTalkers: readonly Talker[]) {
    this.#node = node;
    this.#talkers = talkers;
    this.#bare = bare;
    this.#bareTalkers = bareTalkers;
  }

  async measure(ms: number): Promise<SocketCosts> {
    const { pid } = this.#node;
    // Nothing was said while others talked to the bare server, and whoever acknowledges nothing for 4 s is sent away.
    for (const talker of this.#talkers) talker.alive();
    const restBefore = cpuMicrosOf(pid);
    await pause(ms);
    const restMicros = ((cpuMicrosOf(pid) - restBefore) / this.#talkers.length / ms) * 1000;

    const beganMs = performance.now();
    let messages = 0;
    const inputMicros = await costOf(pid, async () => {
      messages = await talk(this.#talkers, ms, (talker) => talker.turn());
      await until('all inputs were answered', () => this.#talkers.every(isAnswered), HEARD_MS);
      return messages;
    });
    const messagesPerSecond = messages / ((performance.now() - beganMs) / 1000);
    const aliveMicros = await costOf(pid, async () => {
      const sent = await talk(this.#talkers, ms, (talker) => talker.alive());
      // Whoever is answered has been heard to the end.
      const nonce = ++this.#nonce;
      for (const talker of this.#talkers) talker.alive(nonce);
      await until('everybody was heard', () => this.#talkers.every((talker) => talker.nonce === nonce), HEARD_MS);
      return sent + this.#talkers.length;
    });
    const bareMicros = await costOf(this.#bare.pid, async () => {
      const sent = await talk(this.#bareTalkers, ms, (talker) => talker.alive());
      const bytes = this.#bareTalkers.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
      await until('all bytes were read', async () => (await this.#bare.bytes()) === bytes, HEARD_MS);
      return sent;
    });
    this.#node.assertAlive();
    return { inputMicros, aliveMicros, bareMicros, restMicros, messagesPerSecond };
  }
}

const isAnswered = ({ input, answeredInput }: Talker): boolean => input === answeredInput;

/** Lets everybody say as much as they may, one after the other and evenly over time. Returns how much was said. */
async function talk(talkers: readonly Talker[], ms: number, say: (talker: Talker) => void): Promise<number> {
  const beganMs = performance.now();
  const all = Math.floor((talkers.length * PER_SECOND * ms) / 1000);
  for (let said = 0; said < all; ) {
    const due = Math.min(all, (all * (performance.now() - beganMs)) / ms);
    for (; said < due; said++) say(talkers[said % talkers.length] as Talker);
    await pause(SEND_EVERY_MS);
  }
  return all;
}

/** @param work gives how many messages there were */
async function costOf(pid: number, work: () => Promise<number>): Promise<number> {
  const before = cpuMicrosOf(pid);
  const messages = await work();
  return (cpuMicrosOf(pid) - before) / messages;
}
