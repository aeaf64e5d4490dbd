import type { Container, Texture } from 'pixi.js';
import { SpritePool } from './sprite-pool.ts';
import type { TableSprite } from './sprite-table.ts';

/**
 * Sprites for things that are told anew every frame: dealt out in the order of asking, so that the same thing mostly
 * keeps its sprite, and hidden when nobody asks. There are as many as were ever asked for in one frame.
 */
export class SpriteDeal {
  readonly #pool: SpritePool;
  readonly #sprites: TableSprite[] = [];
  #dealt = 0;

  constructor(parent: Container, blank: Texture) {
    this.#pool = new SpritePool(parent, blank);
  }

  /** Begins a frame. */
  begin(): void {
    this.#dealt = 0;
  }

  next(texture: Texture): TableSprite {
    let sprite = this.#sprites[this.#dealt];
    if (sprite === undefined) {
      sprite = this.#pool.take(texture);
      this.#sprites.push(sprite);
    }
    this.#dealt++;
    if (sprite.texture !== texture) sprite.texture = texture;
    sprite.visible = true;
    return sprite;
  }

  /** Ends the frame: what was not asked for is not seen. */
  end(): void {
    for (let at = this.#dealt; at < this.#sprites.length; at++) (this.#sprites[at] as TableSprite).visible = false;
  }
}
