import type { Pixels } from '../view/art/pixels.ts';
import { element } from './element.ts';

/** CSS pixels to a pixel of the art. */
const SCALE = 2;

/** A picture of the art as an element. */
export function pixelPicture(pixels: Pixels, className: string): HTMLCanvasElement {
  const canvas = element('canvas', `pixels ${className}`);
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  canvas.style.width = `${pixels.width * SCALE}px`;
  canvas.style.height = `${pixels.height * SCALE}px`;
  canvas
    .getContext('2d')
    ?.putImageData(new ImageData(new Uint8ClampedArray(pixels.data.buffer), pixels.width, pixels.height), 0, 0);
  // Whatever it is on has a name of its own.
  canvas.setAttribute('aria-hidden', 'true');
  return canvas;
}
