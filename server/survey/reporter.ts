import type { Crowd, NodeState, Rates } from '../../shared/topology.ts';
import type { Node } from '../node.ts';
import { MAX_CROWDS, MAX_SLOW } from './node-state.ts';

export interface ReporterOptions {
  readonly node: Pick<
    Node,
    'counters' | 'grid' | 'flusher' | 'actions' | 'world' | 'sessionCount' | 'isOpen' | 'slowest'
  >;
  /** What does not change. */
  readonly identity: Pick<NodeState, 'node' | 'address' | 'host' | 'pid' | 'version'>;
  readonly pace: () => { readonly nearMs: number; readonly level: number };
  readonly loopDelayP99Ms: () => number;
  /** Of this process, since its start, in s of processor time. */
  readonly cpuSeconds: () => number;
  readonly residentBytes: () => number;
  readonly monotonic: () => number;
}

/** What grows as long as the node is up. */
type Totals = Rates & { readonly cpuSeconds: number; readonly flushSeconds: number };

/** Asked again sooner than this, the rates are those that were told before, in ms. */
const LEAST_MS = 1000;

/** Says how a node is; nothing is counted or kept between two questions. */
export class Reporter {
  readonly #options: ReporterOptions;
  readonly #startedMs: number;
  #before: { readonly atMs: number; readonly totals: Totals };
  #rates: Totals;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#startedMs = options.monotonic();
    this.#before = { atMs: this.#startedMs, totals: this.#totals() };
    this.#rates = perSecond(this.#before.totals, this.#before.totals, 1);
  }

  state(): NodeState {
    const { node, identity, pace, loopDelayP99Ms, residentBytes, monotonic } = this.#options;
    const { cpuSeconds, flushSeconds, ...rates } = this.#ratesNow();
    const { nearMs, level } = pace();
    const { isConnected, lastError = null, dropped, unconfirmedBytes } = node.grid.brokerStatus;
    return {
      ...identity,
      uptimeSeconds: Math.round((monotonic() - this.#startedMs) / 1000),
      isOpen: node.isOpen,
      sessions: node.sessionCount,
      players: node.world.players.size,
      squares: node.grid.subscribedCount,
      rates,
      load: {
        cpu: cpuSeconds,
        residentBytes: residentBytes(),
        loopDelayP99Ms: loopDelayP99Ms(),
        flushMs: nearMs,
        flushLevel: level,
        flushShare: flushSeconds,
      },
      broker: { isConnected, lastError, dropped, unconfirmedBytes },
      slow: node.slowest(MAX_SLOW),
      crowds: this.#crowds(),
    };
  }

  #crowds(): Crowd[] {
    return [...this.#options.node.grid.crowds()]
      .sort((a, b) => b.players - a.players)
      .slice(0, MAX_CROWDS)
      .map(({ sx, sy, players }) => [sx, sy, players]);
  }

  #ratesNow(): Totals {
    const nowMs = this.#options.monotonic();
    const seconds = (nowMs - this.#before.atMs) / 1000;
    if (seconds * 1000 < LEAST_MS) return this.#rates;
    const totals = this.#totals();
    this.#rates = perSecond(this.#before.totals, totals, seconds);
    this.#before = { atMs: nowMs, totals };
    return this.#rates;
  }

  #totals(): Totals {
    const { node, cpuSeconds } = this.#options;
    const { counters, flusher, grid, actions } = node;
    return {
      joins: counters.joins,
      leaves: counters.leaves,
      frames: grid.delivered.frames,
      updates: grid.delivered.updates,
      batchesOut: grid.counters.batchesOut,
      batchesIn: grid.counters.batchesIn,
      edits: actions.counters.edits,
      lines: actions.counters.lines,
      cpuSeconds: cpuSeconds(),
      flushSeconds: flusher.counters.flushMs / 1000,
    };
  }
}

function perSecond(before: Totals, after: Totals, seconds: number): Totals {
  const rate = (name: keyof Totals): number => Math.round(((after[name] - before[name]) / seconds) * 1000) / 1000;
  return {
    joins: rate('joins'),
    leaves: rate('leaves'),
    frames: rate('frames'),
    updates: rate('updates'),
    batchesOut: rate('batchesOut'),
    batchesIn: rate('batchesIn'),
    edits: rate('edits'),
    lines: rate('lines'),
    cpuSeconds: rate('cpuSeconds'),
    flushSeconds: rate('flushSeconds'),
  };
}
