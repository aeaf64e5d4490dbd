import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BuiltSquares } from '../../client/core/built-squares.ts';
import {
  GAP_TICKS,
  KEPT_LINES,
  MAX_EARLY_EDITS,
  READ_AGAIN_TICKS,
  READ_LATEST_TICKS,
} from '../../server/grid/limits.ts';
import { SquareThings, type ThingsRead } from '../../server/grid/square-things.ts';
import { Ground } from '../../shared/ground.ts';
import type { Line, ServerMessage } from '../../shared/protocol.ts';
import { decodeServerFrame } from '../../shared/server-codec.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { type EditRecord, readEdits, readTiles } from '../../shared/tile-records.ts';

const START = 1000;
const WALL = 17;
const PAINT = 4;
const terrain = createTerrain('flat', 7);

const edit = (revision: number, tile: number, kind: number, tick: number): EditRecord => {
  return { revision, tile, kind, tick, player: 9 };
};
const line = (id: number): Line => ({ id, player: 9, name: 'Ada', text: `line ${id}`, atMs: 1_000_000 + id });
const linesUpTo = (last: number): Line[] =>
  Array.from({ length: Math.min(last, KEPT_LINES) }, (_, i) => line(Math.max(0, last - KEPT_LINES) + 1 + i));

const readOf = (some: Partial<ThingsRead> = {}): ThingsRead => ({
  revision: 0,
  tiles: [],
  lines: [],
  gems: { period: 0, claimed: 0 },
  ...some,
});

/** The things of square 0,0 on a node's ground, from tick START on. */
class Bench {
  readonly ground = new Ground(terrain);
  readonly changes: number[] = [];
  readonly things = new SquareThings(
    { sx: 0, sy: 0 },
    this.ground,
    { groundChanged: (_square, tick) => this.changes.push(tick) },
    START,
  );

  /** One that has read the store, and told clients nothing so far. */
  static known(read: Partial<ThingsRead> = {}): Bench {
    const bench = new Bench();
    bench.read(read, START);
    bench.news();
    bench.changes.length = 0;
    return bench;
  }

  read(some: Partial<ThingsRead>, tick: number): void {
    this.things.doubt(tick);
    expect(this.things.mustRead(tick)).toBe(true);
    this.things.read(readOf(some), tick);
  }

  /** What clients are told of what is new. */
  news(tick = START): string[] {
    return this.things.encode(tick).flatMap((bytes) => decodeServerFrame(bytes).map(inWords));
  }

  /** What those are told who come now. */
  picture(tick = START): string[] {
    return this.things.picture(tick).flatMap((bytes) => decodeServerFrame(bytes).map(inWords));
  }
}

function inWords(message: ServerMessage): string {
  switch (message.type) {
    case 'ground': {
      const tiles = readTiles(message.tiles).map(({ tile, kind }) => `${tile}=${kind}`);
      return ['ground', message.revision, ...tiles.sort()].join(' ');
    }
    case 'edits':
      return [
        'edits',
        ...readEdits(message.records).map((each) => `${each.revision}@${each.tick}:${each.tile}=${each.kind}`),
      ].join(' ');
    case 'lines':
      return [message.isHistory ? 'history' : 'lines', ...message.lines.map(({ id }) => id)].join(' ');
    case 'gems':
      return `gems ${message.period} ${message.claimed}`;
    case 'claim':
      return `claim ${message.period} ${message.index} ${message.player}`;
    case 'emotes':
      return ['emotes', ...message.emotes.map(({ player, emote }) => `${player}:${emote}`)].join(' ');
    default:
      throw new Error(`${message.type} is no news of things`);
  }
}

describe('things: the first look', () => {
  it('is taken when asked for, and at the latest after a few ticks', () => {
    const { things } = new Bench();
    for (let tick = START; tick < START + READ_LATEST_TICKS; tick++) expect(things.mustRead(tick)).toBe(false);
    expect(things.isKnown).toBe(false);
    expect(things.mustRead(START + READ_LATEST_TICKS)).toBe(true);
    expect(things.mustRead(START + READ_LATEST_TICKS + 1), 'once at a time').toBe(false);
    const asked = new Bench().things;
    asked.doubt(START);
    expect(asked.mustRead(START)).toBe(true);
  });

  it('gives a picture, and tells nobody anything as news', () => {
    const bench = new Bench();
    bench.read(
      { revision: 7, tiles: [{ tile: 3, kind: WALL }], lines: [line(4), line(6)], gems: { period: 2, claimed: 5 } },
      START,
    );
    expect(bench.things.isKnown).toBe(true);
    expect(bench.things.marks).toEqual({ revision: 7, line: 6, period: 2, claimed: 5 });
    expect(bench.news()).toEqual([]);
    expect(bench.picture()).toEqual(['ground 7 3=17', 'history 4 6', 'gems 2 5']);
    expect(bench.changes, 'whoever walks near walks over other ground').toEqual([START + 1]);
    expect(bench.ground.kindAt(3, 0, START)).toBe(WALL);
  });

  it('of an empty square gives an empty ground, and disturbs nobody', () => {
    const bench = new Bench();
    bench.read({}, START);
    expect(bench.picture()).toEqual(['ground 0']);
    expect(bench.changes).toEqual([]);
  });

  it('is merged with news from before, from during and from after it (G3)', () => {
    const bench = new Bench();
    const { things } = bench;
    things.edited(edit(3, 30, PAINT, START + 4), START);
    things.said(line(2), START);
    things.doubt(START);
    expect(things.mustRead(START)).toBe(true);
    things.edited(edit(4, 31, WALL, START + 5), START + 1);
    things.said(line(4), START + 1);
    things.claimed(2, 1, 9);
    expect(things.isKnown).toBe(false);
    things.read(
      readOf({
        revision: 2,
        tiles: [{ tile: 1, kind: WALL }],
        lines: [line(1), line(2), line(3)],
        gems: { period: 2, claimed: 1 },
      }),
      START + 1,
    );
    things.edited(edit(5, 1, 0, START + 6), START + 2);
    things.said(line(5), START + 2);
    expect(things.marks).toEqual({ revision: 5, line: 5, period: 2, claimed: 3 });
    expect(bench.news(START + 2)).toEqual([
      `edits 3@${START + 4}:30=4 4@${START + 5}:31=17 5@${START + 6}:1=0`,
      'lines 2 4 5',
      'claim 2 1 9',
    ]);
    expect(bench.picture(START + 2)).toEqual([
      'ground 2 1=17',
      `edits 3@${START + 4}:30=4 4@${START + 5}:31=17 5@${START + 6}:1=0`,
      'history 1 2 3 4 5',
      'gems 2 3',
    ]);
  });

  it('that fails closes the square, is taken again, and opens it', () => {
    const { things } = new Bench();
    things.doubt(START);
    expect(things.mustRead(START)).toBe(true);
    expect(things.isClosed, 'nobody is stopped as long as it may come any moment').toBe(false);
    things.failed(START + 1);
    expect(things.isClosed).toBe(true);
    expect(things.mustRead(START + READ_AGAIN_TICKS)).toBe(false);
    expect(things.mustRead(START + 1 + READ_AGAIN_TICKS)).toBe(true);
    expect(things.isClosed).toBe(true);
    things.read(readOf(), START + 30);
    expect(things.isClosed).toBe(false);
  });

  it('that failed once it was known closes nothing', () => {
    const { things } = Bench.known();
    things.doubt(START + 9);
    expect(things.mustRead(START + 9)).toBe(true);
    things.failed(START + 10);
    expect(things.isClosed).toBe(false);
    expect(things.mustRead(START + 10 + READ_AGAIN_TICKS)).toBe(true);
  });
});

describe('things: edits', () => {
  it('change the ground from their tick on, and say so where one can walk otherwise', () => {
    const bench = Bench.known();
    bench.things.edited(edit(1, 0, WALL, START + 4), START);
    bench.things.edited(edit(2, 1, PAINT, START + 5), START);
    bench.things.edited(edit(3, 0, 18, START + 6), START);
    bench.things.edited(edit(4, 0, 41, START + 7), START);
    expect(bench.changes, 'paint on grass and one wall for another stop nobody').toEqual([START + 4, START + 7]);
    expect(bench.ground.blocked(0, 0, START + 3)).toBe(false);
    expect(bench.ground.blocked(0, 0, START + 4)).toBe(true);
    expect(bench.ground.blocked(0, 0, START + 7)).toBe(false);
    expect(bench.news()).toHaveLength(1);
    expect(bench.news()).toEqual([]);
  });

  it('that come twice or late are passed over', () => {
    const bench = Bench.known({ revision: 4 });
    bench.things.edited(edit(4, 0, WALL, START), START);
    bench.things.edited(edit(5, 0, PAINT, START), START);
    bench.things.edited(edit(5, 0, PAINT, START), START);
    bench.things.edited(edit(1, 0, WALL, START), START);
    expect(bench.things.marks.revision).toBe(5);
    expect(bench.news()).toEqual([`edits 5@${START}:0=4`]);
    expect(bench.ground.kindAt(0, 0, START)).toBe(PAINT);
  });

  it('that come out of order wait for those before them, and the store is not asked', () => {
    const bench = Bench.known();
    bench.things.edited(edit(3, 3, WALL, START + 6), START);
    bench.things.edited(edit(2, 2, WALL, START + 5), START + 1);
    expect(bench.things.marks.revision).toBe(0);
    expect(bench.news()).toEqual([]);
    bench.things.edited(edit(1, 1, WALL, START + 4), START + 2);
    expect(bench.things.marks.revision).toBe(3);
    expect(bench.news()).toEqual([`edits 1@${START + 4}:1=17 2@${START + 5}:2=17 3@${START + 6}:3=17`]);
    for (let tick = START; tick < START + 100; tick++) expect(bench.things.mustRead(tick)).toBe(false);
  });

  it('of which one stays away have the store read after a while, and all are told the whole square', () => {
    const bench = Bench.known({ revision: 1, tiles: [{ tile: 1, kind: WALL }] });
    bench.things.edited(edit(3, 3, WALL, START + 4), START);
    for (let tick = START; tick < START + GAP_TICKS; tick++) expect(bench.things.mustRead(tick)).toBe(false);
    expect(bench.things.mustRead(START + GAP_TICKS)).toBe(true);
    bench.things.read(readOf({ revision: 3, tiles: [2, 3].map((tile) => ({ tile, kind: WALL })) }), START + 5);
    expect(bench.news(START + 5)).toEqual(['ground 3 2=17 3=17']);
    expect(bench.changes).toEqual([START + 6]);
    expect(bench.ground.kindAt(1, 0, START + 6)).toBe(0);
    for (let tick = START; tick < START + 100; tick++) expect(bench.things.mustRead(tick)).toBe(false);
  });

  it('that are still to count when the square is told afresh are not lost (P-GROUND-3)', () => {
    const bench = Bench.known();
    bench.things.edited(edit(1, 1, WALL, START + 9), START);
    expect(bench.news(START)).toEqual([`edits 1@${START + 9}:1=17`]);
    // The second was missed; the third comes behind it.
    bench.read(
      {
        revision: 2,
        tiles: [
          { tile: 1, kind: WALL },
          { tile: 2, kind: WALL },
        ],
      },
      START + 2,
    );
    bench.things.edited(edit(3, 3, WALL, START + 9), START + 2);
    const told = ['ground 2 1=17 2=17', `edits 3@${START + 9}:3=17`];
    expect(bench.news(START + 2), 'each of them once').toEqual(told);
    expect(bench.picture(START + 2)).toEqual(told);
  });

  it('are told to newcomers as the ground is now, and those to come as edits of their own', () => {
    const bench = Bench.known({ revision: 5, tiles: [{ tile: 1, kind: PAINT }] });
    bench.things.edited(edit(6, 1, WALL, START + 4), START);
    bench.things.edited(edit(7, 2, WALL, START + 3), START);
    bench.things.edited(edit(8, 1, 0, START + 6), START);
    expect(bench.picture(START)).toEqual([
      'ground 5 1=4',
      `edits 6@${START + 4}:1=17 7@${START + 3}:2=17 8@${START + 6}:1=0`,
    ]);
    expect(bench.picture(START + 4)).toEqual(['ground 7 1=17 2=17', `edits 8@${START + 6}:1=0`]);
    expect(bench.picture(START + 6)).toEqual(['ground 8 2=17']);
  });

  it('beyond a gap are kept up to a number, and then the store is read at once', () => {
    const bench = Bench.known();
    for (let i = 0; i <= MAX_EARLY_EDITS; i++) {
      expect(bench.things.mustRead(START)).toBe(false);
      bench.things.edited(edit(2 + i, i % 1024, PAINT, START), START);
    }
    expect(bench.things.mustRead(START)).toBe(true);
  });

  it('that waited for what the store has by now are forgotten', () => {
    const bench = Bench.known();
    bench.things.edited(edit(3, 3, WALL, START + 4), START);
    expect(bench.things.mustRead(START + GAP_TICKS)).toBe(true);
    bench.things.read(readOf({ revision: 5 }), START + 5);
    bench.things.said(line(1), START + 6);
    expect(bench.things.mustRead(START + 100)).toBe(false);
    bench.things.edited(edit(6, 3, PAINT, START + 9), START + 8);
    expect(bench.things.marks.revision).toBe(6);
  });

  it('one after the other of which is a little late have nothing read as long as each of them comes', () => {
    const bench = Bench.known();
    for (let i = 1; i < 50; i += 2) {
      const tick = START + i;
      // The next but one is always here before the next.
      bench.things.edited(edit(i + 1, 2, PAINT, tick + 4), tick);
      bench.things.said(line(i + 1), tick);
      expect(bench.things.mustRead(tick + 1)).toBe(false);
      bench.things.edited(edit(i + 3, 4, PAINT, tick + 4), tick + 1);
      bench.things.said(line(i + 3), tick + 1);
      bench.things.edited(edit(i, 1, PAINT, tick + 4), tick + 2);
      bench.things.said(line(i), tick + 2);
      expect(bench.things.mustRead(tick + 2)).toBe(false);
    }
  });

  it('and lines that nobody ever made do not have the store read again and again', () => {
    const bench = Bench.known();
    bench.things.edited(edit(2 ** 32 - 1, 0, PAINT, START), START);
    bench.things.said(line(2 ** 40), START);
    bench.things.marked({ revision: 2 ** 31, line: 2 ** 41, period: 0, claimed: 0 }, START);
    let reads = 0;
    for (let tick = START; tick < START + 500; tick++) {
      if (!bench.things.mustRead(tick)) continue;
      reads++;
      bench.things.read(readOf(), tick);
    }
    expect(reads).toBeLessThan(4);
  });

  it('that are missing do not hurry a store that fails', () => {
    const bench = Bench.known();
    bench.things.edited(edit(2, 0, PAINT, START), START);
    const reads: number[] = [];
    for (let tick = START; tick < START + 3 * READ_AGAIN_TICKS; tick++) {
      if (!bench.things.mustRead(tick)) continue;
      reads.push(tick);
      bench.things.failed(tick);
    }
    expect(reads.length).toBeGreaterThan(1);
    for (const [i, tick] of reads.entries()) expect(tick).toBe(START + GAP_TICKS + i * READ_AGAIN_TICKS);
  });

  it('that arrive while the store is read and are beyond what it had have it read again', () => {
    const bench = Bench.known();
    bench.things.doubt(START);
    expect(bench.things.mustRead(START)).toBe(true);
    bench.things.edited(edit(2, 2, WALL, START + 4), START + 1);
    bench.things.read(readOf(), START + 2);
    expect(bench.things.mustRead(START + 1 + GAP_TICKS)).toBe(true);
  });
});

describe('things: lines', () => {
  it('are kept by id, the last ones, and told as news once', () => {
    const bench = Bench.known({ lines: linesUpTo(60) });
    bench.things.said(line(62), START);
    bench.things.said(line(61), START);
    bench.things.said(line(62), START);
    bench.things.said(line(60), START);
    bench.things.said(line(5), START);
    expect(bench.news()).toEqual(['lines 61 62']);
    const last = Array.from({ length: KEPT_LINES }, (_, i) => 13 + i);
    expect(bench.picture()).toContain(['history', ...last].join(' '));
    for (let tick = START; tick < START + 100; tick++)
      expect(bench.things.mustRead(tick), 'nothing is missing').toBe(false);
  });

  it('of which one stays away have the store read, and what was missed is told as news', () => {
    const bench = Bench.known({ lines: [line(1)] });
    bench.things.said(line(4), START);
    expect(bench.news()).toEqual(['lines 4']);
    expect(bench.things.mustRead(START + GAP_TICKS - 1)).toBe(false);
    expect(bench.things.mustRead(START + GAP_TICKS)).toBe(true);
    bench.things.read(readOf({ lines: linesUpTo(4) }), START + GAP_TICKS);
    expect(bench.news()).toEqual(['lines 2 3']);
    expect(bench.picture()).toContain('history 1 2 3 4');
  });

  it('are news, once, to whoever has been told nothing since some flush, a late one with a low id as well (P-ALIVE-4)', () => {
    const bench = Bench.known({ lines: [line(1)] });
    bench.things.said(line(4), START);
    bench.things.said(line(2), START + 2);
    const since = (untold: number): string[] =>
      bench.things.picture(START + 6, untold).flatMap((bytes) => decodeServerFrame(bytes).map(inWords));
    expect(bench.news(START + 2)).toEqual(['lines 2 4']);
    bench.things.said(line(3), START + 4);
    bench.things.said(line(5), START + 4);
    expect(bench.news(START + 4)).toEqual(['lines 3 5']);
    expect(since(START + 2)).toEqual(['ground 0', 'lines 2 3 4 5']);
    expect(since(START + 4)).toEqual(['ground 0', 'lines 3 5']);
    expect(since(START + 6)).toEqual(['ground 0']);
    expect(bench.picture(START + 6)).toContain('history 1 2 3 4 5');
  });

  it('that are missing in the store too are not looked for again and again', () => {
    const bench = Bench.known({ lines: [line(1), line(9)] });
    bench.things.said(line(10), START);
    bench.things.said(line(11), START);
    for (let tick = START; tick < START + 100; tick++) expect(bench.things.mustRead(tick)).toBe(false);
  });
});

describe('things: gems and emotes', () => {
  it('claims of a period add up, whichever way they come, and those of an older one count no more', () => {
    const bench = Bench.known({ gems: { period: 5, claimed: 0b1 } });
    bench.things.claimed(5, 1, 9);
    bench.things.claimed(5, 1, 8);
    bench.things.claimed(5, 31, 7);
    expect(bench.news()).toEqual(['claim 5 1 9', 'claim 5 31 7']);
    bench.things.marked({ revision: 0, line: 0, period: 5, claimed: 0b100 }, START);
    expect(bench.news()).toEqual([`gems 5 ${0b111 + 2 ** 31}`]);
    expect([0, 1, 2, 3, 31].map((index) => bench.things.hasClaimed({ period: 5, index }))).toEqual([
      true,
      true,
      true,
      false,
      true,
    ]);
    bench.things.marked({ revision: 0, line: 0, period: 4, claimed: 0b1000 }, START);
    bench.read({ gems: { period: 4, claimed: 0b1000 } }, START);
    expect(bench.news()).toEqual([]);
    expect(bench.things.hasClaimed({ period: 5, index: 3 })).toBe(false);
    bench.things.claimed(6, 3, 9);
    expect(bench.things.marks).toMatchObject({ period: 6, claimed: 0b1000 });
    expect(bench.things.hasClaimed({ period: 5, index: 0 })).toBe(false);
  });

  it('whose a gem is that was known to be gone is told once', () => {
    const bench = Bench.known({ gems: { period: 5, claimed: 0b11 } });
    bench.things.claimed(5, 0, 0);
    expect(bench.news(), 'nobody knows whose').toEqual([]);
    bench.things.claimed(5, 0, 9);
    bench.things.claimed(5, 0, 9);
    expect(bench.news()).toEqual(['claim 5 0 9']);
    bench.things.claimed(6, 0, 8);
    expect(bench.news(), 'of another period').toEqual(['claim 6 0 8']);
    bench.things.claimed(5, 1, 9);
    expect(bench.news(), 'of one that is over').toEqual([]);
  });

  it('claims that were missed and are found in the store are told', () => {
    const bench = Bench.known({ gems: { period: 5, claimed: 0b1 } });
    bench.read({ gems: { period: 5, claimed: 0b110 } }, START);
    expect(bench.news()).toEqual([`gems 5 ${0b111}`]);
  });

  it('an emote is told once, the last of a player in a flush', () => {
    const bench = Bench.known();
    bench.things.emoted(1, 2);
    bench.things.emoted(1, 3);
    bench.things.emoted(2, 0);
    expect(bench.news()).toEqual(['emotes 1:3 2:0']);
    expect(bench.news()).toEqual([]);
    for (let player = 1; player <= 1000; player++) bench.things.emoted(player, 0);
    expect((bench.news()[0] as string).split(' ').length).toBeLessThan(100);
  });
});

describe('things: what other nodes know (G5)', () => {
  it('has the store read where it is more, unless it comes by itself', () => {
    const more = [
      { revision: 4, line: 0 },
      { revision: 0, line: 4 },
    ];
    for (const each of more) {
      const bench = Bench.known({ revision: 3, lines: linesUpTo(3) });
      bench.things.marked({ ...each, period: 0, claimed: 0 }, START);
      expect(bench.things.mustRead(START + GAP_TICKS - 1)).toBe(false);
      expect(bench.things.mustRead(START + GAP_TICKS)).toBe(true);
      const other = Bench.known({ revision: 3, lines: linesUpTo(3) });
      other.things.marked({ ...each, period: 0, claimed: 0 }, START);
      if (each.revision > 0) other.things.edited(edit(4, 0, PAINT, START), START + 1);
      else other.things.said(line(4), START + 1);
      expect(other.things.mustRead(START + GAP_TICKS)).toBe(false);
    }
  });

  it('has nothing read where it is the same or less', () => {
    const bench = Bench.known({ revision: 3, lines: linesUpTo(3) });
    bench.things.marked({ revision: 3, line: 3, period: 0, claimed: 0 }, START);
    bench.things.marked({ revision: 1, line: 0, period: 0, claimed: 0 }, START);
    expect(bench.things.mustRead(START + 100)).toBe(false);
    expect(bench.news()).toEqual([]);
  });

  it('is asked of the store once, although they go on saying so', () => {
    const bench = Bench.known();
    bench.things.marked({ revision: 0, line: 9, period: 0, claimed: 0 }, START);
    expect(bench.things.mustRead(START + GAP_TICKS)).toBe(true);
    bench.things.read(readOf(), START + GAP_TICKS);
    expect(bench.things.mustRead(START + 50)).toBe(false);
    bench.things.said(line(1), START + 50);
    expect(bench.things.mustRead(START + 100), 'it is known that there is no more').toBe(false);
  });
});

describe('things: a store that has less than before', () => {
  it('is believed when it says so twice: all are told what there is', () => {
    const tiles = [{ tile: 1, kind: WALL }];
    const bench = Bench.known({ revision: 9, tiles, lines: linesUpTo(9) });
    bench.read({ revision: 1, tiles: [{ tile: 2, kind: PAINT }], lines: [] }, START);
    expect(bench.news(), 'it may have been a look at how it was before').toEqual([]);
    expect(bench.things.marks.revision).toBe(9);
    expect(bench.things.mustRead(START + 1)).toBe(true);
    bench.things.read(readOf({ revision: 1, tiles: [{ tile: 2, kind: PAINT }] }), START + 1);
    expect(bench.news(START + 1)).toEqual(['ground 1 2=4']);
    expect(bench.things.marks).toMatchObject({ revision: 1, line: 0 });
    bench.things.edited(edit(2, 3, WALL, START + 5), START + 1);
    bench.things.said({ ...line(1), atMs: 5 }, START + 1);
    expect(bench.news(START + 1)).toEqual([`edits 2@${START + 5}:3=17`, 'lines 1']);
  });

  it('and has it all again a moment later has told nobody anything', () => {
    const bench = Bench.known({ revision: 2, tiles: [{ tile: 1, kind: WALL }], lines: linesUpTo(2) });
    bench.read({ revision: 1, lines: linesUpTo(1) }, START);
    expect(bench.things.mustRead(START + 1)).toBe(true);
    bench.things.read(readOf({ revision: 2, tiles: [{ tile: 1, kind: WALL }], lines: linesUpTo(2) }), START + 1);
    expect(bench.news()).toEqual([]);
    expect(bench.picture()).toEqual(['ground 2 1=17', 'history 1 2']);
  });

  it('and was told to forget some lines, keeps those it still has, and tells none of them twice', () => {
    const bench = Bench.known({ revision: 2, lines: linesUpTo(5) });
    const left = [line(1), line(3)];
    bench.read({ revision: 2, lines: left }, START);
    bench.read({ revision: 2, lines: left }, START + 1);
    expect(bench.news()).toEqual([]);
    expect(bench.picture()).toEqual(['ground 2', 'history 1 3']);
    expect(bench.things.mustRead(START + 2), 'one more look').toBe(true);
    bench.things.read(readOf({ revision: 2, lines: left }), START + 2);
    expect(bench.things.mustRead(START + 100)).toBe(false);
  });
});

/** What may happen to a square, as its store, its news and its clients go their ways. */
type Event =
  | {
      readonly what: 'edit';
      readonly tile: number;
      readonly kind: number;
      readonly lead: number;
      readonly by: 'now' | 'later' | 'never';
    }
  | { readonly what: 'say'; readonly by: 'now' | 'later' | 'never' }
  | { readonly what: 'news' | 'look' | 'flush' | 'join' | 'tick' };

const by = fc.constantFrom('now' as const, 'later' as const, 'never' as const);
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('edit' as const),
      tile: fc.integer({ min: 0, max: 5 }),
      kind: fc.constantFrom(0, PAINT, WALL),
      lead: fc.integer({ min: -2, max: 6 }),
      by,
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('say' as const), by }) },
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constantFrom('news' as const, 'look' as const, 'flush' as const, 'join' as const, 'tick' as const),
    }),
  },
);

/** A client by the book, which notes what it is told twice. */
class ByTheBook {
  readonly built = new BuiltSquares(terrain);
  readonly lines = new Map<number, number>();
  #revision: number | undefined;

  take(messages: readonly Uint8Array[]): void {
    for (const message of messages.flatMap((bytes) => decodeServerFrame(bytes))) {
      if (message.type === 'ground') {
        this.built.picture(message);
        this.#revision = message.revision;
      } else if (message.type === 'edits') {
        const { told, applied } = this.built.edit(message);
        expect(applied, `told of ${told.map(({ revision }) => revision)} at ${this.#revision}`).toEqual(told);
        this.#revision = told.at(-1)?.revision;
      } else if (message.type === 'lines') {
        for (const { id } of message.lines) {
          expect(this.lines.has(id), `line ${id} is told once`).toBe(false);
          this.lines.set(id, id);
        }
      }
    }
  }

  get tiles(): string {
    return JSON.stringify([...this.built.ground.tilesOf(0, 0)].sort(([a], [b]) => a - b));
  }
}

describe('things: whatever is lost, late or out of order', () => {
  it('every client has what the store has in the end, each edit and line told once (G9)', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const bench = Bench.known();
        const { things } = bench;
        const kinds = new Map<number, number>();
        const said: Line[] = [];
        let revision = 0;
        let tick = START;
        let late: (() => void)[] = [];
        let look: ThingsRead | undefined;
        const clients: ByTheBook[] = [];
        const storeNow = (): ThingsRead =>
          readOf({
            revision,
            tiles: [...kinds].flatMap(([tile, kind]) => (kind === 0 ? [] : [{ tile, kind }])),
            lines: said.slice(-KEPT_LINES),
          });
        const deliver = (how: 'now' | 'later' | 'never', news: () => void): void => {
          if (how === 'now') news();
          else if (how === 'later') late.unshift(news);
        };
        const flush = (isJoining: boolean): void => {
          const news = things.encode(tick);
          for (const client of clients) client.take(news);
          if (!isJoining) return;
          const client = new ByTheBook();
          client.take(things.picture(tick));
          clients.push(client);
        };
        const act = (each: Event): void => {
          switch (each.what) {
            case 'edit': {
              const { tile, kind, lead } = each;
              kinds.set(tile, kind);
              const news = edit(++revision, tile, kind, tick + lead);
              deliver(each.by, () => things.edited(news, tick));
              break;
            }
            case 'say': {
              const news = line(said.length + 1);
              said.push(news);
              deliver(each.by, () => things.said(news, tick));
              break;
            }
            case 'news':
              late.pop()?.();
              break;
            case 'look':
              if (look !== undefined) {
                things.read(look, tick);
                look = undefined;
              } else if (things.mustRead(tick)) look = storeNow();
              break;
            case 'flush':
            case 'join':
              flush(each.what === 'join');
              break;
            case 'tick':
              tick++;
          }
        };
        act({ what: 'join' });
        for (const each of events) act(each);
        // In the end all that is not lost arrives, and another node says how far it knows the square.
        for (const news of late) news();
        late = [];
        if (look !== undefined) things.read(look, tick);
        things.marked({ revision, line: said.length, period: 0, claimed: 0 }, tick);
        flush(true);
        for (let i = 0; i < 2 * GAP_TICKS; i++) {
          tick++;
          if (things.mustRead(tick)) things.read(storeNow(), tick);
          flush(false);
        }
        tick += 10;
        flush(true);
        const own = clients.at(-1) as ByTheBook;
        expect(own.tiles).toBe(JSON.stringify([...kinds].filter(([, kind]) => kind !== 0).sort(([a], [b]) => a - b)));
        for (const client of clients) {
          expect(client.tiles).toBe(own.tiles);
          const heard = [...client.lines.keys()].sort((a, b) => a - b);
          expect(heard).toEqual(said.map(({ id }) => id).slice(said.length - heard.length));
        }
        expect(things.marks).toMatchObject({ revision, line: said.length });
      }),
      { numRuns: 1500 },
    );
  });
});
