import { describe, expect, it } from 'vitest';
import { GridSquare } from '../../server/grid/grid-square.ts';
import { ANNOUNCE_TICKS, MARK_TICKS } from '../../server/grid/limits.ts';
import { NO_GEMS, type ThingsRead } from '../../server/grid/square-things.ts';
import { Things } from '../../server/grid/things.ts';
import { NodeWriter, readNodeMessage, type ThingsMessage } from '../../server/grid/wire.ts';
import { Ground } from '../../shared/ground.ts';
import { createTerrain } from '../../shared/terrain.ts';

const START = 1000;
const WALL = 17;
const EMPTY: ThingsRead = { revision: 0, tiles: [], lines: [], gems: NO_GEMS };

/** The things of a node, whose store answers by hand. */
class Bench {
  readonly ground = new Ground(createTerrain('flat', 7));
  readonly square = new GridSquare(0, 0);
  readonly sent: string[] = [];
  readonly failures: unknown[] = [];
  readonly things: Things;
  #asked: { readonly resolve: (read: ThingsRead) => void; readonly reject: (error: Error) => void }[] = [];

  constructor() {
    const source = {
      ground: this.ground,
      read: () => new Promise<ThingsRead>((resolve, reject) => this.#asked.push({ resolve, reject })),
      failed: (error: unknown) => this.failures.push(error),
      groundChanged: () => undefined,
    };
    this.things = new Things(source, new NodeWriter('here'), (_square, payload) => {
      this.sent.push(readNodeMessage(payload)?.message.type ?? 'nothing');
    });
  }

  get asked(): number {
    return this.#asked.length;
  }

  /** Lets the store answer what it was asked first. */
  async answer(read: ThingsRead | Error): Promise<void> {
    const first = this.#asked.shift();
    if (read instanceof Error) first?.reject(read);
    else first?.resolve(read);
    for (let i = 0; i < 4; i++) await Promise.resolve();
  }

  /** Looks at the square, and reads it. */
  async look(read: ThingsRead = EMPTY): Promise<void> {
    this.things.open(this.square, START);
    this.things.subscribed(this.square, START);
    await this.answer(read);
  }

  receive(message: ThingsMessage, tick = START): void {
    this.things.receive(this.square, message, tick);
  }
}

const marked = (revision: number): ThingsMessage => {
  return { type: 'marked', node: 'there', marks: { revision, line: 0, period: 0, claimed: 0 } };
};

describe('things between store and nodes', () => {
  it('are read once a square is subscribed, and not again while that lasts', async () => {
    const bench = new Bench();
    bench.things.open(bench.square, START);
    bench.things.settle(bench.square, START);
    expect(bench.asked).toBe(0);
    bench.things.subscribed(bench.square, START);
    bench.things.settle(bench.square, START + 1);
    expect(bench.asked).toBe(1);
    await bench.answer({ ...EMPTY, revision: 3 });
    expect(bench.square.things?.marks.revision).toBe(3);
    bench.things.settle(bench.square, START + 50);
    expect(bench.asked).toBe(0);
  });

  it('of a square that is looked at no longer leave nothing behind, though the store answers late', async () => {
    const bench = new Bench();
    bench.things.open(bench.square, START);
    bench.things.subscribed(bench.square, START);
    bench.things.close(bench.square);
    await bench.answer({ ...EMPTY, revision: 1, tiles: [{ tile: 0, kind: WALL }] });
    expect(bench.ground.versionOf(0, 0)).toBe(0);
    // Looked at again, the old answer is no answer to the new question.
    await bench.look({ ...EMPTY, revision: 1, tiles: [{ tile: 0, kind: WALL }] });
    expect(bench.ground.tilesOf(0, 0).size).toBe(1);
    bench.square.things?.doubt(START + 1);
    bench.things.settle(bench.square, START + 1);
    bench.things.close(bench.square);
    expect(bench.ground.versionOf(0, 0)).toBe(0);
    bench.things.open(bench.square, START + 2);
    bench.things.subscribed(bench.square, START + 2);
    await bench.answer({ ...EMPTY, revision: 2, tiles: [{ tile: 1, kind: WALL }] });
    expect(bench.square.things?.isKnown).toBe(false);
    await bench.answer({ ...EMPTY, revision: 3, tiles: [{ tile: 2, kind: WALL }] });
    expect([...bench.ground.tilesOf(0, 0).keys()]).toEqual([2]);
  });

  it('that could not be read are asked for again, and the host is told', async () => {
    const bench = new Bench();
    await bench.look();
    bench.square.things?.doubt(START);
    bench.things.settle(bench.square, START);
    await bench.answer(new Error('away'));
    expect(bench.failures).toHaveLength(1);
    for (let tick = START; tick < START + 30 && bench.asked === 0; tick++) bench.things.settle(bench.square, tick);
    expect(bench.asked).toBe(1);
  });

  const ownChanges: Readonly<Record<string, (bench: Bench) => void>> = {
    edited: ({ things, square }) =>
      things.edited(square, { revision: 1, tile: 0, kind: WALL, tick: START + 4, player: 9 }, START),
    said: ({ things, square }) => things.said(square, { id: 1, player: 9, name: 'Ada', text: 'hi', atMs: 0 }, START),
    claimed: ({ things, square }) => things.claimed(square, { sx: 0, sy: 0, period: 1, index: 2, points: 5 }, 9, START),
  };

  it.each(Object.entries(ownChanges))(
    'that are "%s" here are told to other nodes, which are reminded of it for a while (G5)',
    async (type, change) => {
      const bench = new Bench();
      await bench.look();
      bench.things.mark(bench.square, START);
      expect(bench.sent, 'there is nothing to say').toEqual([]);
      change(bench);
      expect(bench.sent.splice(0)).toEqual([type]);
      const times: number[] = [];
      for (let tick = START; tick < START + 3 * MARK_TICKS; tick++) {
        bench.things.mark(bench.square, tick);
        if (bench.sent.splice(0).length > 0) times.push(tick - START);
      }
      expect(times.length).toBeGreaterThanOrEqual(3);
      expect(times.at(-1)).toBeLessThan(MARK_TICKS);
      for (const [i, at] of times.entries()) expect(at).toBe(i * ANNOUNCE_TICKS);
    },
  );

  it('claimed elsewhere are told to this node’s clients alone', async () => {
    const bench = new Bench();
    await bench.look();
    bench.things.claimed(bench.square, { sx: 0, sy: 0, period: 1, index: 2, points: 5 }, undefined, START);
    expect(bench.sent).toEqual([]);
    expect(bench.square.things?.hasClaimed({ period: 1, index: 2 })).toBe(true);
  });

  it('that another node has changed are not said by those who only look, until they have had to read the store again', async () => {
    const bench = new Bench();
    await bench.look({ ...EMPTY, revision: 5 });
    bench.things.mark(bench.square, START);
    expect(bench.sent).toEqual([]);
    bench.receive(marked(6));
    bench.things.settle(bench.square, START + 4);
    await bench.answer({ ...EMPTY, revision: 6 });
    bench.things.mark(bench.square, START + 4);
    expect(bench.sent).toEqual(['marked']);
  });

  it('of a square that nobody here looks at are told to others all the same', () => {
    const bench = new Bench();
    bench.things.edited(bench.square, { revision: 1, tile: 0, kind: WALL, tick: START + 4, player: 9 }, START);
    expect(bench.sent).toEqual(['edited']);
    bench.receive(marked(6));
    bench.things.mark(bench.square, START);
    expect(bench.sent).toHaveLength(1);
    expect(bench.ground.versionOf(0, 0)).toBe(0);
  });
});
