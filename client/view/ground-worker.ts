import { createTerrain, type Terrain } from '../../shared/terrain.ts';
import { GroundPainter, SQUARE_PIXELS } from './art/ground-painter.ts';
import { Pixels } from './art/pixels.ts';
import type { PaintOrder } from './paint-order.ts';

/** The thread that paints squares: an order comes, and goes back with its picture. */
function work(): void {
  const painter = new GroundPainter();
  const pixels = new Pixels(SQUARE_PIXELS, SQUARE_PIXELS);
  let terrain: Terrain | undefined;
  addEventListener('message', ({ data: order }: MessageEvent<PaintOrder>) => {
    const { kind, seed, sx, sy, bytes } = order;
    if (terrain?.kind !== kind || terrain.seed !== seed) terrain = createTerrain(kind, seed);
    painter.begin(pixels, terrain, sx, sy);
    painter.paintRows(SQUARE_PIXELS);
    bytes.set(pixels.bytes);
    postMessage(order, { transfer: [bytes.buffer] });
  });
}

work();
