import { type Container, Sprite, type Texture } from 'pixi.js';

/** Sprites of one container that are shown and hidden instead of made and thrown away. */
export class SpritePool {
  readonly #parent: Container;
  readonly #blank: Texture;
  readonly #free: Sprite[] = [];

  constructor(parent: Container, blank: Texture) {
    this.#parent = parent;
    this.#blank = blank;
  }

  /** A visible sprite, as new but for its place. */
  take(texture: Texture | undefined): Sprite {
    const sprite = this.#free.pop() ?? this.#create();
    sprite.texture = texture ?? this.#blank;
    sprite.visible = true;
    return sprite;
  }

  give(sprite: Sprite): void {
    sprite.visible = false;
    sprite.alpha = 1;
    sprite.tint = 0xffffff;
    sprite.scale.set(1, 1);
    this.#free.push(sprite);
  }

  #create(): Sprite {
    return this.#parent.addChild(new Sprite({ texture: this.#blank, roundPixels: true }));
  }
}
