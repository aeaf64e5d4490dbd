import type { Container, Texture } from 'pixi.js';
import { SpriteMesh } from './sprite-mesh.ts';
import type { TableSprite } from './sprite-table.ts';

/** Sprites of one container that are shown and hidden instead of made and thrown away; a SpriteMesh draws them. */
export class SpritePool {
  readonly #mesh: SpriteMesh;
  readonly #blank: Texture;
  readonly #free: TableSprite[] = [];

  /** @param blank of the sheet that all their textures are of */
  constructor(parent: Container, blank: Texture) {
    this.#mesh = SpriteMesh.of(parent, blank.source);
    this.#blank = blank;
  }

  /** A visible sprite, as new but for its place. */
  take(texture: Texture | undefined): TableSprite {
    const sprite = this.#free.pop() ?? this.#mesh.add(this.#blank);
    sprite.texture = texture ?? this.#blank;
    sprite.visible = true;
    return sprite;
  }

  give(sprite: TableSprite): void {
    sprite.visible = false;
    sprite.alpha = 1;
    sprite.tint = 0xffffff;
    sprite.scale.set(1, 1);
    this.#free.push(sprite);
  }
}
