import type { Texture } from 'pixi.js';
import { sortByFeet } from './sort-by-feet.ts';

/** What the graphics card is told of a sprite, in words of four bytes: place, size, part of the sheet, colour. */
export const WORDS = 7;
/** What is known of one besides: how far its upper left corner lies from its place; anchor; scale. */
const OFFSET = WORDS;
const ANCHOR = WORDS + 2;
const SCALE = WORDS + 4;
const RECORD = WORDS + 6;
/** Where it is, in pixels of the art, and its feet for sorting. Exact to a fraction of a unit, as camera and world are. */
const PLACE = 3;
const FEET = 2;
/** Room for sprites in the beginning; it doubles when they become more. */
const FIRST_ROOM = 64;
const WHITE = 0xffffff;

/**
 * Sprites as rows of numbers side by side, and not as objects of their own: a thousand people are moved, sorted and
 * handed over without a walk through the whole memory.
 */
export class SpriteTable {
  readonly #isSorted: boolean;
  #count = 0;
  /** By row. */
  #places = new Float64Array(FIRST_ROOM * PLACE);
  #floats = new Float32Array(FIRST_ROOM * RECORD);
  #words = new Uint32Array(this.#floats.buffer);
  #isShown = new Uint8Array(FIRST_ROOM);
  /** Rows in the order of drawing. */
  #order = new Uint32Array(FIRST_ROOM);

  /** @param isSorted by the feet; else those added first are drawn first */
  constructor(isSorted: boolean) {
    this.#isSorted = isSorted;
  }

  /** Sprites there are, shown or not. */
  get count(): number {
    return this.#count;
  }

  /** A sprite that is not shown yet. */
  add(texture: Texture): TableSprite {
    if (this.#count === this.#isShown.length) this.#grow();
    const row = this.#count++;
    this.#order[row] = row;
    this.#floats.fill(1, row * RECORD + SCALE, row * RECORD + SCALE + 2);
    return new TableSprite(this, row, texture);
  }

  /** Writes those that are shown, in the order of drawing, WORDS each; gives how many. `out` has room for all. */
  write(out: Float32Array, outWords: Uint32Array): number {
    if (this.#isSorted) sortByFeet(this.#order, this.#count, this.#places, PLACE, FEET);
    const floats = this.#floats;
    const words = this.#words;
    let at = 0;
    for (let i = 0; i < this.#count; i++) {
      const row = this.#order[i] as number;
      if (this.#isShown[row] === 0) continue;
      const from = row * RECORD;
      const place = row * PLACE;
      out[at] = (this.#places[place] as number) - (floats[from + OFFSET] as number);
      out[at + 1] = (this.#places[place + 1] as number) - (floats[from + OFFSET + 1] as number);
      for (let word = 2; word < WORDS; word++) outWords[at + word] = words[from + word] as number;
      at += WORDS;
    }
    return at / WORDS;
  }

  x(row: number): number {
    return this.#places[row * PLACE] as number;
  }

  y(row: number): number {
    return this.#places[row * PLACE + 1] as number;
  }

  place(row: number, x: number, y: number): void {
    this.#places[row * PLACE] = x;
    this.#places[row * PLACE + 1] = y;
  }

  feet(row: number): number {
    return this.#places[row * PLACE + FEET] as number;
  }

  setFeet(row: number, feet: number): void {
    this.#places[row * PLACE + FEET] = feet;
  }

  show(row: number, isShown: boolean): void {
    this.#isShown[row] = isShown ? 1 : 0;
  }

  anchor(row: number, axis: 0 | 1): number {
    return this.#floats[row * RECORD + ANCHOR + axis] as number;
  }

  setAnchor(row: number, x: number, y: number, texture: Texture): void {
    this.#floats[row * RECORD + ANCHOR] = x;
    this.#floats[row * RECORD + ANCHOR + 1] = y;
    this.cut(row, texture);
  }

  setScale(row: number, x: number, y: number, texture: Texture): void {
    this.#floats[row * RECORD + SCALE] = x;
    this.#floats[row * RECORD + SCALE + 1] = y;
    this.cut(row, texture);
  }

  /** Shows the part of the sheet that a texture is. */
  cut(row: number, { frame }: Texture): void {
    const at = row * RECORD;
    const floats = this.#floats;
    const { x, y, width, height } = frame;
    const fullWidth = width * (floats[at + SCALE] as number);
    const fullHeight = height * (floats[at + SCALE + 1] as number);
    floats[at + 2] = fullWidth;
    floats[at + 3] = fullHeight;
    floats[at + OFFSET] = fullWidth * (floats[at + ANCHOR] as number);
    floats[at + OFFSET + 1] = fullHeight * (floats[at + ANCHOR + 1] as number);
    this.#words[at + 4] = x | (y << 16);
    this.#words[at + 5] = width | (height << 16);
  }

  /** @param tint 0xRRGGBB */
  colour(row: number, tint: number, alpha: number): void {
    const turned = tint === WHITE ? WHITE : ((tint & 0xff) << 16) | (tint & 0xff00) | (tint >>> 16);
    this.#words[row * RECORD + 6] = turned | (Math.round(alpha * 255) << 24);
  }

  #grow(): void {
    const room = this.#isShown.length * 2;
    const floats = new Float32Array(room * RECORD);
    this.#words = new Uint32Array(floats.buffer);
    // As words: what is no number as a float might not stay as it is.
    this.#words.set(new Uint32Array(this.#floats.buffer));
    this.#floats = floats;
    this.#places = copyOf(this.#places, new Float64Array(room * PLACE));
    this.#isShown = copyOf(this.#isShown, new Uint8Array(room));
    this.#order = copyOf(this.#order, new Uint32Array(room));
  }
}

/**
 * Where a sprite is, in pixels of the art from the camera's anchor. It and its like are classes and not functions made
 * for each sprite, for those a browser cannot call without wrapping every number.
 */
class SpritePlace {
  readonly #table: SpriteTable;
  readonly #row: number;

  constructor(table: SpriteTable, row: number) {
    this.#table = table;
    this.#row = row;
  }

  set(x: number, y: number): void {
    this.#table.place(this.#row, x, y);
  }
}

/** Which point of its picture lies there, from 0 to 1 along each side. */
class SpriteAnchor {
  readonly #sprite: TableSprite;
  readonly #table: SpriteTable;
  readonly #row: number;

  constructor(sprite: TableSprite, table: SpriteTable, row: number) {
    this.#sprite = sprite;
    this.#table = table;
    this.#row = row;
  }

  get x(): number {
    return this.#table.anchor(this.#row, 0);
  }

  get y(): number {
    return this.#table.anchor(this.#row, 1);
  }

  set(x: number, y: number): void {
    this.#table.setAnchor(this.#row, x, y, this.#sprite.texture);
  }
}

/** How much larger than its picture it is. */
class SpriteScale {
  readonly #sprite: TableSprite;
  readonly #table: SpriteTable;
  readonly #row: number;

  constructor(sprite: TableSprite, table: SpriteTable, row: number) {
    this.#sprite = sprite;
    this.#table = table;
    this.#row = row;
  }

  set(x: number, y: number): void {
    this.#table.setScale(this.#row, x, y, this.#sprite.texture);
  }
}

/** One row of a table, to be handled like a sprite of Pixi's. */
export class TableSprite {
  readonly position: SpritePlace;
  readonly anchor: SpriteAnchor;
  readonly scale: SpriteScale;
  readonly #table: SpriteTable;
  readonly #row: number;
  #texture: Texture;
  #alpha = 1;
  #tint = WHITE;
  #isVisible = false;

  constructor(table: SpriteTable, row: number, texture: Texture) {
    this.#table = table;
    this.#row = row;
    this.#texture = texture;
    this.position = new SpritePlace(table, row);
    this.anchor = new SpriteAnchor(this, table, row);
    this.scale = new SpriteScale(this, table, row);
    table.cut(row, texture);
    table.colour(row, WHITE, 1);
  }

  get x(): number {
    return this.#table.x(this.#row);
  }

  get y(): number {
    return this.#table.y(this.#row);
  }

  /** Those with less are drawn first, where they are sorted. */
  get zIndex(): number {
    return this.#table.feet(this.#row);
  }

  set zIndex(feet: number) {
    this.#table.setFeet(this.#row, feet);
  }

  get texture(): Texture {
    return this.#texture;
  }

  /** One of the table's sheet. */
  set texture(texture: Texture) {
    if (texture === this.#texture) return;
    this.#texture = texture;
    this.#table.cut(this.#row, texture);
  }

  get visible(): boolean {
    return this.#isVisible;
  }

  set visible(isVisible: boolean) {
    this.#isVisible = isVisible;
    this.#table.show(this.#row, isVisible && this.#alpha > 0);
  }

  get alpha(): number {
    return this.#alpha;
  }

  set alpha(alpha: number) {
    if (alpha === this.#alpha) return;
    this.#alpha = alpha;
    this.#table.colour(this.#row, this.#tint, alpha);
    this.#table.show(this.#row, this.#isVisible && alpha > 0);
  }

  get tint(): number {
    return this.#tint;
  }

  /** 0xRRGGBB. */
  set tint(tint: number) {
    this.#tint = tint;
    this.#table.colour(this.#row, tint, this.#alpha);
  }
}

function copyOf<T extends Float64Array | Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
