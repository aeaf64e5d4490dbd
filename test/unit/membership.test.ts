import { describe, expect, it } from 'vitest';
import { readControl, writeControl } from '../../server/grid/control-wire.ts';
import { BEAT_TICKS, LEASE_TICKS, MAX_NODE_NAME, MAX_NODES, MAX_TOLD_SQUARES } from '../../server/grid/limits.ts';
import { Membership } from '../../server/grid/membership.ts';

/** The membership of a node that is called "here", with a log of what it said and told. */
class Bench {
  tick = 1000;
  canHear = true;
  players = 3;
  readonly log: string[] = [];
  readonly membership = new Membership({
    node: 'here',
    census: () => ({ players: this.players, lastId: 2000, squares: [{ sx: 3, sy: -4 }], isOpen: true }),
    say: (message) => this.log.push(`says ${JSON.stringify(readControl(message))}`),
    gone: (node) => this.log.push(`gone ${node}`),
    lapsed: () => this.log.push('lapsed'),
    arrived: (id, generation) => this.log.push(`arrived ${id} ${generation}`),
    whispered: (message) => this.log.push(`${message.type} ${message.node} ${message.n}`),
    surveyed: (message) => this.log.push(`${message.type} ${message.node} ${message.n}`),
    ordered: () => undefined,
  });

  pass(ticks: number, isLate = false): void {
    for (let i = 0; i < ticks; i++) this.membership.settle(++this.tick, this.canHear, isLate);
  }

  beat(node: string, players = 1, lastId = 1000): void {
    this.membership.receive(writeControl({ type: 'beat', node, players, lastId, squares: [], isOpen: true }));
  }

  take(): string[] {
    return this.log.splice(0);
  }

  /** What was told, without what was said. */
  told(): string[] {
    return this.take().filter((line) => !line.startsWith('says'));
  }
}

const BEAT = 'says {"type":"beat","node":"here","players":3,"lastId":2000,"squares":[{"sx":3,"sy":-4}],"isOpen":true}';

describe('membership (G6)', () => {
  it('says that the node lives, from the first tick on and once a second', () => {
    const bench = new Bench();
    bench.pass(1);
    expect(bench.take()).toEqual([BEAT]);
    bench.pass(3 * BEAT_TICKS);
    expect(bench.take()).toEqual([BEAT, BEAT, BEAT]);
  });

  it('a node that has just come is answered with the next tick, one that is known is not', () => {
    const bench = new Bench();
    bench.pass(1);
    bench.take();
    bench.beat('there');
    bench.beat('elsewhere');
    bench.pass(1);
    expect(bench.take(), 'one word for all who came in a tick').toEqual([BEAT]);
    bench.beat('there');
    bench.pass(1);
    expect(bench.take()).toEqual([]);
    expect(bench.membership.size).toBe(2);
  });

  it('a node is missed when nothing was heard of it for a lease, and not a tick before', () => {
    const bench = new Bench();
    bench.pass(1);
    bench.beat('there');
    bench.pass(LEASE_TICKS - 1);
    expect(bench.told()).toEqual([]);
    bench.pass(1);
    expect(bench.told()).toEqual(['gone there']);
    bench.pass(10 * LEASE_TICKS);
    expect([bench.told(), bench.membership.size]).toEqual([[], 0]);
  });

  it('whatever is heard of a node renews its lease', () => {
    const bench = new Bench();
    bench.beat('there');
    for (let i = 0; i < 20; i++) {
      bench.pass(LEASE_TICKS - 1);
      expect(bench.membership.heard('there')).toBe(true);
    }
    expect(bench.told()).toEqual([]);
  });

  it('a node that says goodbye is gone at once, and what of it is still on its way counts no more', () => {
    const bench = new Bench();
    bench.beat('there');
    bench.membership.receive(writeControl({ type: 'goodbye', node: 'there' }));
    expect(bench.told()).toEqual(['gone there']);
    expect(bench.membership.heard('there')).toBe(false);
    bench.beat('there');
    bench.pass(LEASE_TICKS);
    expect([bench.membership.size, bench.membership.heard('there'), bench.told()]).toEqual([0, false, []]);
  });

  it('names of nodes that have gone are not kept for ever', () => {
    const bench = new Bench();
    bench.membership.receive(writeControl({ type: 'goodbye', node: 'there' }));
    bench.pass(2 * LEASE_TICKS + 1);
    expect(bench.membership.heard('there')).toBe(true);
  });

  it('a goodbye counts as well when the node had been missed, and is not forgotten while this one cannot hear', () => {
    const bench = new Bench();
    bench.membership.receive(writeControl({ type: 'goodbye', node: 'there' }));
    expect([bench.told(), bench.membership.heard('there')]).toEqual([[], false]);
    bench.pass(10 * LEASE_TICKS, true);
    bench.canHear = false;
    bench.pass(10 * LEASE_TICKS);
    bench.canHear = true;
    bench.pass(1);
    expect([bench.membership.heard('there'), bench.membership.size]).toEqual([false, 0]);
  });

  it('a node that was missed and is heard of again is a node like any other', () => {
    const bench = new Bench();
    bench.beat('there');
    bench.pass(LEASE_TICKS + 1);
    expect(bench.told()).toEqual(['gone there']);
    bench.membership.heard('there');
    bench.pass(LEASE_TICKS - 1);
    expect([bench.membership.size, bench.told()]).toEqual([1, []]);
  });

  it('while there is no broker the lease clocks stand still, and on return everyone gets one full lease', () => {
    const bench = new Bench();
    bench.beat('there');
    bench.pass(LEASE_TICKS - 1);
    bench.canHear = false;
    bench.pass(20 * LEASE_TICKS);
    bench.canHear = true;
    bench.pass(LEASE_TICKS - 1);
    expect(bench.told()).toEqual(['lapsed']);
    bench.pass(1);
    expect(bench.told()).toEqual(['gone there']);
  });

  it('while the node itself stalls they stand still as well', () => {
    const bench = new Bench();
    bench.beat('there');
    bench.pass(LEASE_TICKS - 1);
    bench.pass(20 * LEASE_TICKS, true);
    bench.pass(LEASE_TICKS - 1);
    expect(bench.told()).toEqual(['lapsed']);
    bench.pass(1);
    expect(bench.told()).toEqual(['gone there']);
  });

  it('says nothing without a broker, and at once when it is back', () => {
    const bench = new Bench();
    bench.pass(1);
    bench.take();
    bench.canHear = false;
    bench.pass(BEAT_TICKS * 2);
    expect(bench.take()).toEqual([]);
    bench.canHear = true;
    bench.pass(1);
    expect(bench.take()).toEqual([BEAT]);
  });

  it('knows when it was itself silent for longer than its lease, and not when for less', () => {
    const bench = new Bench();
    bench.pass(1);
    bench.canHear = false;
    bench.pass(LEASE_TICKS - 2);
    bench.canHear = true;
    bench.pass(1);
    expect(bench.told()).toEqual([]);
    bench.canHear = false;
    bench.pass(LEASE_TICKS - 1);
    bench.canHear = true;
    bench.pass(1);
    expect(bench.told()).toEqual(['lapsed']);
  });

  it('adds up the players of the others, and knows the highest id any of them knows', () => {
    const bench = new Bench();
    bench.beat('a', 5, 3000);
    bench.beat('b', 7, 1000);
    expect([bench.membership.players, bench.membership.lastId]).toEqual([12, 3000]);
    bench.beat('a', 6, 4000);
    bench.membership.receive(writeControl({ type: 'goodbye', node: 'b' }));
    expect([bench.membership.players, bench.membership.lastId]).toEqual([6, 4000]);
  });

  it('knows so many nodes at most, and passes over those beyond (STYLE 12)', () => {
    const bench = new Bench();
    for (let i = 0; i < 3 * MAX_NODES; i++) bench.beat(`node-${i}`);
    expect([bench.membership.size, bench.membership.heard('one more')]).toEqual([MAX_NODES, false]);
    bench.pass(LEASE_TICKS);
    expect(bench.membership.size).toBe(0);
    expect(bench.membership.heard('one more')).toBe(true);
  });

  it('tells of arrivals both ways', () => {
    const bench = new Bench();
    bench.membership.arrived(7, 2);
    expect(bench.take()).toEqual(['says {"type":"arrival","node":"here","id":7,"generation":2}']);
    bench.membership.receive(writeControl({ type: 'arrival', node: 'there', id: 7, generation: 3 }));
    expect(bench.told()).toEqual(['arrived 7 3']);
  });
});

describe('what nodes tell of their people', () => {
  it('tells of the squares of other nodes, as of their last beats', () => {
    const bench = new Bench();
    const squares = [
      { sx: 1, sy: 2 },
      { sx: -(2 ** 31), sy: 2 ** 31 - 1 },
    ];
    bench.membership.receive(writeControl({ type: 'beat', node: 'a', players: 2, lastId: 0, squares, isOpen: true }));
    bench.beat('b');
    expect([...bench.membership.squares()]).toEqual(squares);
    bench.beat('a');
    expect([...bench.membership.squares()]).toEqual([]);
  });

  it('tells whether any other node takes players', () => {
    const bench = new Bench();
    expect(bench.membership.isOpenElsewhere, 'there is none').toBe(false);
    const say = (node: string, isOpen: boolean): boolean =>
      bench.membership.receive(writeControl({ type: 'beat', node, players: 1, lastId: 0, squares: [], isOpen }));
    say('a', true);
    say('b', true);
    say('a', false);
    expect(bench.membership.isOpenElsewhere).toBe(true);
    say('b', false);
    expect(bench.membership.isOpenElsewhere, 'all of them drain').toBe(false);
    bench.take();
    bench.membership.tell();
    expect(bench.take()).toEqual([BEAT]);
  });

  it('names a bounded number of squares in a beat, and passes over what is none', () => {
    const many = Array.from({ length: 500 }, (_, sx) => ({ sx, sy: 0 }));
    const beat = readControl(
      writeControl({ type: 'beat', node: 'a', players: 1, lastId: 0, squares: many, isOpen: true }),
    );
    expect(beat).toMatchObject({ squares: many.slice(0, MAX_TOLD_SQUARES) });
    const wrong = [
      { sx: 2 ** 31, sy: 0 },
      { sx: 0.5, sy: 0 },
    ];
    const read = readControl(
      writeControl({ type: 'beat', node: 'a', players: 1, lastId: 0, squares: wrong, isOpen: true }),
    );
    expect(read).toMatchObject({ squares: [] });
  });

  it('carries whispers and their answers', () => {
    const bench = new Bench();
    const whisper = { n: 5, from: 7, fromName: 'Ada', toId: 0, toName: 'Zoë', text: 'hello' };
    bench.membership.whisper({ type: 'whisper', ...whisper });
    expect(bench.take()[0]).toContain('"toName":"Zoë"');
    bench.membership.receive(writeControl({ type: 'whisper', node: 'a', ...whisper }));
    bench.membership.receive(writeControl({ type: 'heard', node: 'a', n: 6, asker: 'here', toId: 8, toName: 'Zoë' }));
    expect(bench.told()).toEqual(['whisper a 5', 'heard a 6']);
  });
});

describe('control messages', () => {
  it('what is none is refused: other types, missing and wrong fields, cut bytes', () => {
    const good = writeControl({ type: 'beat', node: 'there', players: 1, lastId: 2, squares: [], isOpen: true });
    expect(readControl(good)).toEqual({
      type: 'beat',
      node: 'there',
      players: 1,
      lastId: 2,
      squares: [],
      isOpen: true,
    });
    for (let length = 0; length < good.length; length++) expect(readControl(good.subarray(0, length))).toBeUndefined();
    for (const text of ['', 'hello', '{"type":"beat"}', '\xff\xff\xff\xff']) {
      expect(readControl(Buffer.from(text, 'latin1'))).toBeUndefined();
    }
    const wrong = [
      { type: 'beat' as const, node: 'there', players: -1, lastId: 0, squares: [], isOpen: true },
      { type: 'beat' as const, node: 'there', players: 0.5, lastId: 0, squares: [], isOpen: true },
      { type: 'beat' as const, node: 'there', players: 0, lastId: 2 ** 32 - 1, squares: [], isOpen: true },
      { type: 'goodbye' as const, node: 'x'.repeat(MAX_NODE_NAME + 1) },
      { type: 'beat' as const, node: 7 as unknown as string, players: 0, lastId: 0, squares: [], isOpen: true },
      { type: 'arrival' as const, node: 'there', id: 2 ** 32, generation: 1 },
    ];
    for (const message of wrong) expect(readControl(writeControl(message))).toBeUndefined();
    expect(new Bench().membership.receive(Buffer.from('hello'))).toBe(false);
  });
});
