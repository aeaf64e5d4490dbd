import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ASK_AGAIN_TICKS, LEASE_TICKS, MAX_KEPT_BATCHES, SILENT_TICKS } from '../../server/grid/limits.ts';
import { type Occupant, Occupants } from '../../server/grid/occupant.ts';
import { type HealingCounters, RemoteStream } from '../../server/grid/remote-stream.ts';
import type { Announcement, Answer, Batch, Departure } from '../../server/grid/wire.ts';
import { occupant } from '../helpers/occupants.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

/** Another node's stream of square 0,0 as it is heard here, and what it told. */
class Heard {
  readonly counters: HealingCounters = { gaps: 0, questions: 0, healed: 0, divergences: 0, checksCompared: 0 };
  readonly log: string[] = [];
  readonly stream = new RemoteStream(
    'there',
    { sx: 0, sy: 0 },
    1000,
    {
      touched: (id) => this.log.push(`touched ${id}`),
      departed: (id, { generation, rev, to }) => this.log.push(`departed ${id} ${generation}.${rev} to ${to}`),
    },
    this.counters,
  );
  tick = 1000;

  batch(epoch: number, seq: number, changes: Partial<Pick<Batch, 'leaves' | 'enters' | 'moves'>> = {}): void {
    const batch = { leaves: [], enters: [], moves: [], ...changes };
    this.stream.batch({ type: 'batch', node: 'there', epoch, seq, tick: this.tick, ...batch }, this.tick);
  }

  /** A batch in which somebody enters. */
  enter(epoch: number, seq: number, id: number, rev = 1): void {
    this.batch(epoch, seq, { enters: [occupant({ id, rev })] });
  }

  answer(epoch: number, seq: number, ...occupants: Occupant[]): void {
    const answer: Answer = { type: 'answer', node: 'there', sx: 0, sy: 0, epoch, seq, tick: this.tick, occupants };
    this.stream.answer(answer, this.tick);
  }

  announce(epoch: number, seq: number, ...occupants: Occupant[]): void {
    const { size: count, checksum } = filled(occupants);
    this.announcement({ epoch, seq, count, checksum });
  }

  announcement(some: Pick<Announcement, 'epoch' | 'seq' | 'count' | 'checksum'>): void {
    this.stream.announcement({ type: 'announcement', node: 'there', ...some }, this.tick);
  }

  /** Whether a question is due within so many ticks. */
  asksWithin(ticks: number): boolean {
    for (let i = 0; i < ticks; i++) if (this.stream.mustAsk(++this.tick)) return true;
    return false;
  }

  ids(): number[] {
    return [...this.stream.occupants.ids()];
  }
}

function filled(all: Iterable<Occupant>): Occupants {
  const occupants = new Occupants();
  for (const each of all) occupants.put(each);
  return occupants;
}

describe('remote stream: batches in step (G3, G4)', () => {
  it('a stream is followed from its first batch on, without asking', () => {
    const heard = new Heard();
    heard.enter(4, 1, 7);
    heard.enter(4, 2, 8);
    heard.batch(4, 3, { leaves: [{ id: 7, generationLow: 1, rev: 2, to: 6 }] });
    expect(heard.ids()).toEqual([8]);
    expect(heard.log).toEqual(['touched 7', 'touched 8', 'departed 7 1.2 to 6']);
    expect(heard.asksWithin(50)).toBe(false);
    expect(heard.counters).toMatchObject({ gaps: 0, questions: 0 });
  });

  it('what came before is ignored: numbers only rise', () => {
    const heard = new Heard();
    heard.enter(4, 1, 7);
    heard.enter(4, 2, 8);
    heard.enter(4, 2, 9);
    heard.enter(4, 1, 9);
    heard.enter(3, 7, 9);
    expect(heard.ids()).toEqual([7, 8]);
    expect(heard.asksWithin(50)).toBe(false);
  });

  it('a move applies from the corner of the square to whoever has an older rev, of whichever generation they are', () => {
    const heard = new Heard();
    heard.batch(1, 1, { enters: [occupant({ id: 7, generation: 0x102, rev: 5 })] });
    const move = { id: 7, revLow: 6, dx: 30, dy: -40, heading: 64, ago: 2 };
    heard.tick = 1010;
    heard.batch(1, 2, {
      moves: [{ ...move, revLow: 5 }, { ...move, id: 8 }, move],
    });
    expect(heard.stream.occupants.get(7)).toMatchObject({
      generation: 0x102,
      rev: 6,
      from: 0,
      name: 'P7',
      motion: { tick: 1008, x: 30, y: -40, heading: 64 },
    });
    expect(heard.log).toEqual(['touched 7', 'touched 7']);
  });

  it('of one batch the leaves apply before the enters: who signs in anew stays', () => {
    const heard = new Heard();
    heard.enter(1, 1, 7);
    heard.batch(1, 2, {
      leaves: [{ id: 7, generationLow: 1, rev: 9, to: 0 }],
      enters: [occupant({ id: 7, generation: 2, rev: 0 })],
    });
    expect(heard.stream.occupants.get(7)).toMatchObject({ generation: 2 });
  });
});

describe('remote stream: gaps (G3, G5)', () => {
  it('a batch missing: it asks, keeps what comes, and merges the answer with it', () => {
    const heard = new Heard();
    heard.enter(1, 1, 7);
    heard.enter(1, 3, 9);
    expect(heard.ids(), 'is not applied over the gap').toEqual([7]);
    expect(heard.asksWithin(1)).toBe(true);
    heard.enter(1, 4, 10);
    heard.answer(1, 3, occupant({ id: 7 }), occupant({ id: 8 }), occupant({ id: 9 }));
    expect(heard.ids()).toEqual([7, 8, 9, 10]);
    expect(heard.asksWithin(50)).toBe(false);
    heard.enter(1, 5, 11);
    expect(heard.ids()).toEqual([7, 8, 9, 10, 11]);
    expect(heard.counters).toMatchObject({ gaps: 1, questions: 1, healed: 1 });
  });

  it('everybody who is in the answer or was here before is looked at again', () => {
    const heard = new Heard();
    heard.enter(1, 1, 7);
    heard.log.length = 0;
    heard.stream.doubt(heard.tick);
    heard.answer(1, 1, occupant({ id: 8 }));
    expect(heard.log.sort()).toEqual(['touched 7', 'touched 8']);
  });

  it('a stream met in its middle is asked for, which is no gap', () => {
    const heard = new Heard();
    heard.enter(9, 41, 7);
    expect(heard.ids()).toEqual([]);
    expect(heard.asksWithin(1)).toBe(true);
    heard.answer(9, 41, occupant({ id: 7 }), occupant({ id: 6 }));
    expect(heard.ids()).toEqual([7, 6]);
    expect(heard.counters).toMatchObject({ gaps: 0, questions: 1, healed: 1 });
  });

  it('an answer that is older than what is known is ignored', () => {
    const heard = new Heard();
    heard.enter(2, 1, 7);
    heard.enter(2, 2, 8);
    heard.answer(2, 1, occupant({ id: 7 }));
    heard.answer(1, 99, occupant({ id: 66 }));
    heard.answer(1, 0);
    expect(heard.ids()).toEqual([7, 8]);
  });

  it('an answer of before the gap heals nothing: it is asked again', () => {
    const heard = new Heard();
    heard.enter(1, 1, 7);
    heard.enter(1, 3, 9);
    expect(heard.asksWithin(1)).toBe(true);
    heard.answer(1, 1, occupant({ id: 7 }));
    expect(heard.ids()).toEqual([7]);
    expect(heard.asksWithin(ASK_AGAIN_TICKS)).toBe(true);
    heard.answer(1, 3, occupant({ id: 7 }), occupant({ id: 9 }));
    expect(heard.ids()).toEqual([7, 9]);
    expect(heard.asksWithin(50)).toBe(false);
  });

  it('a question without an answer is asked again, every ASK_AGAIN_TICKS and not more often', () => {
    const heard = new Heard();
    heard.enter(1, 1, 7);
    heard.enter(1, 3, 8);
    let questions = 0;
    for (let i = 0; i < 5 * ASK_AGAIN_TICKS; i++) if (heard.stream.mustAsk(++heard.tick)) questions++;
    expect(questions).toBe(5);
    expect(heard.counters.questions).toBe(5);
  });

  it('what is kept is bounded; what was too much is asked for again', () => {
    const heard = new Heard();
    heard.enter(1, 1, 1);
    for (let seq = 3; seq < 3 + 3 * MAX_KEPT_BATCHES; seq++) heard.enter(1, seq, seq);
    heard.answer(1, 3, occupant({ id: 1 }), occupant({ id: 3 }));
    expect(heard.ids(), 'the oldest of those kept are gone').toEqual([1, 3]);
    expect(heard.asksWithin(ASK_AGAIN_TICKS)).toBe(true);
    const last = 2 + 3 * MAX_KEPT_BATCHES;
    heard.answer(1, last, occupant({ id: 1 }), occupant({ id: last }));
    heard.enter(1, last + 1, 2);
    expect(heard.ids()).toEqual([1, last, 2]);
  });
});

describe('remote stream: epochs (G3, G5)', () => {
  it('a new epoch’s first batch starts from nothing', () => {
    const heard = new Heard();
    heard.enter(1, 1, 7);
    heard.enter(2, 1, 8);
    expect(heard.ids()).toEqual([8]);
    expect(heard.log).toEqual(['touched 7', 'touched 7', 'touched 8']);
    expect(heard.asksWithin(50)).toBe(false);
  });

  it('a new epoch met in its middle is asked for, and its batches are kept until the answer', () => {
    const heard = new Heard();
    heard.enter(1, 1, 7);
    heard.enter(2, 5, 8);
    expect(heard.ids()).toEqual([7]);
    expect(heard.asksWithin(1)).toBe(true);
    heard.answer(2, 4, occupant({ id: 9 }));
    expect(heard.ids()).toEqual([9, 8]);
    expect(heard.counters.gaps).toBe(1);
  });

  it('with a question open, a new epoch’s first batch makes it needless', () => {
    const heard = new Heard();
    heard.enter(1, 1, 7);
    heard.enter(1, 5, 8);
    heard.enter(2, 1, 9);
    heard.enter(2, 2, 10);
    expect(heard.ids()).toEqual([9, 10]);
    expect(heard.asksWithin(50)).toBe(false);
    heard.answer(1, 5, occupant({ id: 66 }));
    expect(heard.ids()).toEqual([9, 10]);
  });

  it('“nothing there” empties it, and then it is as good as unknown', () => {
    const heard = new Heard();
    heard.enter(3, 1, 7);
    expect(heard.stream.isBlank).toBe(false);
    heard.answer(3, 0);
    expect(heard.ids()).toEqual([]);
    expect(heard.stream.isBlank).toBe(true);
  });

  it('“nothing there” of before a stream began leaves that stream alone', () => {
    const heard = new Heard();
    heard.enter(3, 1, 7);
    heard.answer(2, 0);
    expect(heard.ids()).toEqual([7]);
    expect(heard.stream.isBlank).toBe(false);
  });
});

describe('remote stream: announcements (G5, G8)', () => {
  it('one that agrees changes nothing and is counted as compared', () => {
    const heard = new Heard();
    heard.enter(1, 1, 7, 3);
    heard.announce(1, 1, occupant({ id: 7, rev: 3 }));
    expect(heard.asksWithin(50)).toBe(false);
    expect(heard.counters).toMatchObject({ checksCompared: 1, divergences: 0, gaps: 0 });
  });

  it('another count or checksum at the same number is a divergence: it asks', () => {
    for (const all of [[], [occupant({ id: 7, rev: 4 })], [occupant({ id: 7, rev: 3 }), occupant({ id: 8 })]]) {
      const heard = new Heard();
      heard.enter(1, 1, 7, 3);
      heard.announce(1, 1, ...all);
      heard.announce(1, 1, ...all);
      expect(heard.asksWithin(1)).toBe(true);
      expect(heard.counters, 'counted once while the question is open').toMatchObject({ divergences: 1, gaps: 0 });
    }
  });

  it('one that is ahead tells of a gap, one of an unknown stream asks without a gap, an older one says nothing', () => {
    const ahead = new Heard();
    ahead.enter(1, 1, 7);
    ahead.announce(1, 2);
    expect([ahead.asksWithin(1), ahead.counters.gaps]).toEqual([true, 1]);

    const unknown = new Heard();
    unknown.announce(5, 2);
    expect([unknown.asksWithin(1), unknown.counters.gaps]).toEqual([true, 0]);

    const older = new Heard();
    older.enter(2, 1, 7);
    older.enter(2, 2, 8);
    older.announce(2, 1);
    older.announce(1, 9);
    expect([older.asksWithin(50), older.counters.checksCompared]).toEqual([false, 0]);
  });
});

describe('remote stream: silence (G5)', () => {
  it('one not heard of is asked for, again and again, and its players stay for as long as their node does (G6)', () => {
    const heard = new Heard();
    heard.enter(1, 1, 7);
    expect(heard.asksWithin(SILENT_TICKS - 1)).toBe(false);
    expect(heard.asksWithin(1)).toBe(true);
    for (let i = 0; i < 50; i++) expect(heard.asksWithin(ASK_AGAIN_TICKS)).toBe(true);
    expect(heard.stream.isOver(1000 + 100 * SILENT_TICKS)).toBe(false);
    expect(heard.ids()).toEqual([7]);
  });

  it('asked for a whole lease in vain it cannot be had, unless it was doubted anew (G6)', () => {
    const heard = new Heard();
    heard.enter(1, 1, 7);
    expect(heard.asksWithin(SILENT_TICKS)).toBe(true);
    expect(heard.stream.isUnanswered(heard.tick + LEASE_TICKS - 1)).toBe(false);
    expect(heard.stream.isUnanswered(heard.tick + LEASE_TICKS)).toBe(true);
    heard.stream.doubt(heard.tick + LEASE_TICKS);
    expect(heard.stream.isUnanswered(heard.tick + 2 * LEASE_TICKS - 1)).toBe(false);
    heard.answer(1, 2, occupant({ id: 7 }));
    expect(heard.stream.isUnanswered(heard.tick + 10 * LEASE_TICKS)).toBe(false);
  });

  it('an empty one is let go of, one that is heard of stays', () => {
    const heard = new Heard();
    heard.enter(1, 1, 7);
    for (let i = 0; i < 20; i++) {
      heard.tick += 40;
      heard.announce(1, 1, occupant({ id: 7 }));
      expect(heard.stream.isOver(heard.tick + 40)).toBe(false);
    }
    heard.batch(1, 2, { leaves: [{ id: 7, generationLow: 1, rev: 2, to: 0 }] });
    expect(heard.stream.isOver(heard.tick + SILENT_TICKS)).toBe(true);
  });

  it('doubt, when everybody has just been asked, asks again only if no answer comes', () => {
    const heard = new Heard();
    heard.enter(1, 1, 7);
    heard.stream.doubt(heard.tick);
    expect(heard.asksWithin(1)).toBe(false);
    expect(heard.asksWithin(ASK_AGAIN_TICKS)).toBe(true);
    heard.enter(1, 2, 8);
    expect(heard.ids(), 'what comes is kept until the answer').toEqual([7]);
    heard.answer(1, 1, occupant({ id: 9 }));
    expect(heard.ids()).toEqual([9, 8]);
    expect(heard.asksWithin(50)).toBe(false);
  });
});

describe('remote stream: against the truth (G3, G5)', () => {
  it('whatever is lost or comes late, once things arrive again the picture is the sender’s', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 0.6, noNaN: true }), (seed, loss) => {
        const random = seededRandom(seed);
        const heard = new Heard();
        /** The sender: its stream, and what is on its way to us, channel and inbox apart. */
        const truth = new Map<number, Occupant>();
        let epoch = 1;
        let seq = 0;
        let rev = 0;
        const channel: { at: number; run: () => void }[] = [];
        const inbox: typeof channel = [];
        const send = (lane: typeof channel, lossy: boolean, run: () => void): void => {
          if (lossy && random() < loss) return;
          lane.push({ at: Math.max(heard.tick + random() * 8, lane.at(-1)?.at ?? 0), run });
        };
        const flush = (isCalm: boolean): void => {
          if (!isCalm && random() < 0.02) {
            // The stream was over, and another begins.
            truth.clear();
            epoch++;
            seq = 0;
          }
          const leaves: Departure[] = [];
          const enters: Occupant[] = [];
          for (const id of isCalm ? [] : [1 + Math.floor(random() * 3), 4 + Math.floor(random() * 3)]) {
            rev++;
            if (truth.delete(id) && random() < 0.5) leaves.push({ id, generationLow: 1, rev, to: 0 });
            else {
              truth.set(id, occupant({ id, rev }));
              enters.push(occupant({ id, rev }));
            }
          }
          if (leaves.length + enters.length > 0) {
            seq++;
            const numbers = { epoch, seq, tick: heard.tick };
            const batch: Batch = { type: 'batch', node: 'there', ...numbers, leaves, enters, moves: [] };
            send(channel, !isCalm, () => heard.stream.batch(batch, heard.tick));
          }
          if (seq > 0 && heard.tick % 40 === 0) {
            const { size: count, checksum } = filled(truth.values());
            const announced = { epoch, seq, count, checksum };
            send(channel, !isCalm, () => heard.announcement(announced));
          }
        };
        for (let i = 0; i < 400; i++) {
          heard.tick++;
          const isCalm = i > 250;
          if (heard.tick % 2 === 0) flush(isCalm);
          if (heard.stream.mustAsk(heard.tick)) {
            send(inbox, !isCalm, () => {
              const all = [...truth.values()];
              const [answerEpoch, answerSeq] = [epoch, seq];
              send(inbox, !isCalm, () => heard.answer(answerEpoch, answerSeq, ...all));
            });
          }
          for (const lane of [channel, inbox]) {
            while (lane.length > 0 && (lane[0] as (typeof channel)[number]).at <= heard.tick) lane.shift()?.run();
          }
        }
        const pairs = (all: Iterable<Occupant>): string[] => [...all].map(({ id, rev }) => `${id}.${rev}`).sort();
        expect(pairs(heard.stream.occupants.values())).toEqual(pairs(truth.values()));
      }),
      { numRuns: 60 },
    );
  });
});
