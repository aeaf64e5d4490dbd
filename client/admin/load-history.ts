import type { KnownNode, NodeState } from '../../shared/topology.ts';

/** What is drawn of each node over time. */
export const MEASURES = ['players', 'cpu', 'loopDelayP99Ms', 'updates', 'brokerBytes'] as const;
export type Measure = (typeof MEASURES)[number];

/** So many looks are remembered: a quarter of an hour. */
export const MAX_LOOKS = 450;

const READ: Readonly<Record<Measure, (state: NodeState) => number>> = {
  players: ({ players }) => players,
  cpu: ({ load }) => load.cpu * 100,
  loopDelayP99Ms: ({ load }) => load.loopDelayP99Ms,
  updates: ({ rates }) => rates.updates,
  brokerBytes: ({ broker }) => broker.unconfirmedBytes,
};

/** How the nodes were at the last looks of this page; the server keeps nothing of it. */
export class LoadHistory {
  /** When, in s since 1970. */
  readonly times: number[] = [];
  readonly #states = new Map<string, (NodeState | undefined)[]>();

  add(nodes: readonly KnownNode[], atSeconds: number): void {
    this.times.push(atSeconds);
    const looks = this.times.length;
    for (const { state } of nodes) if (!this.#states.has(state.node)) this.#states.set(state.node, []);
    const up = new Map(nodes.filter(({ health }) => health === 'up').map(({ state }) => [state.node, state]));
    for (const [node, states] of this.#states) {
      while (states.length < looks - 1) states.push(undefined);
      states.push(up.get(node));
    }
    if (looks <= MAX_LOOKS) return;
    this.times.shift();
    for (const [node, states] of this.#states) {
      states.shift();
      if (states.every((state) => state === undefined)) this.#states.delete(node);
    }
  }

  /** A value for each of the times; null where the node was not there. */
  of(node: string, measure: Measure): (number | null)[] {
    const states = this.#states.get(node) ?? [];
    return this.times.map((_, i) => {
      const state = states[i];
      return state === undefined ? null : READ[measure](state);
    });
  }
}
