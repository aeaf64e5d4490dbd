import { describe, expect, test } from 'vitest';
import { EmotesShown } from '../../client/emotes-shown.ts';
import { Memory } from '../../client/memory.ts';
import { wayToNearest } from '../../client/nearest-people.ts';
import { bearing } from '../../client/ui/compass.ts';
import { edgePoint } from '../../client/ui/edge-point.ts';
import { kindsOf, PALETTE_GROUPS, PaletteChoice } from '../../client/ui/palette-choice.ts';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { BARE, TILE_KINDS } from '../../shared/tiles.ts';

describe('the palette', () => {
  test('offers every kind in exactly one group, and the eraser', () => {
    const offered = PALETTE_GROUPS.flatMap(({ group }) => kindsOf(group).map(({ number }) => number));
    expect(offered.sort((a, b) => a - b)).toEqual(TILE_KINDS.map(({ number }) => number));
    const choice = new PaletteChoice();
    choice.chooseGroup('eraser');
    expect(choice.kind).toBe(BARE);
    choice.chooseGroup('eraser');
    expect(choice.kind).toBe(BARE);
  });

  test('remembers the last kind of each group, and a group taken up again goes on to its next', () => {
    const choice = new PaletteChoice();
    choice.chooseGroup('wall');
    const [first, second] = kindsOf('wall').map(({ number }) => number);
    expect(choice.kind).toBe(first);
    choice.chooseGroup('wall');
    expect(choice.kind).toBe(second);
    choice.chooseGroup('flower');
    choice.chooseGroup('wall');
    expect(choice.kind).toBe(second);
    for (let press = 1; press < kindsOf('wall').length; press++) choice.chooseGroup('wall');
    expect(choice.kind).toBe(first);
  });
});

describe('the way to the nearest people', () => {
  const tiles = (x: number, y: number) => ({ x: x * UNITS_PER_TILE, y: y * UNITS_PER_TILE });
  const screen = { width: 40, height: 20 };

  test('is not said while anybody is in sight, nor where nobody is known', () => {
    expect(wayToNearest(tiles(0, 0), [tiles(60, 0), tiles(5, 5)], screen, [90, 90])).toBeUndefined();
    expect(wayToNearest(tiles(0, 0), [], screen, undefined)).toBeUndefined();
  });

  test('leads to the nearest of those beyond the screen, before what the server tells', () => {
    expect(wayToNearest(tiles(10, 0), [tiles(70, 0), tiles(10, 15)], screen, [11, 0])).toEqual({ x: 0, y: 15 });
    expect(wayToNearest(tiles(10.5, 0), [], screen, [-20, 7])).toEqual({ x: -30, y: 7 });
  });

  test('is shown where a line from the middle leaves the box, and named as on a map', () => {
    const box = { left: 0, top: 0, right: 200, bottom: 100 };
    expect(edgePoint(box, 3, 0)).toEqual({ x: 200, y: 50 });
    expect(edgePoint(box, 0, -9)).toEqual({ x: 100, y: 0 });
    expect(edgePoint(box, -2, 2)).toEqual({ x: 50, y: 100 });
    expect([bearing(1, 0), bearing(0, -5), bearing(-3, 3), bearing(10, 1)]).toEqual([
      'east',
      'north',
      'south-west',
      'east',
    ]);
  });
});

test('an emote is shown for three seconds, a newer one instead of an older', () => {
  const emotes = new EmotesShown();
  emotes.show(1, 4, 0);
  emotes.show(2, 0, 1000);
  emotes.show(1, 5, 2000);
  expect([...emotes.at(2500)]).toEqual([
    [2, 0],
    [1, 5],
  ]);
  expect([...emotes.at(4000)]).toEqual([[1, 5]]);
  expect([...emotes.at(5000)]).toEqual([]);
});

describe('what the browser remembers', () => {
  /** Storage as browsers have it, in memory. */
  class Shelf implements Storage {
    [name: string]: unknown;
    readonly #items = new Map<string, string>();
    get length(): number {
      return this.#items.size;
    }
    clear(): void {
      this.#items.clear();
    }
    getItem(key: string): string | null {
      return this.#items.get(key) ?? null;
    }
    key(index: number): string | null {
      return [...this.#items.keys()][index] ?? null;
    }
    removeItem(key: string): void {
      this.#items.delete(key);
    }
    setItem(key: string, value: string): void {
      this.#items.set(key, value);
    }
  }

  test('is read from the first place that has it, and told to all', () => {
    const [tab, lasting] = [new Shelf(), new Shelf()];
    new Memory([lasting]).token = 'old';
    const memory = new Memory([tab, lasting]);
    expect(memory.token).toBe('old');
    memory.token = 'new';
    expect([tab.getItem('flatlands.token'), lasting.getItem('flatlands.token')]).toEqual(['new', 'new']);
    memory.forget();
    expect([memory.token, tab.length, lasting.length]).toEqual([null, 0, 0]);
  });

  test('is nothing where nothing can be kept, and makes no sense of what others have written', () => {
    const nowhere = new Memory([]);
    nowhere.name = 'Ada';
    expect(nowhere.name).toBeUndefined();
    const shelf = new Shelf();
    shelf.setItem('flatlands.muted', '[{"id":3,"name":"Ben"},{"id":"4"},null]');
    shelf.setItem('flatlands.look', '99');
    const memory = new Memory([shelf]);
    expect(memory.muted).toEqual([{ id: 3, name: 'Ben' }]);
    expect(memory.look).toBeUndefined();
    shelf.setItem('flatlands.muted', '{');
    expect(memory.muted).toEqual([]);
  });
});
