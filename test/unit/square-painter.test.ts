import { describe, expect, it } from 'vitest';
import { GroundPainter, SQUARE_PIXELS } from '../../client/view/art/ground-painter.ts';
import { Pixels } from '../../client/view/art/pixels.ts';
import type { PaintOrder } from '../../client/view/paint-order.ts';
import { SquarePainter } from '../../client/view/square-painter.ts';
import { createTerrain, type Terrain } from '../../shared/terrain.ts';

const meadows = createTerrain('meadows', 7);

function pictureOf(terrain: Terrain, sx: number, sy: number): Uint8Array {
  const pixels = new Pixels(SQUARE_PIXELS, SQUARE_PIXELS);
  const painter = new GroundPainter();
  painter.begin(pixels, terrain, sx, sy);
  painter.paintRows(SQUARE_PIXELS);
  return pixels.bytes;
}

/** Looks frame after frame, and says after how many of them a picture was there. */
function wait(painter: SquarePainter): { readonly done: PaintOrder; readonly frames: number } {
  for (let frames = 1; frames < 100; frames++) {
    const done = painter.take();
    if (done !== undefined) return { done, frames };
  }
  throw new Error('no picture came');
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

// Node has no Worker such as a browser's: what is seen here is how squares are painted where the thread does not start.
describe('the painter of squares, without a thread of its own', () => {
  it('paints what was ordered, in that order, a part in each frame', () => {
    const painter = new SquarePainter();
    painter.order(meadows, 5, 4);
    painter.order(meadows, -1, 0);
    const first = wait(painter);
    expect(first.frames).toBeGreaterThan(5);
    expect(first.done).toMatchObject({ kind: 'meadows', seed: 7, sx: 5, sy: 4 });
    expect(isSame(first.done.bytes, pictureOf(meadows, 5, 4))).toBe(true);
    const second = wait(painter);
    expect(second.done).toMatchObject({ sx: -1, sy: 0 });
    expect(isSame(second.done.bytes, pictureOf(meadows, -1, 0))).toBe(true);
    expect(painter.take()).toBeUndefined();
  });

  it('takes a few orders at a time, and knows them until they are taken', () => {
    const painter = new SquarePainter();
    let orders = 0;
    while (!painter.isBusy) painter.order(meadows, orders++, 0);
    expect(orders).toBeGreaterThan(1);
    expect(painter.isOrdered(0, 0)).toBe(true);
    wait(painter);
    expect(painter.isOrdered(0, 0)).toBe(false);
    expect(painter.isOrdered(1, 0)).toBe(true);
    expect(painter.isBusy).toBe(false);
  });

  it('paints into bytes that it was given back, and into no others', () => {
    const painter = new SquarePainter();
    painter.order(meadows, 0, 0);
    const { bytes } = wait(painter).done;
    painter.order(meadows, 1, 0);
    expect(wait(painter).done.bytes).not.toBe(bytes);
    painter.give(bytes);
    painter.order(meadows, 2, 0);
    expect(wait(painter).done.bytes).toBe(bytes);
    expect(isSame(bytes, pictureOf(meadows, 2, 0))).toBe(true);
  });
});
