import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { until } from './until.ts';

/** Frames drawn between two pictures of what may still move: whatever eases has gone on by then. */
const FRAMES_BETWEEN = 3;
/** Channels of a pixel that differ by more are another colour, of 255. */
const ANOTHER_COLOUR = 24;

/** Waits until a page has drawn so many frames more. */
export async function framesLater(page: Page, count: number): Promise<void> {
  const frames = await page.evaluate(() => window.flatlands?.drawnFrames ?? 0);
  await page.waitForFunction(([before, more]) => (window.flatlands?.drawnFrames ?? 0) >= before + more, [
    frames,
    count,
  ] as const);
}

/**
 * A picture of something that does not move any more: the same, to the last bit, as it was some frames before. Where
 * somebody has walked, the camera comes to rest after them.
 * @param take makes the picture, as a PNG
 * @throws Error when it goes on changing
 */
export async function stillPicture(page: Page, take: () => Promise<Buffer>): Promise<Buffer> {
  let last = await take();
  return until('nothing moved in the picture', async () => {
    await framesLater(page, FRAMES_BETWEEN);
    const before = last;
    last = await take();
    return last.equals(before) && last;
  });
}

/**
 * Pixels that are of quite another colour in two pictures of one size.
 * @param first a PNG, as is the second
 */
export function differences(first: Buffer, second: Buffer): number {
  const [a, b] = [PNG.sync.read(first), PNG.sync.read(second)];
  if (a.width !== b.width || a.height !== b.height) throw new Error('The pictures are of different sizes.');
  let count = 0;
  for (let at = 0; at < a.data.length; at += 4) {
    const isOther = [0, 1, 2].some(
      (channel) => Math.abs((a.data[at + channel] ?? 0) - (b.data[at + channel] ?? 0)) > ANOTHER_COLOUR,
    );
    if (isOther) count++;
  }
  return count;
}
