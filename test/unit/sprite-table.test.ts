import type { Texture } from 'pixi.js';
import { describe, expect, it } from 'vitest';
import { SpriteTable, WORDS } from '../../client/view/sprite-table.ts';

const picture = (x: number, y: number, width: number, height: number): Texture =>
  ({ frame: { x, y, width, height } }) as Texture;

const tree = picture(100, 600, 24, 40);
const person = picture(7, 9, 16, 24);

/** What the graphics card is told of each sprite that is shown. */
function told(table: SpriteTable) {
  const floats = new Float32Array(table.count * WORDS);
  const words = new Uint32Array(floats.buffer);
  const parts = new Uint16Array(floats.buffer);
  const bytes = new Uint8Array(floats.buffer);
  const count = table.write(floats, words);
  return Array.from({ length: count }, (_, i) => ({
    at: [...floats.subarray(i * WORDS, i * WORDS + 2)],
    size: [...floats.subarray(i * WORDS + 2, i * WORDS + 4)],
    part: [...parts.subarray(i * WORDS * 2 + 8, i * WORDS * 2 + 12)],
    rgba: [...bytes.subarray(i * WORDS * 4 + 24, i * WORDS * 4 + 28)],
  }));
}

describe('a table of sprites', () => {
  it('tells where a picture lies, how large it is, which part of the sheet it is, and its colour', () => {
    const table = new SpriteTable(false);
    const sprite = table.add(tree);
    sprite.visible = true;
    sprite.anchor.set(0.5, 1);
    sprite.position.set(200, 300.5);
    sprite.tint = 0xff8000;
    sprite.alpha = 0.5;
    expect(told(table)).toEqual([
      { at: [188, 260.5], size: [24, 40], part: [100, 600, 24, 40], rgba: [255, 128, 0, 128] },
    ]);
    sprite.texture = person;
    sprite.scale.set(2, 0.5);
    sprite.tint = 0xffffff;
    sprite.alpha = 1;
    expect(told(table)).toEqual([
      { at: [184, 288.5], size: [32, 12], part: [7, 9, 16, 24], rgba: [255, 255, 255, 255] },
    ]);
    expect([sprite.x, sprite.y, sprite.anchor.x, sprite.anchor.y]).toEqual([200, 300.5, 0.5, 1]);
  });

  it('tells nothing of what is hidden or clear, and all of it again when it is back', () => {
    const table = new SpriteTable(false);
    const [first, second] = [table.add(tree), table.add(person)];
    expect(told(table)).toEqual([]);
    first.visible = true;
    second.visible = true;
    second.alpha = 0;
    expect(told(table).map(({ part }) => part[0])).toEqual([100]);
    second.alpha = 0.1;
    first.visible = false;
    expect(told(table).map(({ part }) => part[0])).toEqual([7]);
    first.visible = true;
    expect(told(table).map(({ part }) => part[0])).toEqual([100, 7]);
  });

  it('draws those with their feet further down later where it is sorted, and else in the order of adding', () => {
    for (const isSorted of [true, false]) {
      const table = new SpriteTable(isSorted);
      for (const [x, feet] of [
        [1, 5e12],
        [2, -3],
        [3, 5e12 - 1],
      ] as const) {
        const sprite = table.add(picture(x, 0, 1, 1));
        sprite.visible = true;
        sprite.zIndex = feet;
      }
      expect(told(table).map(({ part }) => part[0])).toEqual(isSorted ? [2, 3, 1] : [1, 2, 3]);
    }
  });

  it('grows, and forgets nothing by it', () => {
    const table = new SpriteTable(true);
    const sprites = Array.from({ length: 1000 }, (_, at) => {
      const sprite = table.add(picture(at, 1, 8, 8));
      sprite.visible = at % 2 === 0;
      sprite.position.set(at, -at);
      sprite.anchor.set(0.25, 0.25);
      sprite.zIndex = -at;
      return sprite;
    });
    const shown = told(table);
    expect(shown.map(({ part }) => part[0])).toEqual(Array.from({ length: 500 }, (_, i) => 998 - 2 * i));
    expect(shown[0]?.at).toEqual([996, -1000]);
    expect(sprites[1]?.x).toBe(1);
  });
});
