import { describe, expect, it } from 'vitest';
import { LocalStream } from '../../server/grid/local-stream.ts';
import { RemoteStream } from '../../server/grid/remote-stream.ts';
import { NodeWriter, readNodeMessage, type StreamChanges } from '../../server/grid/wire.ts';
import { Player } from '../../server/world/player.ts';

const EAST = 0;
const TICK = 1000;
const HERE = { sx: 0, sy: 0 };
const COUNTERS = { gaps: 0, questions: 0, healed: 0, divergences: 0, checksCompared: 0 };

/** Ada as she is after so many turns of a session. */
function ada(generation: number, turns = 0, profileVersion = 1): Player {
  const player = new Player({ id: 7, generation, name: 'Ada', look: 3, profileVersion }, 50, 60, TICK);
  for (let i = 0; i < turns; i++) player.turn(TICK, EAST + i);
  return player;
}

/** The stream of a node, and how another node hears it. */
class Bench {
  readonly local = new LocalStream(1, TICK, 0);
  readonly remote = new RemoteStream('there', HERE, TICK, { touched() {}, departed() {} }, COUNTERS);
  readonly #writer = new NodeWriter('there');

  /** A flush: what it tells, in words, once the other node has heard it. */
  flush(): string[] {
    const changes = this.local.take((motion) => motion);
    const { epoch, seq } = this.local;
    const heard = readNodeMessage(this.#writer.batch(0, 0, epoch, seq, TICK, changes));
    if (heard?.message.type !== 'batch') throw new Error('no batch');
    this.remote.batch(heard.message, TICK);
    expect(this.remote.occupants.checksum, 'both know the same').toBe(this.local.occupants.checksum);
    return inWords(changes);
  }
}

const inWords = ({ leaves, enters, moves }: StreamChanges): string[] => [
  ...leaves.map(({ generation, rev }) => `leave ${generation}.${rev}`),
  ...enters.map(({ generation, rev }) => `enter ${generation}.${rev}`),
  ...moves.map(({ generation, rev }) => `move ${generation}.${rev}`),
];

describe('local stream: what a move does not tell is told with an enter (G4)', () => {
  it('a move of the generation and profile that are known is told as a move', () => {
    const bench = new Bench();
    bench.local.enter(ada(1), HERE, undefined);
    expect(bench.flush()).toEqual(['enter 1.0']);
    bench.local.move(ada(1, 1));
    expect(bench.flush()).toEqual(['move 1.1']);
  });

  it('another profile is told with an enter', () => {
    const bench = new Bench();
    bench.local.enter(ada(1), HERE, undefined);
    bench.flush();
    bench.local.move(ada(1, 1, 2));
    expect(bench.flush()).toEqual(['enter 1.1']);
  });

  it('another generation is told with an enter, also one of the same low byte and with a newer rev', () => {
    const bench = new Bench();
    bench.local.enter(ada(1), HERE, undefined);
    bench.flush();
    bench.local.move(ada(2));
    expect(bench.flush()).toEqual(['enter 2.0']);
    bench.local.move(ada(0x102, 3));
    expect(bench.flush()).toEqual(['enter 258.3']);
    bench.local.move(ada(0x102, 4));
    expect(bench.flush()).toEqual(['move 258.4']);
  });

  it('who moves and then signs in anew within a flush is told as the new generation only', () => {
    const bench = new Bench();
    bench.local.enter(ada(1), HERE, undefined);
    bench.flush();
    bench.local.move(ada(1, 3));
    bench.local.move(ada(2));
    bench.local.move(ada(2, 1));
    expect(bench.flush()).toEqual(['enter 2.1']);
    bench.local.move(ada(2, 5));
    bench.local.leave(ada(2, 6), HERE, undefined);
    bench.local.enter(ada(3), HERE, undefined);
    expect(bench.flush()).toEqual(['leave 2.6', 'enter 3.0']);
  });

  it('what one byte of the rev does not tell is told with an enter, over the end of the revs too', () => {
    for (const [turns, more, how] of [
      [0, 127, 'move'],
      [0, 128, 'enter'],
      [0, 300, 'enter'],
      [65_500, 127, 'move'],
      [65_500, 128, 'enter'],
    ] as const) {
      const bench = new Bench();
      bench.local.enter(ada(1, turns), HERE, undefined);
      bench.flush();
      bench.local.move(ada(1, turns + more));
      expect(bench.flush()).toEqual([`${how} 1.${(turns + more) % 65_536}`]);
    }
  });

  it('of everything within a flush the last is told, and nobody who only passed', () => {
    const bench = new Bench();
    bench.local.enter(ada(1), HERE, undefined);
    bench.local.move(ada(1, 1));
    bench.local.move(ada(1, 2));
    expect(bench.flush()).toEqual(['enter 1.2']);
    bench.local.move(ada(1, 3));
    bench.local.move(ada(1, 4));
    expect(bench.flush()).toEqual(['move 1.4']);
    bench.local.leave(ada(1, 5), HERE, undefined);
    bench.local.enter(ada(1, 6), HERE, undefined);
    bench.local.leave(ada(1, 7), HERE, undefined);
    expect(bench.flush()).toEqual(['leave 1.5', 'leave 1.7']);
    expect(bench.remote.occupants.size).toBe(0);
  });
});
