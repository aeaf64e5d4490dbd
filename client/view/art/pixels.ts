/**
 * A small canvas of whole pixels for art drawn in code; no DOM, no Pixi, so it runs anywhere.
 * A colour is 0xAABBGGRR as an int32: the little-endian view of RGBA bytes, which every browser's machine has. Signed,
 * because opaque colours are then small integers to the engine and painting allocates nothing.
 */
export class Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Int32Array<ArrayBuffer>;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.data = new Int32Array(width * height);
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.data.buffer);
  }

  /** The colour at a pixel, 0 (clear) outside. */
  at(x: number, y: number): number {
    return x >= 0 && y >= 0 && x < this.width && y < this.height ? (this.data[y * this.width + x] as number) : 0;
  }

  set(x: number, y: number, colour: number): void {
    if (x >= 0 && y >= 0 && x < this.width && y < this.height) this.data[y * this.width + x] = colour;
  }

  rect(x: number, y: number, width: number, height: number, colour: number): void {
    for (let row = y; row < y + height; row++) {
      for (let column = x; column < x + width; column++) this.set(column, row, colour);
    }
  }

  /** A filled ellipse around the middle of the pixel grid at (cx, cy); radii in pixels, halves allowed. */
  ellipse(cx: number, cy: number, rx: number, ry: number, colour: number): void {
    for (let y = Math.floor(cy - ry); y < cy + ry; y++) {
      for (let x = Math.floor(cx - rx); x < cx + rx; x++) {
        const dx = (x + 0.5 - cx) / rx;
        const dy = (y + 0.5 - cy) / ry;
        if (dx * dx + dy * dy <= 1) this.set(x, y, colour);
      }
    }
  }

  /** Draws rows of text as pixels: each character stands for a colour, those without one are clear. */
  stamp(rows: readonly string[], x: number, y: number, colours: Readonly<Record<string, number>>): void {
    for (const [row, text] of rows.entries()) {
      for (let column = 0; column < text.length; column++) {
        const colour = colours[text.charAt(column)];
        if (colour !== undefined) this.set(x + column, y + row, colour);
      }
    }
  }

  /** Copies what is not clear of another picture, mirrored left to right on demand. */
  blit(from: Pixels, x: number, y: number, mirrored = false): void {
    for (let row = 0; row < from.height; row++) {
      for (let column = 0; column < from.width; column++) {
        const colour = from.data[row * from.width + (mirrored ? from.width - 1 - column : column)] as number;
        if (colour !== 0) this.set(x + column, y + row, colour);
      }
    }
  }

  /** Surrounds what is drawn with a line of one pixel, beside and above and below but not across corners. */
  outline(colour: number): void {
    const before = this.data.slice();
    const solid = (x: number, y: number): boolean =>
      x >= 0 && y >= 0 && x < this.width && y < this.height && before[y * this.width + x] !== 0;
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        if (solid(x, y)) continue;
        if (solid(x - 1, y) || solid(x + 1, y) || solid(x, y - 1) || solid(x, y + 1)) this.set(x, y, colour);
      }
    }
  }
}

/** An opaque colour from 0xRRGGBB. */
export const ink = (rgb: number): number => translucent(rgb, 255);

/** A colour from 0xRRGGBB with an alpha from 0 to 255, premultiplied as the textures want it. */
export function translucent(rgb: number, alpha: number): number {
  const channel = (shift: number): number => Math.round((((rgb >> shift) & 0xff) * alpha) / 255);
  return (alpha << 24) | (channel(0) << 16) | (channel(8) << 8) | channel(16);
}
