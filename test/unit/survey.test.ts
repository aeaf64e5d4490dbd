import { describe, expect, it } from 'vitest';
import { readNodeState } from '../../server/survey/node-state.ts';
import { Survey } from '../../server/survey/survey.ts';
import type { NodeState } from '../../shared/topology.ts';

const stateOf = (node: string, rest: Partial<NodeState> = {}): NodeState => ({
  node,
  address: `127.0.0.1:${node.charCodeAt(0)}`,
  host: 'here',
  pid: node.charCodeAt(0),
  version: '0.1.0',
  uptimeSeconds: 5,
  isOpen: true,
  sessions: 1,
  players: 1,
  squares: 6,
  rates: { joins: 0.5, leaves: 0, frames: 10, updates: 20, batchesOut: 1, batchesIn: 2, edits: 0, lines: 0 },
  load: { cpu: 0.25, residentBytes: 9e7, loopDelayP99Ms: 1.5, flushMs: 100, flushLevel: 0, flushShare: 0.01 },
  broker: { isConnected: false, lastError: 'Redis is away', dropped: 3, unconfirmedBytes: 0 },
  slow: [{ id: 7, name: 'Ada', behindMs: 2000, unacknowledgedBytes: 900 }],
  crowds: [
    [0, -1, 3],
    [5, 5, 1],
  ],
  ...rest,
});

/** A survey by the node "a", with a clock of its own that runs as it is looked at. */
class Bench {
  nowMs = 0;
  readonly members = new Set<string>();
  readonly asked: number[] = [];
  /** Those who answer at once. */
  readonly answering = new Map<string, NodeState>();
  readonly survey = new Survey({
    world: { name: 'test', terrain: 'flat', seed: 7 },
    own: () => stateOf('a', { uptimeSeconds: 60 }),
    ask: (n) => {
      this.asked.push(n);
      for (const [node, state] of this.answering) this.answer(node, n, state);
    },
    members: () => this.members,
    monotonic: () => {
      this.nowMs += 20;
      return this.nowMs;
    },
  });

  join(node: string, rest: Partial<NodeState> = {}): void {
    this.members.add(node);
    this.answering.set(node, stateOf(node, rest));
  }

  answer(node: string, n: number, state: unknown): void {
    this.survey.answered({ type: 'state', node, asker: 'a', n, state: JSON.stringify(state) });
  }

  /** The nodes as "name health". */
  async look(): Promise<string[]> {
    this.nowMs += 1000;
    const { nodes } = await this.survey.topology();
    return nodes.map(({ state, health }) => `${state.node} ${health}`);
  }
}

describe('a survey of the nodes', () => {
  it('of one alone is that one', async () => {
    const bench = new Bench();
    expect(await bench.look()).toEqual(['a up']);
  });

  it('has everybody who answers, the longest running first, with what they said', async () => {
    const bench = new Bench();
    bench.join('c', { uptimeSeconds: 70 });
    bench.join('b');
    expect(await bench.look()).toEqual(['c up', 'a up', 'b up']);
    const { asker, nodes } = await bench.survey.topology();
    expect(asker).toBe('a');
    expect(nodes[2]?.state).toEqual(stateOf('b'));
  });

  it('is asked for once, however many look at the same time', async () => {
    const bench = new Bench();
    bench.join('b');
    await Promise.all([bench.survey.topology(), bench.survey.topology()]);
    await bench.survey.topology();
    expect(bench.asked).toEqual([1]);
    await bench.look();
    expect(bench.asked).toEqual([1, 2]);
  });

  it('shows a node that does not answer as missing, with what it said last, and forgets it after an hour', async () => {
    const bench = new Bench();
    bench.join('b', { players: 9 });
    await bench.look();
    bench.answering.delete('b');
    expect(await bench.look()).toEqual(['a up', 'b missing']);
    bench.members.delete('b');
    expect(await bench.look(), 'also when the others have given it up').toEqual(['a up', 'b missing']);
    const { nodes } = await bench.survey.topology();
    expect(nodes[1]).toMatchObject({ health: 'missing', state: { players: 9 } });
    expect(nodes[1]?.ageMs).toBeGreaterThan(1000);
    bench.nowMs += 3_600_000;
    expect(await bench.look()).toEqual(['a up']);
  });

  it('shows it no more once another listens in its place', async () => {
    const bench = new Bench();
    bench.join('b', { address: '10.0.0.1:8080' });
    bench.join('c', { address: '10.0.0.1:8080', pid: 1 });
    expect(await bench.look(), 'workers share a port').toEqual(['a up', 'b up', 'c up']);
    bench.members.delete('b');
    bench.answering.delete('b');
    bench.join('d', { address: '10.0.0.1:8080', pid: 2 });
    expect(await bench.look()).toEqual(['a up', 'c up', 'd up']);
  });

  it('does not believe an answer that is none, is another node’s, or comes before its question', async () => {
    const bench = new Bench();
    bench.members.add('b');
    bench.answer('b', 5, stateOf('b'));
    await bench.look();
    bench.answer('b', 1, { ...stateOf('b'), players: 'many' });
    bench.answer('b', 1, stateOf('c'));
    expect(await bench.look()).toEqual(['a up']);
  });
});

describe('what a node says of itself', () => {
  it('is read as it was said', () => {
    expect(readNodeState(JSON.stringify(stateOf('b')))).toEqual(stateOf('b'));
    const nothing = {
      slow: [],
      crowds: [],
      broker: { isConnected: true, lastError: null, dropped: 0, unconfirmedBytes: 0 },
    };
    expect(readNodeState(JSON.stringify(stateOf('b', nothing)))).toEqual(stateOf('b', nothing));
  });

  it.each([
    'no JSON',
    'null',
    '[]',
    '{}',
    JSON.stringify({ ...stateOf('b'), crowds: [[1, 2]] }),
    JSON.stringify({ ...stateOf('b'), crowds: [[1, 2, 'three']] }),
    JSON.stringify({ ...stateOf('b'), slow: {} }),
    JSON.stringify({ ...stateOf('b'), load: undefined }),
    JSON.stringify({ ...stateOf('b'), uptimeSeconds: null }),
  ])('is nothing when it is %s', (json) => {
    expect(readNodeState(json)).toBeUndefined();
  });
});
