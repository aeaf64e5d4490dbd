import { Container } from 'pixi.js';
import { BUBBLE_HEIGHT } from './art/emote-art.ts';
import type { Atlas } from './atlas.ts';
import type { Camera } from './camera.ts';
import { NAME_RISE } from './person-view.ts';
import { SpriteDeal } from './sprite-deal.ts';
import type { TableSprite } from './sprite-table.ts';

/** Room that is left for the name below a bubble, in CSS pixels. */
const NAME_HEIGHT = 18;

/** The bubbles over the heads of those who show an emote. */
export class EmoteLayer {
  /** Lies over everything that stands. */
  readonly view = new Container({ sortableChildren: true });
  readonly #atlas: Atlas;
  readonly #bubbles: SpriteDeal;
  readonly #shown = new Set<number>();
  /** Height of a bubble's tip over the feet, in pixels of the art. */
  #rise = NAME_RISE;

  constructor(atlas: Atlas) {
    this.#atlas = atlas;
    this.#bubbles = new SpriteDeal(this.view, atlas.white);
  }

  /** @param bodyOf a person's picture, its place at the feet; undefined for people who are not drawn */
  update(emotes: ReadonlyMap<number, number>, bodyOf: (id: number) => TableSprite | undefined, camera: Camera): void {
    this.#rise = NAME_RISE + Math.ceil((NAME_HEIGHT * camera.density) / camera.scale);
    this.#shown.clear();
    this.#bubbles.begin();
    for (const [id, emote] of emotes) {
      const body = bodyOf(id);
      const texture = this.#atlas.emotes[emote];
      if (body === undefined || texture === undefined) continue;
      const bubble = this.#bubbles.next(texture);
      bubble.anchor.set(0.5, 1);
      bubble.position.set(body.x, body.y - this.#rise);
      bubble.zIndex = body.zIndex;
      this.#shown.add(id);
    }
    this.#bubbles.end();
  }

  /** How high over a person's feet there is room for more, in pixels of the art. */
  roomOver(id: number): number {
    return this.#shown.has(id) ? this.#rise + BUBBLE_HEIGHT + 1 : NAME_RISE;
  }
}
