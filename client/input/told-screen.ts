/** A screen, in tiles. */
export interface Screen {
  readonly width: number;
  readonly height: number;
}

/** The server is told at most this often, in ms: every change may subscribe to squares and leave others. */
const TELL_MS = 300;
/** So long after the keyboard of a touch screen has lost its field, it has gone, in ms. */
const KEYBOARD_MS = 600;

/**
 * Which screen the server is to know: the real one, but not each step on the way to it, and not what the keyboard of a
 * touch screen leaves of it for a while.
 */
export class ToldScreen {
  #told: Screen;
  #toldAt = Number.NEGATIVE_INFINITY;
  #typedAt = Number.NEGATIVE_INFINITY;

  constructor(screen: Screen) {
    this.#told = screen;
  }

  get current(): Screen {
    return this.#told;
  }

  /**
   * To be called every frame.
   * @param isTyping whether the keyboard may cover the screen
   */
  update(screen: Screen, isTyping: boolean, nowMs: number): Screen {
    if (isTyping) this.#typedAt = nowMs;
    const isSame = screen.width === this.#told.width && screen.height === this.#told.height;
    if (isSame || nowMs - this.#toldAt < TELL_MS || nowMs - this.#typedAt < KEYBOARD_MS) return this.#told;
    this.#told = screen;
    this.#toldAt = nowMs;
    return screen;
  }
}
