import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Replica } from '../../client/core/replica.ts';
import { occupantHash } from '../../shared/checksum.ts';
import { TRANSIT_TICKS } from '../../shared/constants.ts';
import { squareKey } from '../../shared/grid.ts';
import { changes, check, type Entering, type Leaving, type Moving, motions, snapshot } from '../helpers/told.ts';
import { free } from '../helpers/walls.ts';

const EAST = 0;
/** Neighbour codes (P-UNIT-6): to the east and to the west. */
const EASTWARDS = 6;
const WESTWARDS = 4;
const ADA = 7;

/** A replica that has squares 0,0 and 1,0 in its interest, and a log of what it told. */
class Picture {
  readonly log: string[] = [];
  readonly replica = new Replica(free, {
    entered: (id, generation, rev) => this.log.push(`entered ${id} ${generation}.${rev}`),
    left: (id) => this.log.push(`left ${id}`),
    moved: (id, generation, rev, _motion, isNew) =>
      this.log.push(`${isNew ? 'moved' : 'retold'} ${id} ${generation}.${rev}`),
    duplicated: (id) => this.log.push(`duplicated ${id}`),
    profiled: (id, version) => this.log.push(`profiled ${id} v${version}`),
  });
  tick = 100;

  constructor(...squares: readonly (readonly [number, number])[]) {
    for (const [sx, sy] of squares.length > 0
      ? squares
      : ([
          [0, 0],
          [1, 0],
        ] as const))
      this.snapshot(sx, sy);
  }

  snapshot(sx: number, sy: number, ...enters: Entering[]): void {
    this.replica.snapshot(snapshot(sx, sy, enters), this.tick);
  }

  enter(sx: number, sy: number, ...enters: Entering[]): void {
    this.replica.changes(changes(sx, sy, enters, []), this.tick);
  }

  leave(sx: number, sy: number, ...leaves: Leaving[]): void {
    this.replica.changes(changes(sx, sy, [], leaves), this.tick);
  }

  move(...moves: Moving[]): void {
    this.replica.motions(motions(...moves).records, this.tick);
  }

  /** Where somebody is shown: the key of the square, `transit`, or undefined. */
  where(id = ADA): string | undefined {
    const player = this.replica.players.get(id);
    if (player === undefined) return undefined;
    return player.square === undefined ? 'transit' : squareKey(player.square.sx, player.square.sy);
  }

  place(id = ADA): [number, number] {
    const { x, y } = this.replica.players.get(id)?.track.placeAt(this.tick) ?? { x: Number.NaN, y: Number.NaN };
    return [x, y];
  }

  take(): string[] {
    return this.log.splice(0);
  }
}

describe('client replica: what is shown', () => {
  it('whoever is in a snapshot or enters is shown, once (P-PICT-1, P-PICT-4)', () => {
    const picture = new Picture();
    picture.snapshot(0, 0, { id: ADA, rev: 3, dx: 100 }, { id: 8, rev: 0 });
    picture.enter(1, 0, { id: 9, rev: 5, generation: 4, profileVersion: 4 });
    expect(picture.take()).toEqual([
      'profiled 7 v1',
      'entered 7 1.3',
      'profiled 8 v1',
      'entered 8 1.0',
      'profiled 9 v4',
      'entered 9 4.5',
    ]);
    expect([picture.where(7), picture.where(8), picture.where(9)]).toEqual(['0,0', '0,0', '1,0']);
    expect(picture.place()).toEqual([100, 0]);
  });

  it('news of a square of which there is no picture is ignored (P-PICT-1)', () => {
    const picture = new Picture();
    picture.enter(5, 5, { id: ADA, rev: 1 });
    expect(picture.where()).toBeUndefined();
    expect(picture.replica.check(check(5, 5, 3, 99))).toEqual([]);
    expect(picture.take()).toEqual([]);
  });

  it('a motion counts from the corner of the square where the player is shown (P-PICT-5)', () => {
    const picture = new Picture();
    picture.enter(1, 0, { id: ADA, rev: 1 });
    picture.move({ id: ADA, rev: 2, dx: 300, dy: -20, heading: EAST, ago: 2 });
    expect(picture.replica.squares.get('1,0')?.occupants.get(ADA)?.motion).toEqual({
      tick: 98,
      x: 8192 + 300,
      y: -20,
      heading: EAST,
    });
    expect(picture.take().at(-1)).toBe('retold 7 1.2');
    picture.tick = 110;
    picture.move({ id: ADA, rev: 3, dx: 400, heading: EAST });
    expect(picture.take()).toEqual(['moved 7 1.3']);
  });

  it('a motion is ignored when it is not newer or of a stranger, and is of the known generation (P-PICT-5)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 10, generation: 0x105, dx: 50 });
    picture.take();
    picture.move({ id: ADA, rev: 9, dx: 1 });
    picture.move({ id: ADA, rev: 10, dx: 2 });
    picture.move({ id: 1234, rev: 11, dx: 3 });
    expect(picture.take()).toEqual(['duplicated 7']);
    expect(picture.place()).toEqual([50, 0]);
    picture.move({ id: ADA, rev: 11 });
    expect(picture.take()).toEqual(['retold 7 261.11']);
    // Another generation is told with an enter, and what moves from then on is that one.
    picture.enter(0, 0, { id: ADA, rev: 0, generation: 0x106 });
    picture.move({ id: ADA, rev: 1 });
    expect(picture.take()).toEqual(['retold 7 262.0', 'retold 7 262.1']);
  });

  it('what is told twice in a change is counted (G3)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 10 });
    picture.move({ id: ADA, rev: 11 });
    picture.take();
    picture.move({ id: ADA, rev: 11 });
    picture.enter(0, 0, { id: ADA, rev: 11 });
    expect(picture.take()).toEqual(['duplicated 7', 'duplicated 7']);
    // A snapshot tells everything again by its nature.
    picture.snapshot(0, 0, { id: ADA, rev: 11 });
    expect(picture.take()).toEqual([]);
  });

  it('revs wrap: 0 is newer than 65,535 (P-PAIR-2)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 65_535 });
    picture.tick++;
    picture.move({ id: ADA, rev: 0, dx: 9 });
    expect(picture.take().at(-1)).toBe('moved 7 1.0');
  });
});

describe('client replica: crossings', () => {
  it('leave and enter in one frame, in whichever order of squares: no flicker (G7)', () => {
    for (const order of ['leave first', 'enter first']) {
      const picture = new Picture();
      picture.enter(0, 0, { id: ADA, rev: 4 });
      picture.take();
      if (order === 'leave first') picture.leave(0, 0, { id: ADA, rev: 5, to: EASTWARDS });
      picture.enter(1, 0, { id: ADA, rev: 5, from: WESTWARDS });
      if (order === 'enter first') picture.leave(0, 0, { id: ADA, rev: 5, to: EASTWARDS });
      expect(picture.where()).toBe('1,0');
      expect(picture.take().filter((line) => line.includes('entered') || line.includes('left'))).toEqual([]);
      expect([...picture.replica.squares.values()].map(({ occupants }) => occupants.size)).toEqual([0, 1]);
    }
  });

  it('a leave to a square of the interest keeps the player on the screen, in transit (G7, P-PICT-9)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 4, dx: 8000, heading: EAST });
    picture.take();
    picture.leave(0, 0, { id: ADA, rev: 5, to: EASTWARDS });
    expect(picture.where()).toBe('transit');
    picture.tick += 3;
    expect(picture.place()).toEqual([8153, 0]);
    picture.enter(1, 0, { id: ADA, rev: 5, dx: -39, heading: EAST });
    expect(picture.where()).toBe('1,0');
    expect(picture.take().filter((line) => !line.startsWith('moved'))).toEqual([]);
    picture.replica.expire(picture.tick + 10 * TRANSIT_TICKS);
    expect(picture.where()).toBe('1,0');
  });

  it('a leave to nowhere, or to a square outside the interest, takes the player off the screen (P-PICT-9)', () => {
    for (const to of [0, WESTWARDS]) {
      const picture = new Picture();
      picture.enter(0, 0, { id: ADA, rev: 4 });
      picture.leave(0, 0, { id: ADA, rev: 5, to });
      expect(picture.where()).toBeUndefined();
      expect(picture.take().at(-1)).toBe('left 7');
    }
  });

  it('whoever has entered B is not removed by the leave from A that comes later (G7)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 4 });
    picture.enter(1, 0, { id: ADA, rev: 5 });
    expect(picture.where()).toBe('1,0');
    picture.tick += 20;
    picture.leave(0, 0, { id: ADA, rev: 5, to: EASTWARDS });
    expect(picture.where()).toBe('1,0');
  });

  it('of two squares that hold a player, the one with the higher pair shows them (G7, P-PICT-8)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 9, dx: 10 });
    picture.enter(1, 0, { id: ADA, rev: 5, dx: 20 });
    expect(picture.where()).toBe('0,0');
    expect(picture.place()).toEqual([10, 0]);
    // Signed in anew: the generation goes before the rev.
    picture.enter(1, 0, { id: ADA, rev: 0, generation: 2, dx: 30 });
    expect(picture.where()).toBe('1,0');
  });

  it('when the highest pair goes, the next one shows the player (P-PICT-8)', () => {
    const picture = new Picture([0, 0], [1, 0], [2, 0]);
    picture.enter(0, 0, { id: ADA, rev: 3 });
    picture.enter(1, 0, { id: ADA, rev: 5 });
    picture.enter(2, 0, { id: ADA, rev: 9 });
    picture.take();
    picture.replica.forget(2, 0, picture.tick);
    expect(picture.where()).toBe('1,0');
    picture.leave(1, 0, { id: ADA, rev: 9, to: EASTWARDS });
    expect(picture.where()).toBe('0,0');
    expect(picture.take().filter((line) => line.includes('left') || line.includes('entered'))).toEqual([]);
  });

  it('a leave that is older than what is known, or of another generation, is ignored (P-PICT-3)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 5, generation: 2 });
    picture.leave(0, 0, { id: ADA, rev: 4, generation: 2 });
    picture.leave(0, 0, { id: ADA, rev: 9, generation: 1 });
    expect(picture.where()).toBe('0,0');
    picture.leave(0, 0, { id: ADA, rev: 5, generation: 2 });
    expect(picture.where()).toBeUndefined();
  });

  it('in transit an older entry is no arrival, an equal or newer one is (P-PICT-10)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 6 });
    picture.leave(0, 0, { id: ADA, rev: 7, to: EASTWARDS });
    picture.enter(1, 0, { id: ADA, rev: 5 });
    expect(picture.where()).toBe('transit');
    picture.snapshot(1, 0, { id: ADA, rev: 7 });
    expect(picture.where()).toBe('1,0');
  });

  it('whoever turns back in transit is shown where they came from (G7, M2)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 4 });
    picture.leave(0, 0, { id: ADA, rev: 5, to: EASTWARDS });
    picture.enter(0, 0, { id: ADA, rev: 6 });
    expect(picture.where()).toBe('0,0');
  });

  it('waiting for an entry ends TRANSIT_TICKS after the frame with the leave (P-PICT-10)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 4 });
    picture.leave(0, 0, { id: ADA, rev: 5, to: EASTWARDS });
    picture.replica.expire(picture.tick + TRANSIT_TICKS - 1);
    expect(picture.where()).toBe('transit');
    picture.replica.expire(picture.tick + TRANSIT_TICKS);
    expect(picture.where()).toBeUndefined();
    expect(picture.take().at(-1)).toBe('left 7');
    picture.enter(1, 0, { id: ADA, rev: 5 });
    expect(picture.where()).toBe('1,0');
  });

  it('whoever is known in a square when waiting ends is shown there: a player is never lost (G7, P-PICT-8)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 6 });
    picture.leave(0, 0, { id: ADA, rev: 7, to: EASTWARDS });
    // What B tells lags behind: this is an earlier visit.
    picture.enter(1, 0, { id: ADA, rev: 5, dx: 33 });
    picture.take();
    picture.replica.expire(picture.tick + TRANSIT_TICKS);
    expect(picture.where()).toBe('1,0');
    expect(picture.take().filter((line) => line.startsWith('left'))).toEqual([]);
    picture.tick++;
    picture.move({ id: ADA, rev: 6, dx: 40 });
    expect(picture.replica.squares.get('1,0')?.occupants.get(ADA)?.rev).toBe(6);
  });
});

describe('client replica: snapshots and forgetting', () => {
  it('a snapshot replaces the square: who is not in it is gone (P-PICT-6)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 4 }, { id: 8, rev: 1 });
    picture.take();
    picture.tick++;
    picture.snapshot(0, 0, { id: 8, rev: 2 }, { id: 9, rev: 0 });
    expect(picture.take()).toEqual(['moved 8 1.2', 'profiled 9 v1', 'entered 9 1.0', 'left 7']);
    expect([...(picture.replica.squares.get('0,0')?.occupants.keys() ?? [])]).toEqual([8, 9]);
  });

  it('motions after a snapshot apply to the new picture (P-PICT-6)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 4 });
    picture.snapshot(0, 0, { id: ADA, rev: 4 });
    picture.move({ id: ADA, rev: 5, dx: 70 });
    expect(picture.replica.squares.get('0,0')?.occupants.get(ADA)).toMatchObject({ rev: 5 });
    expect(picture.replica.check(check(0, 0, 1, occupantHash(ADA, 1, 5)))).toEqual([]);
  });

  it('a snapshot that knows somebody at an older pair shows them at that one (P-PICT-6, P-PICT-8)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 9, dx: 10 });
    picture.snapshot(0, 0, { id: ADA, rev: 6, dx: 900 });
    expect(picture.replica.players.get(ADA)).toMatchObject({ generation: 1, rev: 6 });
    expect(picture.place()).toEqual([900, 0]);
    // Known in another square at a higher pair, that one shows them.
    picture.enter(1, 0, { id: ADA, rev: 8 });
    picture.snapshot(0, 0, { id: ADA, rev: 7 });
    expect(picture.where()).toBe('1,0');
    expect(picture.take().filter((line) => line.startsWith('left'))).toEqual([]);
  });

  it('forgetting a square takes away whoever is known nowhere else (P-PICT-7, P-PICT-8)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 4 }, { id: 8, rev: 4 });
    picture.enter(1, 0, { id: 8, rev: 3 });
    picture.replica.forget(0, 0, picture.tick);
    expect([picture.where(7), picture.where(8)]).toEqual([undefined, '1,0']);
    expect([...picture.replica.squares.keys()]).toEqual(['1,0']);
    picture.replica.forget(0, 0, picture.tick);
  });
});

describe('client replica: squares told afresh in one frame', () => {
  it('may have exchanged their people: nobody vanishes in between (P-PICT-9, P-ALIVE-4)', () => {
    for (const first of [0, 1]) {
      const picture = new Picture();
      picture.enter(0, 0, { id: ADA, rev: 4 });
      picture.enter(1, 0, { id: 8, rev: 4 });
      const { track } = picture.replica.players.get(ADA) ?? {};
      picture.take();
      picture.tick++;
      picture.replica.frame(() => {
        const west = (): void => picture.snapshot(0, 0, { id: 8, rev: 5 });
        const east = (): void => picture.snapshot(1, 0, { id: ADA, rev: 4 });
        for (const tell of first === 0 ? [west, east] : [east, west]) tell();
      });
      expect([picture.where(ADA), picture.where(8)]).toEqual(['1,0', '0,0']);
      expect(picture.take().filter((line) => /^(entered|left)/.test(line))).toEqual([]);
      expect(picture.replica.players.get(ADA)?.track).toBe(track);
    }
  });

  it('take away whoever is in none of them, when all have been told (P-PICT-9)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 4 });
    picture.take();
    picture.replica.frame(() => {
      picture.replica.forget(0, 0, picture.tick);
      expect(picture.take()).toEqual([]);
      picture.snapshot(1, 0);
    });
    expect(picture.take()).toEqual(['left 7']);
    expect(picture.where()).toBeUndefined();
  });

  it('show somebody at an older pair who is known at no other (P-PICT-8)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 9 });
    picture.take();
    picture.replica.frame(() => {
      picture.snapshot(0, 0);
      picture.snapshot(1, 0, { id: ADA, rev: 3, dx: 50 });
    });
    expect(picture.replica.players.get(ADA)).toMatchObject({ rev: 3 });
    expect(picture.where()).toBe('1,0');
    expect(picture.take().filter((line) => /^(entered|left)/.test(line))).toEqual([]);
  });

  it('leave the picture whole when somebody who is told of it fails', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 4 });
    expect(() =>
      picture.replica.frame(() => {
        picture.snapshot(0, 0);
        throw new Error('an observer failed');
      }),
    ).toThrow('an observer failed');
    expect(picture.where()).toBeUndefined();
    picture.enter(0, 0, { id: ADA, rev: 5 });
    picture.replica.forget(0, 0, picture.tick);
    expect(picture.where()).toBeUndefined();
  });
});

describe('client replica: checks', () => {
  it('count and checksum of a square must both agree; the squares that do not are returned (G8, P-CHECK-3)', () => {
    const picture = new Picture();
    picture.enter(0, 0, { id: ADA, rev: 4 }, { id: 8, rev: 2, generation: 3 });
    const sum = (occupantHash(ADA, 1, 4) + occupantHash(8, 3, 2)) >>> 0;
    expect(picture.replica.check(check(0, 0, 2, sum))).toEqual([]);
    expect(picture.replica.check(check(0, 0, 3, sum))).toMatchObject([{ sx: 0, sy: 0 }]);
    expect(picture.replica.check(check(0, 0, 2, sum ^ 1))).toMatchObject([{ sx: 0, sy: 0 }]);
    expect(picture.replica.check(check(1, 0, 0, 0))).toEqual([]);
  });

  it('the checksum is that of the occupants whatever has happened, and everybody is shown once (G7, G8)', () => {
    const squares: (readonly [number, number])[] = [
      [0, 0],
      [1, 0],
      [0, 1],
    ];
    const step = fc.record({
      kind: fc.constantFrom('enter', 'leave', 'move', 'snapshot', 'forget'),
      square: fc.constantFrom(...squares),
      id: fc.integer({ min: 1, max: 4 }),
      generation: fc.integer({ min: 1, max: 2 }),
      rev: fc.integer({ min: 0, max: 12 }),
      to: fc.integer({ min: 0, max: 9 }).filter((code) => code !== 5),
    });
    fc.assert(
      fc.property(fc.array(fc.array(step, { maxLength: 5 }), { maxLength: 30 }), (frames) => {
        const picture = new Picture(...squares);
        for (const steps of frames) {
          picture.tick += 3;
          picture.replica.frame(() => {
            for (const { kind, square, id, generation, rev, to } of steps) {
              if (kind === 'enter') picture.enter(...square, { id, generation, rev });
              else if (kind === 'leave') picture.leave(...square, { id, generation, rev, to });
              else if (kind === 'move') picture.move({ id, rev });
              else if (kind === 'snapshot') picture.snapshot(...square, { id, generation, rev });
              else picture.replica.forget(...square, picture.tick);
            }
          });
          if (steps.length === 0) picture.replica.expire(picture.tick);

          for (const { sx, sy, occupants } of picture.replica.squares.values()) {
            let sum = 0;
            for (const each of occupants.values()) sum += occupantHash(each.id, each.generation, each.rev);
            expect(picture.replica.check(check(sx, sy, occupants.size, sum >>> 0))).toEqual([]);
            for (const each of occupants.values()) {
              const shown = picture.replica.players.get(each.id);
              expect(shown, 'whoever is known is on the screen').toBeDefined();
              if (shown?.square === undefined) continue;
              expect(shown.square.occupants.get(each.id), 'in a square where they are known').toMatchObject({
                generation: shown.generation,
                rev: shown.rev,
              });
            }
          }
        }
        const shown = picture.log.filter((line) => line.startsWith('entered')).length;
        const gone = picture.log.filter((line) => line.startsWith('left')).length;
        expect(shown - gone).toBe(picture.replica.players.size);
      }),
      { numRuns: 150 },
    );
  });
});
