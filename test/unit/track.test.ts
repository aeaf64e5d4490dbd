import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Track } from '../../client/core/track.ts';
import { advance, type Blocked, type Motion, STANDING } from '../../shared/motion.ts';
import { nextRev, revDistance } from '../../shared/pair.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { counted, free, walls } from '../helpers/walls.ts';

const EAST = 0;
const SOUTH = 64;
const WEST = 128;
const NORTH = 192;

/** From (0, 0) eastwards since tick 0: 51 units a tick. */
const eastwards: Motion = { tick: 0, x: 0, y: 0, heading: EAST };
const at = (track: Track, tick: number): [number, number] => {
  const { x, y } = track.placeAt(tick);
  return [x, y];
};

interface News {
  readonly rev: number;
  readonly motion: Motion;
}

/** Somebody's path: turns of up to 30 ticks, some told a second time from a place further along, as crossings are. */
const path = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 30 }),
    heading: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constant(STANDING)),
    retoldAfter: fc.option(fc.integer({ min: 1, max: 10 })),
  }),
  { minLength: 1, maxLength: 40 },
);

type Turns = typeof path extends fc.Arbitrary<infer T> ? T : never;

function newsOf(turns: Turns, first: Motion, blocked: Blocked): News[] {
  let motion = first;
  // Not far from where revs wrap.
  let rev = 0xfff0;
  const news: News[] = [{ rev, motion }];
  for (const { after, heading, retoldAfter } of turns) {
    motion = { ...advance(motion, motion.tick + after, blocked), heading };
    rev = nextRev(rev);
    news.push({ rev, motion });
    if (retoldAfter === null) continue;
    rev = nextRev(rev);
    news.push({ rev, motion: advance(motion, motion.tick + retoldAfter, blocked) });
  }
  return news;
}

describe('track', () => {
  it('on a tick the place is that of the shared rule, between two ticks it lies between theirs (M3, P-MOVE-6)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 255 }),
        fc.array(fc.double({ min: 0.01, max: 7, noNaN: true }), { maxLength: 30 }),
        fc.integer(),
        (heading, waits, seed) => {
          const blocked = walls(seed);
          const motion = { tick: 100, x: 37, y: -250, heading };
          const track = new Track(motion, blocked);
          let tick = 100;
          for (const wait of waits) {
            tick += wait;
            const before = advance(motion, Math.floor(tick), blocked);
            const after = advance(motion, Math.floor(tick) + 1, blocked);
            const fraction = tick - Math.floor(tick);
            const { x, y } = track.placeAt(tick);
            expect(x).toBeCloseTo(before.x + (after.x - before.x) * fraction, 6);
            expect(y).toBeCloseTo(before.y + (after.y - before.y) * fraction, 6);
          }
        },
      ),
    );
  });

  it('before the tick of their first motion somebody waits where it begins (M3)', () => {
    const track = new Track({ ...eastwards, tick: 10 }, free);
    expect(at(track, 4)).toEqual([0, 0]);
    expect(at(track, 9.5)).toEqual([0, 0]);
    expect(at(track, 11)).toEqual([51, 0]);
  });

  it('a motion that is known before its tick is followed from that tick on, to the unit (M3)', () => {
    const track = new Track(eastwards, free);
    at(track, 3);
    track.push({ tick: 5, x: 255, y: 0, heading: SOUTH });
    track.push({ tick: 8, x: 255, y: 153, heading: STANDING });
    expect(at(track, 4.5)).toEqual([229.5, 0]);
    expect(at(track, 5)).toEqual([255, 0]);
    expect(at(track, 6.5)).toEqual([255, 76.5]);
    expect(at(track, 8)).toEqual([255, 153]);
    expect(at(track, 30)).toEqual([255, 153]);
  });

  it('a motion that is known before its tick changes nothing until then (M3)', () => {
    const track = new Track(eastwards, free);
    const before = track.placeAt(4.5);
    track.push({ tick: 5, x: 255, y: 100, heading: SOUTH });
    expect(track.placeAt(4.5)).toEqual(before);
    expect(track.placeAt(4.75)).toMatchObject({ x: 4.75 * 51, y: 0, heading: EAST });
  });

  it('a newer motion replaces what was to come at its tick or later', () => {
    const track = new Track(eastwards, free);
    track.push({ tick: 5, x: 255, y: 0, heading: SOUTH });
    track.push({ tick: 9, x: 255, y: 204, heading: STANDING });
    track.push({ tick: 5, x: 255, y: 0, heading: NORTH });
    expect(at(track, 10)).toEqual([255, -255]);
  });

  it('late news is blended within 4 ticks and not snapped (M3)', () => {
    const track = new Track(eastwards, free);
    expect(at(track, 10.5)).toEqual([535.5, 0]);
    // They had turned south 4.5 ticks ago: the truth is 229.5 units away both ways.
    track.push({ tick: 6, x: 306, y: 0, heading: SOUTH });
    expect(at(track, 10.5)).toEqual([535.5, 0]);
    const places = [10.75, 11, 11.5, 12, 13, 14, 14.4].map((tick) => at(track, tick));
    for (const [i, [x, y]] of places.entries()) {
      const [beforeX, beforeY] = places[i - 1] ?? [535.5, 0];
      expect(x, 'goes west all the time').toBeLessThan(beforeX);
      expect(y, 'and south all the time').toBeGreaterThan(beforeY);
    }
    expect(at(track, 14.5)).toEqual([306, 8.5 * 51]);
    expect(at(track, 20)).toEqual([306, 14 * 51]);
  });

  it('late news during a blend begins where the blend is, so nothing jumps (M3)', () => {
    const track = new Track(eastwards, free);
    at(track, 10);
    track.push({ tick: 7, x: 357, y: 0, heading: SOUTH });
    const before = at(track, 11.5);
    track.push({ tick: 9, x: 357, y: 102, heading: WEST });
    expect(at(track, 11.5)[0]).toBeCloseTo(before[0], 9);
    expect(at(track, 11.5)[1]).toBeCloseTo(before[1], 9);
    expect(at(track, 15.5)).toEqual([357 - 6.5 * 51, 102]);
  });

  it('a place that differs from where the motion before has led is blended too: something was skipped (M3)', () => {
    const track = new Track(eastwards, free);
    track.push({ tick: 5, x: 255, y: 300, heading: EAST });
    expect(at(track, 5)).toEqual([255, 0]);
    expect(at(track, 7)).toEqual([357, 150]);
    expect(at(track, 9)).toEqual([459, 300]);
  });

  it('a teleport snaps: over more than three tiles nothing is blended (M3)', () => {
    const early = new Track(eastwards, free);
    early.push({ tick: 5, x: 255, y: 800, heading: EAST });
    expect(at(early, 4.5)).toEqual([229.5, 0]);
    expect(at(early, 5)).toEqual([255, 800]);

    const late = new Track(eastwards, free);
    at(late, 10);
    late.push({ tick: 8, x: 100_000, y: -100_000, heading: STANDING });
    expect(at(late, 10)).toEqual([100_000, -100_000]);
  });

  it('after a pause the present is shown at once, without a replay of what was missed (M4)', () => {
    const { blocked, calls } = counted(walls(1));
    const truth = walls(1);
    const track = new Track(eastwards, blocked);
    at(track, 5);
    let motion = eastwards;
    for (const [tick, heading] of [
      [10, SOUTH],
      [400, WEST],
      [3000, NORTH],
    ] as const) {
      motion = { ...advance(motion, tick, truth), heading };
      track.push(motion);
    }
    const before = calls();
    const { x, y } = advance(motion, 3010, truth);
    expect(at(track, 3010)).toEqual([x, y]);
    expect(calls() - before, 'walks only what follows from the last motion').toBeLessThan(40);
    const later = advance(motion, 3011, truth);
    expect(at(track, 3011)).toEqual([later.x, later.y]);
  });

  it('a blend that was going on is over after a pause (M4)', () => {
    const track = new Track(eastwards, free);
    at(track, 10);
    track.push({ tick: 8, x: 408, y: 0, heading: SOUTH });
    at(track, 10.5);
    expect(at(track, 60)).toEqual([408, 52 * 51]);
  });

  it('a thousand motions pushed ahead are bounded, and the last ones lead to the right place', () => {
    const track = new Track(eastwards, free);
    let motion = eastwards;
    for (let tick = 1; tick <= 1000; tick++) {
      motion = { ...advance(motion, tick, free), heading: tick % 2 === 0 ? EAST : SOUTH };
      track.push(motion);
    }
    for (let tick = 0; tick < 1010; tick++) at(track, tick);
    const { x, y } = advance(motion, 1010, free);
    expect(at(track, 1010)).toEqual([x, y]);
  });

  it('who stands still faces the way they walked last', () => {
    const track = new Track({ ...eastwards, heading: NORTH }, free);
    track.push({ tick: 2, x: 0, y: -102, heading: STANDING });
    expect(track.placeAt(1)).toMatchObject({ heading: NORTH, walking: true });
    expect(track.placeAt(3)).toMatchObject({ heading: NORTH, walking: false });
    expect(new Track({ ...eastwards, heading: STANDING }, free).placeAt(0)).toMatchObject({ walking: false });
  });

  it('world time that goes back shows nobody twice: they wait where they are', () => {
    const track = new Track(eastwards, free);
    at(track, 10);
    expect(at(track, 8)).toEqual([510, 0]);
    expect(at(track, 11)).toEqual([561, 0]);
  });

  it('whatever the order and the delays in which news of a path comes, the place ends up exactly on it (M3, G7)', () => {
    fc.assert(
      fc.property(path, fc.integer(), fc.integer({ min: 1, max: 60 }), (turns, seed, maxDelay) => {
        const random = seededRandom(seed);
        const blocked = walls(seed);
        const news = newsOf(turns, { tick: 50, x: 100, y: 100, heading: EAST }, blocked);
        const first = news[0] as News;
        const track = new Track(first.motion, blocked);
        let { rev } = first;
        const arrivals = news
          .slice(1)
          .map((each) => ({ ...each, at: each.motion.tick + random() * maxDelay }))
          .sort((a, b) => a.at - b.at);
        let tick = 50;
        for (const { at: arrivesAt, rev: newRev, motion } of arrivals) {
          // Looked at now and then on the way, as frames are drawn.
          while (tick < arrivesAt - 7) {
            tick += random() * 9;
            track.placeAt(tick - 7);
          }
          // What a newer motion has overtaken is ignored (P-PICT-5).
          if (revDistance(newRev, rev) <= 0) continue;
          rev = newRev;
          track.push(motion);
        }
        const last = (news.at(-1) as News).motion;
        // From the last news on: what it takes to blend, and no more.
        track.placeAt(Math.max(tick - 7, last.tick));
        const end = Math.ceil(Math.max(tick - 7, last.tick)) + 4;
        for (const later of [end, end + 1, end + 30]) {
          const truth = advance(last, later, blocked);
          expect(at(track, later)).toEqual([truth.x, truth.y]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('nobody is ever shown to move faster than a blend allows, but for a snap (M3)', () => {
    fc.assert(
      fc.property(path, fc.integer(), (turns, seed) => {
        const random = seededRandom(seed);
        const news = newsOf(turns, { tick: 50, x: 0, y: 0, heading: EAST }, free);
        const track = new Track((news[0] as News).motion, free);
        let next = 1;
        let shown = track.placeAt(43);
        let fastest = 0;
        for (let tick = 43; tick < 43 + 200; tick += 0.25) {
          // Each is at most 3 ticks late.
          while (next < news.length && (news[next] as News).motion.tick + random() * 10 < tick + 7) {
            track.push((news[next++] as News).motion);
          }
          const now = track.placeAt(tick);
          fastest = Math.max(fastest, Math.hypot(now.x - shown.x, now.y - shown.y));
          shown = now;
        }
        // A quarter of a tick's way, and of the blend's a sixteenth of three tiles.
        expect(fastest).toBeLessThanOrEqual(52 / 4 + 768 / 16 + 1e-6);
      }),
      { numRuns: 30 },
    );
  });
});
