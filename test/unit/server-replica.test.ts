import { describe, expect, it } from 'vitest';
import { Directory } from '../../server/grid/directory.ts';
import { GridSquare } from '../../server/grid/grid-square.ts';
import { CHECK_EVERY_TICKS } from '../../server/grid/limits.ts';
import { LocalStream } from '../../server/grid/local-stream.ts';
import type { Occupant } from '../../server/grid/occupant.ts';
import type { HealingCounters } from '../../server/grid/remote-stream.ts';
import { Replica, type ReplicaContext, type SquareDelta } from '../../server/grid/replica.ts';
import type { Batch } from '../../server/grid/wire.ts';
import { Player } from '../../server/world/player.ts';
import { occupantHash } from '../../shared/checksum.ts';
import { CHECK_TICKS, MAX_MOTION_AGE_TICKS } from '../../shared/constants.ts';
import { advance, type Blocked, STANDING } from '../../shared/motion.ts';
import { RecordWriter, readChecks, readEnters, readLeaves, readMotions } from '../../shared/records.ts';
import { decodeServerFrame } from '../../shared/server-codec.ts';
import { occupant } from '../helpers/occupants.ts';
import { counted, free } from '../helpers/walls.ts';

const EAST = 0;

/** A node's replicas of squares 0,0 and 1,0, and streams to build them from. */
class Bench {
  readonly directory = new Directory();
  readonly counters: HealingCounters = { gaps: 0, questions: 0, healed: 0, divergences: 0, checksCompared: 0 };
  readonly west: Replica;
  readonly east: Replica;
  tick = 1000;
  readonly #seqs = new Map<string, number>();

  constructor(blocked: Blocked = free) {
    const context: ReplicaContext = {
      blocked,
      directory: this.directory,
      counters: this.counters,
      records: new RecordWriter(),
    };
    // The first check comes after CHECK_EVERY_TICKS − 1 ticks.
    this.west = new Replica(new GridSquare(0, 0), undefined, context, this.tick, CHECK_EVERY_TICKS - 1);
    this.east = new Replica(new GridSquare(1, 0), undefined, context, this.tick, CHECK_EVERY_TICKS - 1);
  }

  /** A batch of another node about a square. */
  hear(replica: Replica, node: string, changes: Partial<Pick<Batch, 'leaves' | 'enters' | 'moves'>>): void {
    const square = replica === this.west ? 'west' : 'east';
    const seq = (this.#seqs.get(`${node} ${square}`) ?? 0) + 1;
    this.#seqs.set(`${node} ${square}`, seq);
    const batch = { leaves: [], enters: [], moves: [], ...changes };
    const { tick } = this;
    replica.streamOf(node, tick).batch({ type: 'batch', node, epoch: 1, seq, tick, ...batch }, tick);
  }

  /** One flush, two ticks later: what the clients of both squares are told, in words. */
  flush(): { west: string[]; east: string[] } {
    this.tick += 2;
    this.west.collect(this.tick);
    this.east.collect(this.tick);
    return { west: inWords(this.west.encode(this.tick)), east: inWords(this.east.encode(this.tick)) };
  }
}

function inWords(delta: SquareDelta | undefined): string[] {
  if (delta === undefined) return [];
  const words: string[] = [];
  if (delta.changes !== undefined) {
    const [changes] = decodeServerFrame(delta.changes);
    if (changes?.type !== 'changes') throw new Error('no changes');
    for (const { id, rev, to } of readLeaves(changes.leaves)) words.push(`leave ${id}.${rev} to ${to}`);
    for (const { id, generation, rev, from } of readEnters(changes.enters)) {
      words.push(`enter ${id} ${generation}.${rev} from ${from}`);
    }
  }
  if (delta.motions !== undefined)
    for (const { id, revLow } of readMotions(delta.motions)) words.push(`move ${id}.${revLow}`);
  if (delta.check !== undefined) {
    for (const { count, checksum } of readChecks(delta.check)) words.push(`check ${count} ${checksum}`);
  }
  return words;
}

const inSnapshot = (replica: Replica, tick: number): string[] => {
  const [snapshot] = decodeServerFrame(replica.snapshot(tick));
  if (snapshot?.type !== 'snapshot') throw new Error('no snapshot');
  return [...readEnters(snapshot.enters)].map(({ id, generation, rev }) => `${id} ${generation}.${rev}`);
};

const move = (id: number, rev: number): Batch['moves'][number] => ({
  id,
  revLow: rev & 0xff,
  dx: 5,
  dy: 5,
  heading: EAST,
  ago: 0,
});

describe('server replica: one stream out of many (G3)', () => {
  it('who enters, moves and leaves is told once, in the flush in which it is heard', () => {
    const bench = new Bench();
    bench.hear(bench.west, 'there', { enters: [occupant({ id: 7, from: 6 })] });
    expect(bench.flush().west).toEqual(['enter 7 1.1 from 6']);
    bench.hear(bench.west, 'there', { moves: [move(7, 2)] });
    expect(bench.flush().west).toEqual(['move 7.2']);
    bench.hear(bench.west, 'there', { leaves: [{ id: 7, generationLow: 1, rev: 3, to: 6 }] });
    expect(bench.flush().west).toEqual(['leave 7.3 to 6']);
    expect(bench.flush().west).toEqual([]);
  });

  it('what happened twice within a flush is told as its result (G9: merged, never lost)', () => {
    const bench = new Bench();
    bench.hear(bench.west, 'there', { enters: [occupant({ id: 7 })] });
    bench.hear(bench.west, 'there', { moves: [move(7, 2)] });
    bench.hear(bench.west, 'there', { moves: [move(7, 3)] });
    bench.hear(bench.west, 'there', { enters: [occupant({ id: 8 })] });
    bench.hear(bench.west, 'there', { leaves: [{ id: 8, generationLow: 1, rev: 2, to: 0 }] });
    expect(bench.flush().west).toEqual(['enter 7 1.3 from 0']);
    // Out and back in: a motion is all that is left of it.
    bench.hear(bench.west, 'there', { leaves: [{ id: 7, generationLow: 1, rev: 4, to: 6 }] });
    bench.hear(bench.west, 'there', { enters: [occupant({ id: 7, rev: 5 })] });
    expect(bench.flush().west).toEqual(['move 7.5']);
  });

  it('a player of two streams counts once, at the highest pair (G7)', () => {
    const bench = new Bench();
    bench.hear(bench.west, 'one', { enters: [occupant({ id: 7, rev: 4 })] });
    bench.flush();
    bench.hear(bench.west, 'two', { enters: [occupant({ id: 7, generation: 2, rev: 0 })] });
    expect(bench.flush().west).toEqual(['enter 7 2.0 from 0']);
    bench.hear(bench.west, 'one', { leaves: [{ id: 7, generationLow: 1, rev: 5, to: 0 }] });
    expect(bench.flush().west).toEqual([]);
    expect(inSnapshot(bench.west, bench.tick)).toEqual(['7 2.0']);
  });

  it('when the stream with the newer pair is gone, clients let go before they are told the older one', () => {
    const bench = new Bench();
    bench.hear(bench.west, 'one', { enters: [occupant({ id: 7, rev: 4 })] });
    bench.hear(bench.west, 'two', { enters: [occupant({ id: 7, rev: 9 })] });
    bench.flush();
    bench.west.drop('two');
    expect(bench.flush().west).toEqual(['leave 7.9 to 0', 'enter 7 1.4 from 0']);
  });

  it('a stream that is gone takes its players with it (G5)', () => {
    const bench = new Bench();
    bench.hear(bench.west, 'one', { enters: [occupant({ id: 7 }), occupant({ id: 8 })] });
    bench.flush();
    bench.west.drop('one');
    expect(bench.flush().west).toEqual(['leave 7.1 to 0', 'leave 8.1 to 0']);
  });

  it('a leave is told at a pair that is not older than what clients know', () => {
    const bench = new Bench();
    bench.hear(bench.west, 'two', { enters: [occupant({ id: 7, generation: 2, rev: 30 })] });
    bench.flush();
    bench.hear(bench.west, 'two', { leaves: [{ id: 7, generationLow: 2, rev: 29, to: 6 }] });
    expect(bench.flush().west).toEqual(['leave 7.30 to 6']);
  });

  it('this node’s own stream is part of it, from its beginning to its end (G4)', () => {
    const bench = new Bench();
    const ada = new Player({ id: 1, generation: 1, name: 'Ada', look: 3, profileVersion: 1 }, 50, 60, bench.tick);
    const local = new LocalStream(1, bench.tick, 0);
    local.enter(ada, { sx: 0, sy: 0 }, undefined);
    bench.west.attachLocal(local);
    expect(bench.flush().west).toEqual(['enter 1 1.0 from 0']);
    ada.turn(bench.tick, EAST);
    local.move(ada);
    bench.west.touched(1);
    expect(bench.flush().west).toEqual(['move 1.1']);
    const { code } = local.leave(ada, { sx: 0, sy: 0 }, { sx: 1, sy: 0 });
    bench.west.departed(1, { generation: 1, rev: 1, to: code });
    expect(bench.flush().west).toEqual(['leave 1.1 to 6']);
  });

  it('who signs in anew in the same place is told with the square, and moves as the new generation (P-PICT-5)', () => {
    const bench = new Bench();
    const ada = (generation: number): Player =>
      new Player({ id: 1, generation, name: 'Ada', look: 3, profileVersion: 1 }, 50, 60, bench.tick);
    const local = new LocalStream(1, bench.tick, 0);
    local.enter(ada(1), { sx: 0, sy: 0 }, undefined);
    bench.west.attachLocal(local);
    bench.flush();
    const again = ada(2);
    local.move(again);
    bench.west.touched(1);
    expect(bench.flush().west).toEqual(['enter 1 2.0 from 0']);
    again.turn(bench.tick, EAST);
    local.move(again);
    bench.west.touched(1);
    expect(bench.flush().west).toEqual(['move 1.1']);
  });
});

describe('server replica: motions that say one byte of their rev (P-PAIR-4)', () => {
  it.each([
    [127, 'move 7.131'],
    [128, 'enter 7 1.132 from 0'],
  ])('after %i revs without news', (revs, told) => {
    const bench = new Bench();
    bench.hear(bench.west, 'there', { enters: [occupant({ id: 7, rev: 4 })] });
    bench.flush();
    bench.hear(bench.west, 'there', { enters: [occupant({ id: 7, rev: 4 + revs })] });
    expect(bench.flush().west).toEqual([told]);
  });
});

describe('server replica: crossings (G7)', () => {
  it('whoever stands in two squares at once is told with the square, and by motion again when it is one', () => {
    const bench = new Bench();
    bench.hear(bench.west, 'there', { enters: [occupant({ id: 7 })] });
    bench.flush();
    // The leave from the west is late.
    bench.hear(bench.east, 'there', { enters: [occupant({ id: 7, rev: 2 })] });
    expect(bench.flush()).toEqual({ west: [], east: ['enter 7 1.2 from 0'] });
    bench.hear(bench.east, 'there', { moves: [move(7, 3)] });
    expect(bench.flush()).toEqual({ west: [], east: ['enter 7 1.3 from 0'] });
    bench.hear(bench.west, 'there', { leaves: [{ id: 7, generationLow: 1, rev: 2, to: 6 }] });
    bench.hear(bench.east, 'there', { moves: [move(7, 4)] });
    // One of the two may be held back from a client, who then knows them in both for a while longer.
    expect(bench.flush()).toEqual({ west: ['leave 7.2 to 6'], east: ['enter 7 1.4 from 0'] });
    bench.hear(bench.east, 'there', { moves: [move(7, 5)] });
    expect(bench.flush()).toEqual({ west: [], east: ['move 7.5'] });
  });

  it('profiles are known while somebody is shown in any square, and at their newest', () => {
    const bench = new Bench();
    bench.hear(bench.west, 'there', { enters: [occupant({ id: 7, name: 'Old', profileVersion: 1 })] });
    bench.flush();
    bench.hear(bench.east, 'there', {
      enters: [occupant({ id: 7, generation: 2, rev: 0, name: 'New', profileVersion: 2 })],
    });
    bench.flush();
    expect(bench.directory.profileOf(7)).toEqual({ id: 7, version: 2, name: 'New', look: 0 });
    bench.west.drop('there');
    bench.flush();
    expect(bench.directory.profileOf(7)?.name).toBe('New');
    bench.east.close();
    expect(bench.directory.profileOf(7)).toBeUndefined();
  });
});

describe('server replica: checks and snapshots (G3, G8)', () => {
  it('the checksum covers what was told, at least every CHECK_TICKS, and twice more of an empty square', () => {
    const bench = new Bench();
    bench.hear(bench.west, 'there', { enters: [occupant({ id: 7, rev: 4 }), occupant({ id: 8, generation: 3 })] });
    const sum = (occupantHash(7, 1, 4) + occupantHash(8, 3, 1)) >>> 0;
    let since = 0;
    for (let i = 0; i < 100; i++) {
      since += 2;
      const [check] = bench.flush().west.filter((word) => word.startsWith('check'));
      if (check === undefined) continue;
      expect(check).toBe(`check 2 ${sum}`);
      expect(since).toBeLessThanOrEqual(CHECK_TICKS);
      since = 0;
    }
    bench.west.drop('there');
    const words = Array.from({ length: 200 }, () => bench.flush().west).flat();
    expect(words.filter((word) => word.startsWith('check'))).toEqual(['check 0 0', 'check 0 0']);
  });

  it('a square that never had an occupant is not checked', () => {
    const bench = new Bench();
    expect(Array.from({ length: 100 }, () => bench.flush().east).flat()).toEqual([]);
  });

  it('a snapshot is the state after the flush, encoded once for all who join in it', () => {
    const bench = new Bench();
    bench.hear(bench.west, 'there', { enters: [occupant({ id: 7 })] });
    bench.flush();
    bench.hear(bench.west, 'there', { enters: [occupant({ id: 8 })] });
    expect(inSnapshot(bench.west, bench.tick), 'what is not told yet is not in it').toEqual(['7 1.1']);
    bench.flush();
    expect(inSnapshot(bench.west, bench.tick)).toEqual(['7 1.1', '8 1.1']);
    expect(bench.west.snapshot(bench.tick)).toBe(bench.west.snapshot(bench.tick));
    expect(bench.west.snapshot(bench.tick + 2)).not.toBe(bench.west.snapshot(bench.tick));
  });

  it('news of another node whose tick is ahead of ours waits for its tick: ages are never negative', () => {
    const bench = new Bench();
    const ahead: Occupant = occupant({ id: 7, motion: { tick: bench.tick + 5, x: 0, y: 0, heading: EAST } });
    bench.hear(bench.west, 'there', { enters: [ahead] });
    expect(bench.flush().west).toEqual([]);
    expect(bench.flush().west).toEqual([]);
    expect(bench.flush().west).toEqual(['enter 7 1.1 from 0']);
  });

  it('an old motion is told as one that began later on the same path (P-REC-6, P-REC-7)', () => {
    const bench = new Bench();
    const motion = { tick: bench.tick - 500, x: 4000 - 500 * 51, y: 10, heading: EAST };
    bench.hear(bench.west, 'there', { enters: [occupant({ id: 7, motion })] });
    bench.flush();
    const [snapshot] = decodeServerFrame(bench.west.snapshot(bench.tick));
    if (snapshot?.type !== 'snapshot') throw new Error('no snapshot');
    const [told] = [...readEnters(snapshot.enters)];
    expect(told?.ago).toBeLessThanOrEqual(MAX_MOTION_AGE_TICKS);
    const start = { tick: bench.tick - (told?.ago ?? 0), x: told?.dx ?? 0, y: told?.dy ?? 0, heading: EAST };
    expect(advance(start, bench.tick, free)).toEqual(advance(motion, bench.tick, free));
  });

  it('telling a newcomer of somebody who has walked against a wall for an hour costs that walk once, not each time', () => {
    const wall = counted((tileX) => tileX >= 1);
    const bench = new Bench(wall.blocked);
    const motion = { tick: bench.tick - 72_000, x: 255, y: 10, heading: EAST };
    bench.hear(bench.west, 'there', { enters: [occupant({ id: 7, motion })] });
    bench.flush();
    bench.west.snapshot(bench.tick);
    const before = wall.calls();
    for (let i = 0; i < 10; i++) {
      bench.flush();
      bench.west.snapshot(bench.tick);
    }
    expect(wall.calls() - before).toBeLessThan(200);
    expect(inSnapshot(bench.west, bench.tick)).toEqual(['7 1.1']);
  });

  it('standing still is told with the place, whatever its age', () => {
    const bench = new Bench();
    const motion = { tick: 3, x: 77, y: 78, heading: STANDING };
    bench.hear(bench.west, 'there', { enters: [occupant({ id: 7, motion })] });
    bench.flush();
    const [snapshot] = decodeServerFrame(bench.west.snapshot(bench.tick));
    if (snapshot?.type !== 'snapshot') throw new Error('no snapshot');
    expect([...readEnters(snapshot.enters)]).toMatchObject([{ dx: 77, dy: 78, heading: STANDING }]);
  });
});
