import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Builder, type Site } from '../../client/input/builder.ts';
import { tilesBetween } from '../../client/input/tile-line.ts';

const WALL = 17;
const FAR = 'That is too far away to build.';

/** Free land as far as eight tiles, on which everything asked for stands at once. */
class Meadow implements Site {
  readonly built: string[] = [];
  readonly #kinds = new Map<string, number>();
  isConnected = true;
  ownX = 0;

  isOpen(): boolean {
    return this.isConnected;
  }

  kindAt(tileX: number, tileY: number): number {
    return this.#kinds.get(`${tileX},${tileY}`) ?? 0;
  }

  whyNot(tileX: number): string | undefined {
    return Math.abs(tileX - this.ownX) > 8 ? FAR : undefined;
  }

  build(tileX: number, tileY: number, kind: number): void {
    this.built.push(`${tileX},${tileY}`);
    this.#kinds.set(`${tileX},${tileY}`, kind);
  }
}

function begin(): { site: Meadow; refusals: string[]; builder: Builder } {
  const site = new Meadow();
  const refusals: string[] = [];
  return { site, refusals, builder: new Builder(site, (sentence) => refusals.push(sentence)) };
}

const at = (tileX: number, tileY = 0) => ({ tileX, tileY });

describe('a stroke', () => {
  test('sets the tile that is pressed and all that it passes, those between two looks too, each once', () => {
    const { site, builder } = begin();
    builder.press(at(0), WALL);
    builder.drag(at(4, 2));
    builder.drag(at(0));
    builder.update(0);
    expect(site.built).toEqual(['0,0', '1,1', '2,1', '3,2', '4,2']);
  });

  test('ends when the pointer is lifted', () => {
    const { site, builder } = begin();
    builder.press(at(0), WALL);
    builder.release();
    builder.drag(at(3));
    builder.update(0);
    expect(site.built).toEqual(['0,0']);
  });

  test('asks for nothing that is so already, and may change its own tile in the next one', () => {
    const { site, builder } = begin();
    for (const kind of [WALL, WALL, 0]) {
      builder.press(at(1), kind);
      builder.release();
      builder.update(0);
    }
    expect(site.built).toEqual(['1,0', '1,0']);
    expect(site.kindAt(1, 0)).toBe(0);
  });

  test('says why when it begins where nothing can be set, and is silent about what it passes', () => {
    const { site, refusals, builder } = begin();
    builder.press(at(12), WALL);
    expect(refusals).toEqual([FAR]);
    builder.drag(at(7));
    builder.drag(at(12));
    builder.update(0);
    expect(refusals).toEqual([FAR]);
    expect(site.built.sort()).toEqual(['7,0', '8,0']);
  });

  test('goes out no faster than the server takes it, and all of it in the end', () => {
    const { site, builder } = begin();
    builder.press(at(-8, 0), WALL);
    for (let y = 0; y < 8; y++) {
      builder.drag(at(y % 2 === 0 ? 8 : -8, y));
      builder.drag(at(y % 2 === 0 ? 8 : -8, y + 1));
    }
    const counts: number[] = [];
    for (let ms = 0; ms <= 10_000; ms += 1000) {
      builder.update(ms);
      counts.push(site.built.length);
    }
    expect(counts[0]).toBe(40);
    for (const [second, count] of counts.entries()) expect(count).toBeLessThanOrEqual(40 + 15 * second);
    expect([...builder.waiting]).toEqual([]);
    expect(new Set(site.built).size).toBe(site.built.length);
  });

  test('waits for the connection, and leaves out what has come out of reach by then', () => {
    const { site, builder } = begin();
    site.isConnected = false;
    builder.press(at(-8), WALL);
    builder.drag(at(-6));
    builder.update(0);
    expect(site.built).toEqual([]);
    expect([...builder.waiting]).toHaveLength(3);
    site.isConnected = true;
    site.ownX = 1;
    builder.update(100);
    expect(site.built).toEqual(['-7,0', '-6,0']);
  });
});

test('between two tiles lies a line without gaps that ends at the second', () => {
  const tile = fc.record({ tileX: fc.integer({ min: -20, max: 20 }), tileY: fc.integer({ min: -20, max: 20 }) });
  fc.assert(
    fc.property(tile, tile, (from, to) => {
      let last = from;
      for (const next of tilesBetween(from, to)) {
        expect(Math.max(Math.abs(next.tileX - last.tileX), Math.abs(next.tileY - last.tileY))).toBe(1);
        last = next;
      }
      expect(last).toEqual(to);
    }),
  );
  expect(tilesBetween(at(0), at(1000))).toEqual([at(1000)]);
});
