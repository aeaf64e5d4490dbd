import { BARE } from '../shared/tiles.ts';
import type { Client } from './core/client.ts';
import { Builder, type TileWish } from './input/builder.ts';
import type { Point, PointerButton, PointerInput } from './input/pointer.ts';
import type { Tile } from './input/tile-line.ts';
import type { Sound } from './sound/sound.ts';
import { Palette } from './ui/palette.ts';
import type { Toasts } from './ui/toast.ts';

export interface BuildingOptions {
  readonly toasts: Toasts;
  readonly sound: Sound;
  readonly client: () => Client | undefined;
  /** The tile under a point of the window. */
  readonly tileUnder: (point: Point) => Tile;
}

/** The tile under the pointer, and whether it can be set to the chosen kind. */
export interface Cursor extends TileWish {
  readonly isAllowed: boolean;
}

/** Newer than any tick: what stands on a tile in the end. */
const LATEST = Number.MAX_SAFE_INTEGER;

/** Build mode: while it is on, pressing sets tiles instead of walking. */
export class Building {
  readonly #options: BuildingOptions;
  readonly #palette: Palette;
  readonly #builder: Builder;
  readonly #root: HTMLElement;
  #isOn = false;

  constructor(root: HTMLElement, options: BuildingOptions) {
    this.#root = root;
    this.#options = options;
    this.#palette = new Palette(root, { undo: () => this.undo(), done: () => this.toggle(false) });
    this.#builder = new Builder(
      {
        isOpen: () => options.client()?.own !== undefined,
        kindAt: (tileX, tileY) => this.#kindAt(tileX, tileY),
        whyNot: (tileX, tileY, kind) => options.client()?.whyNot(tileX, tileY, kind),
        build: (tileX, tileY, kind) => {
          const n = options.client()?.build(tileX, tileY, kind);
          if (n !== undefined) options.sound.play('build');
          return n;
        },
      },
      (sentence) => {
        options.toasts.say(sentence);
        options.sound.play('refused');
      },
    );
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  toggle(isOn = !this.#isOn): void {
    this.#isOn = isOn;
    this.#builder.release();
    this.#palette.show(isOn);
    // Whatever stands at the lower edge makes room.
    this.#root.classList.toggle('is-building', isOn);
    if (!isOn && document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }

  pressed(point: Point, button: PointerButton): void {
    this.#builder.press(this.#options.tileUnder(point), button === 'second' ? BARE : this.#palette.kind);
  }

  dragged(point: Point): void {
    this.#builder.drag(this.#options.tileUnder(point));
  }

  released(): void {
    this.#builder.release();
  }

  /** Returns whether there was anything to take back. */
  undo(): boolean {
    return this.#isOn && this.#options.client()?.undo() === true;
  }

  /** A number key from 1; returns whether it chose something. */
  choose(number: number): boolean {
    return this.#isOn && this.#palette.chooseNumber(number);
  }

  /** To be called every frame. */
  update(client: Client, pointer: PointerInput, nowMs: number): void {
    // The land moves under a pointer that rests.
    if (pointer.held !== undefined) this.dragged(pointer.held);
    this.#builder.update(nowMs);
    if (this.#isOn) this.#palette.setCanUndo(client.canUndo);
  }

  /** Where the next tile would be set. */
  cursor(pointer: PointerInput): Cursor | undefined {
    const { client, tileUnder } = this.#options;
    if (!this.#isOn || pointer.hovered === undefined) return undefined;
    const tile = tileUnder(pointer.hovered);
    const { kind } = this.#palette;
    return { ...tile, kind, isAllowed: client()?.whyNot(tile.tileX, tile.tileY, kind) === undefined };
  }

  /** What is asked for, or about to be. */
  *pending(client: Client): Generator<TileWish> {
    yield* client.pendingEdits();
    yield* this.#builder.waiting;
  }

  #kindAt(tileX: number, tileY: number): number {
    const client = this.#options.client();
    let kind = client?.ground?.kindAt(tileX, tileY, LATEST) ?? BARE;
    for (const edit of client?.pendingEdits() ?? []) {
      if (edit.tileX === tileX && edit.tileY === tileY) kind = edit.kind;
    }
    return kind;
  }
}
