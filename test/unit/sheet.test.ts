import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { encodePng } from '../../client/atlas-plugin.ts';
import { drawEmoteBubble } from '../../client/view/art/emote-art.ts';
import { drawGemFrame } from '../../client/view/art/gem-art.ts';
import { DIRECTIONS, drawPerson, WALK_FRAMES } from '../../client/view/art/person-art.ts';
import { ink, Pixels, translucent } from '../../client/view/art/pixels.ts';
import { drawTree } from '../../client/view/art/scenery-art.ts';
import { drawSheet, type Frame } from '../../client/view/art/sheet.ts';
import { drawWall, WALL_JOINS } from '../../client/view/art/wall-art.ts';
import { EMOTES, LOOKS } from '../../shared/constants.ts';
import { TILE_COLOURS } from '../../shared/tiles.ts';

/** A texture of this side is one that every device with WebGL 2 takes. */
const LARGEST_SIDE = 2048;

const { pixels, frames } = drawSheet();

function cut(name: string): Pixels {
  const [left, top, width, height] = frames[name] as Frame;
  const picture = new Pixels(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) picture.set(x, y, pixels.at(left + x, top + y));
  }
  return picture;
}

describe('the sheet', () => {
  test.each([
    ['person/2/5/1', () => drawPerson(2, 5, 1)],
    ['tree/0', () => drawTree(0)],
    ['wall/3/7', () => drawWall(3, 7)],
    ['gem/5/2', () => drawGemFrame(5, 2)],
    ['emote/4', () => drawEmoteBubble(4)],
  ])('shows %s as it is drawn', (name, draw) => {
    expect(cut(name)).toEqual(draw());
  });

  test('has every picture of people, walls and emotes', () => {
    const count = (kind: string): number => Object.keys(frames).filter((name) => name.startsWith(`${kind}/`)).length;
    expect(count('person')).toBe(LOOKS * DIRECTIONS.length * WALK_FRAMES);
    expect(count('wall')).toBe(TILE_COLOURS.length * WALL_JOINS);
    expect(count('emote')).toBe(EMOTES);
    expect(count('footprint')).toBe(DIRECTIONS.length);
  });

  test('no picture reaches over the edge or into another one, and none is empty', () => {
    const owner = new Map<number, string>();
    for (const [name, [left, top, width, height]] of Object.entries(frames)) {
      expect(left >= 0 && top >= 0 && left + width <= pixels.width && top + height <= pixels.height, name).toBe(true);
      expect(cut(name).data.some((colour) => colour !== 0)).toBe(true);
      // With the clear line around it. Equal pictures share one place, and so one owner.
      const place = `${left},${top},${width},${height}`;
      for (let y = top; y <= top + height; y++) {
        for (let x = left; x <= left + width; x++) {
          const at = y * pixels.width + x;
          if ((owner.get(at) ?? place) !== place) throw new Error(`${name} touches ${owner.get(at)}`);
          owner.set(at, place);
        }
      }
    }
  });

  test('fits into one texture', () => {
    expect(Math.max(pixels.width, pixels.height)).toBeLessThanOrEqual(LARGEST_SIDE);
  });
});

describe('the PNG of it', () => {
  test('is the same to the byte whenever it is drawn', () => {
    expect(encodePng(drawSheet().pixels).equals(encodePng(pixels))).toBe(true);
    expect(drawSheet().frames).toEqual(frames);
  });

  test('gives back the very colours once they are multiplied with their alpha again', () => {
    const { width, height, data } = PNG.sync.read(encodePng(pixels));
    expect([width, height]).toEqual([pixels.width, pixels.height]);
    expect(multiplied(data).equals(pixels.bytes)).toBe(true);
  });

  test('does so for every colour and every alpha', () => {
    const all = new Pixels(256, 256);
    for (let alpha = 0; alpha < 256; alpha++) {
      for (let value = 0; value < 256; value++)
        all.set(value, alpha, translucent((value << 16) | (255 - value), alpha));
    }
    all.set(0, 0, ink(0x123456));
    expect(multiplied(PNG.sync.read(encodePng(all)).data).equals(all.bytes)).toBe(true);
  });
});

/** RGBA bytes as pictures hold them. */
function multiplied(data: Buffer): Buffer {
  const colours = Int32Array.from({ length: data.length / 4 }, (_, at) =>
    translucent(data.readUIntBE(4 * at, 3), data[4 * at + 3] as number),
  );
  return Buffer.from(colours.buffer);
}
