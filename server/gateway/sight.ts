import type { Outlook } from '../grid/interest.ts';
import type { Player } from '../world/player.ts';

/** What a session looks at: its screen, wherever its player is now. Read at every flush, so it is one object for good. */
export class Sight implements Outlook {
  readonly #player: Player;
  width: number;
  height: number;

  /** @param screen in tiles */
  constructor(player: Player, screen: { readonly width: number; readonly height: number }) {
    this.#player = player;
    this.width = screen.width;
    this.height = screen.height;
  }

  get x(): number {
    return this.#player.x;
  }

  get y(): number {
    return this.#player.y;
  }

  resize({ width, height }: { readonly width: number; readonly height: number }): void {
    this.width = width;
    this.height = height;
  }
}
