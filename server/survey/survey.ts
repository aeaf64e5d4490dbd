import { setTimeout as pause } from 'node:timers/promises';
import type { KnownNode, NodeState, Topology } from '../../shared/topology.ts';
import type { SurveyAnswer } from '../grid/control-wire.ts';
import { readNodeState } from './node-state.ts';

export interface SurveyOptions {
  readonly world: Topology['world'];
  /** How this node itself is. */
  readonly own: () => NodeState;
  /** Asks all others, by a number. */
  readonly ask: (n: number) => void;
  /** The names of those that are known to be there. */
  readonly members: () => Iterable<string>;
  readonly monotonic: () => number;
}

/** Nodes that are there are heard of within this, in ms; those who are not are waited for as long. */
const PATIENCE_MS = 500;
const LOOK_MS = 10;
/** What was asked so long ago is asked again, in ms: several who look at once cost one question. */
const FRESH_MS = 1000;
/** For so long a node that does not answer is shown as missing, in ms. */
const REMEMBERED_MS = 3_600_000;
/** Nodes remembered, those that answer and those that do not. The one not heard of for longest is forgotten first. */
const MAX_KNOWN = 1024;

interface Heard {
  readonly state: NodeState;
  readonly atMs: number;
  /** Which question it answered. */
  readonly n: number;
}

/** Asks all nodes of the world how they are, and makes one picture of the answers. */
export class Survey {
  readonly #options: SurveyOptions;
  readonly #heard = new Map<string, Heard>();
  #n = 0;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  /** Of the last question. */
  #asking: Promise<void> | undefined;

  constructor(options: SurveyOptions) {
    this.#options = options;
  }

  /** An answer has come; those to earlier questions count as what was last heard. */
  answered({ node, n, state: json }: SurveyAnswer): void {
    const state = readNodeState(json);
    if (state === undefined || state.node !== node || n > this.#n) return;
    this.#hear(state, n);
  }

  /** How all nodes are, no longer ago than a second. */
  async topology(): Promise<Topology> {
    if (this.#options.monotonic() - this.#askedAtMs >= FRESH_MS) this.#asking = this.#ask();
    await this.#asking;
    return this.#picture();
  }

  async #ask(): Promise<void> {
    const { own, ask, monotonic } = this.#options;
    const n = ++this.#n;
    this.#askedAtMs = monotonic();
    this.#hear(own(), n);
    ask(n);
    while (this.#isAwaited(n) && monotonic() - this.#askedAtMs < PATIENCE_MS) await pause(LOOK_MS);
  }

  #isAwaited(n: number): boolean {
    for (const node of this.#options.members()) if (this.#heard.get(node)?.n !== n) return true;
    return false;
  }

  #hear(state: NodeState, n: number): void {
    const { host, address, node } = state;
    for (const [name, { state: other }] of this.#heard) {
      // Names are made anew at every start: whoever listens where that one listened has taken its place.
      const isReplaced = name !== node && other.host === host && other.address === address && other.pid !== state.pid;
      if (isReplaced && !this.#isMember(name)) this.#heard.delete(name);
    }
    this.#heard.delete(node);
    this.#heard.set(node, { state, atMs: this.#options.monotonic(), n });
    for (const oldest of this.#heard.keys()) {
      if (this.#heard.size <= MAX_KNOWN) break;
      this.#heard.delete(oldest);
    }
  }

  #isMember(name: string): boolean {
    for (const member of this.#options.members()) if (member === name) return true;
    return false;
  }

  #picture(): Topology {
    const nowMs = this.#options.monotonic();
    const nodes: KnownNode[] = [];
    for (const [name, { state, atMs, n }] of this.#heard) {
      const ageMs = Math.round(nowMs - atMs);
      if (ageMs > REMEMBERED_MS) this.#heard.delete(name);
      else nodes.push({ state, health: n === this.#n ? 'up' : 'missing', ageMs });
    }
    nodes.sort((a, b) => b.state.uptimeSeconds - a.state.uptimeSeconds || (a.state.node < b.state.node ? -1 : 1));
    const { own, world } = this.#options;
    return { world, asker: own().node, nodes };
  }
}
