import type { Player } from '../../../server/world/player.ts';
import { decodeClientFrame, encodeClientMessage } from '../../../shared/client-codec.ts';
import { concat } from '../../../shared/codec.ts';
import { MAX_CLIENT_DEPTH, MAX_CLIENT_FRAME_MESSAGES, MAX_CLIENT_VALUES } from '../../../shared/constants.ts';
import { frequentMessages, readFrequentMessage } from '../../../shared/input-reader.ts';
import { prescan } from '../../../shared/prescan.ts';
import type { Input } from '../../../shared/protocol.ts';
import { median, medianOf } from '../median.ts';
import { BusyNode } from './busy-node.ts';

/** What is measured: the way in by the short path and by the general one, and parts of both. */
export const STAGES = ['input', 'general input', 'alive', 'apply', 'read', 'pre-scan', 'decode'] as const;
export type Stage = (typeof STAGES)[number];

/** Of one message. */
export interface StageCost {
  /** Processor time of the whole process, collecting garbage included. */
  readonly micros: number;
  /** Allocated. */
  readonly bytes: number;
}

export interface InProcessOptions {
  readonly sessions: number;
  readonly rounds: number;
  /** In each of which everybody says one message of each kind. */
  readonly turnsPerRound: number;
  readonly warmUpTurns: number;
}

const LIMITS = { depth: MAX_CLIENT_DEPTH, values: MAX_CLIENT_VALUES, messages: MAX_CLIENT_FRAME_MESSAGES };

/** What a node pays for what comes in, medians of the rounds. */
export async function measureInProcess(options: InProcessOptions): Promise<ReadonlyMap<Stage, StageCost>> {
  const { sessions, rounds, turnsPerRound, warmUpTurns } = options;
  const turns = new Turns(await BusyNode.start(sessions));
  for (let i = 0; i < warmUpTurns; i++) await turns.take(new Map());
  const measured: ReadonlyMap<Stage, StageCost>[] = [];
  for (let i = 0; i < rounds; i++) {
    const costs = new Map<Stage, StageCost[]>();
    for (let turn = 0; turn < turnsPerRound; turn++) await turns.take(costs);
    measured.push(new Map(STAGES.map((stage) => [stage, roundOf(costs.get(stage) ?? [])])));
  }
  const overall = (stage: Stage, figure: keyof StageCost): number =>
    medianOf(measured, (round) => round.get(stage)?.[figure] ?? Number.NaN);
  return new Map(STAGES.map((stage) => [stage, { micros: overall(stage, 'micros'), bytes: overall(stage, 'bytes') }]));
}

/** Time is summed, so that collections count. They cut what was allocated short where they fall: the median is of those without. */
function roundOf(costs: readonly StageCost[]): StageCost {
  const micros = costs.reduce((sum, cost) => sum + cost.micros, 0) / costs.length;
  return { micros, bytes: median(costs.map(({ bytes }) => bytes)) };
}

/** Lets everybody say one message of each kind, each kind after a flush of its own. */
class Turns {
  readonly #busy: BusyNode;
  readonly #into = frequentMessages();

  constructor(busy: BusyNode) {
    this.#busy = busy;
  }

  async take(costs: Map<Stage, StageCost[]>): Promise<void> {
    const note = (stage: Stage, cost: StageCost): void => {
      const all = costs.get(stage);
      if (all === undefined) costs.set(stage, [cost]);
      else all.push(cost);
    };
    note('input', await this.#receive((input) => encodeClientMessage(input)));
    note('general input', await this.#receive(inGeneralForm));
    note('alive', await this.#receiveAlive());
    note('apply', await this.#apply());

    const inputs = this.#busy.nextInputs();
    const frames = inputs.map((input) => Buffer.from(encodeClientMessage(input)));
    note('read', this.#read(frames, inputs));
    note('pre-scan', this.#prescan(frames));
    note('decode', this.#decode(frames, inputs));
  }

  async #receive(encode: (input: Input) => Uint8Array): Promise<StageCost> {
    await this.#busy.flush();
    // As they come from a connection.
    const frames = this.#busy.nextInputs().map((input) => Buffer.from(encode(input)));
    const cost = this.#feed(frames);
    this.#busy.assertApplied();
    return cost;
  }

  async #receiveAlive(): Promise<StageCost> {
    await this.#busy.flush();
    const { frame, node } = this.#busy;
    const frames = this.#busy.sessions.map(() =>
      Buffer.from(encodeClientMessage({ type: 'alive', frame, nonce: null })),
    );
    const cost = this.#feed(frames);
    for (const { lastSign } of this.#busy.players) {
      if (lastSign !== node.world.tick) throw new Error('A sign of life was not heard.');
    }
    return cost;
  }

  #feed(frames: readonly Uint8Array[]): StageCost {
    const { sessions } = this.#busy;
    return costOf(frames.length, () => {
      for (let i = 0; i < frames.length; i++) sessions[i]?.receive(frames[i] as Uint8Array);
    });
  }

  async #apply(): Promise<StageCost> {
    await this.#busy.flush();
    const inputs = this.#busy.nextInputs();
    const { players } = this.#busy;
    const { world } = this.#busy.node;
    const cost = costOf(inputs.length, () => {
      for (let i = 0; i < inputs.length; i++) {
        const { n, tick, heading } = inputs[i] as Input;
        world.input(players[i] as Player, n, tick, heading);
      }
    });
    this.#busy.assertApplied();
    return cost;
  }

  #read(frames: readonly Uint8Array[], inputs: readonly Input[]): StageCost {
    let sum = 0;
    const cost = costOf(frames.length, () => {
      for (const frame of frames) {
        const message = readFrequentMessage(frame, this.#into);
        if (message?.type === 'input') sum += message.heading;
      }
    });
    assertSum(sum, inputs);
    return cost;
  }

  #prescan(frames: readonly Uint8Array[]): StageCost {
    let wrong = 0;
    const cost = costOf(frames.length, () => {
      for (const frame of frames) if (prescan(frame, LIMITS) !== undefined) wrong++;
    });
    if (wrong > 0) throw new Error(`${wrong} inputs were refused.`);
    return cost;
  }

  #decode(frames: readonly Uint8Array[], inputs: readonly Input[]): StageCost {
    let sum = 0;
    const cost = costOf(frames.length, () => {
      for (const frame of frames) {
        for (const message of decodeClientFrame(frame)) if (message.type === 'input') sum += message.heading;
      }
    });
    assertSum(sum, inputs);
    return cost;
  }
}

function costOf(messages: number, work: () => void): StageCost {
  const heapBefore = process.memoryUsage().heapUsed;
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  const bytes = process.memoryUsage().heapUsed - heapBefore;
  return { micros: (user + system) / messages, bytes: bytes / messages };
}

/** The same message with its array's head in a longer form, which clients may use and ours do not: the general path. */
function inGeneralForm(input: Input): Uint8Array {
  const [head = 0, ...rest] = encodeClientMessage(input);
  return concat([Uint8Array.of(0xdc, 0, head & 0x0f), Uint8Array.from(rest)]);
}

function assertSum(sum: number, inputs: readonly Input[]): void {
  const expected = inputs.reduce((total, { heading }) => total + heading, 0);
  if (sum !== expected) throw new Error(`Headings were read that come to ${sum} and not to ${expected}.`);
}
