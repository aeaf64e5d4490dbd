import { headingTowards, STANDING } from '../../shared/motion.ts';
import { Stick } from './stick.ts';

/** The buttons that mean something, by their places in the browsers' standard layout. */
const BUTTONS = {
  a: 0,
  b: 1,
  x: 2,
  y: 3,
  leftBumper: 4,
  rightBumper: 5,
  select: 8,
  start: 9,
  up: 12,
  down: 13,
  left: 14,
  right: 15,
} as const;

export type PadButton = keyof typeof BUTTONS;
const NAMES = Object.keys(BUTTONS) as PadButton[];

/** What a gamepad does, for the help. */
export const GAMEPAD_HELP: readonly { readonly button: string; readonly does: string }[] = [
  { button: 'Left stick or d-pad', does: 'Walk' },
  { button: 'A', does: 'Emotes: left and right to choose, A to show' },
  { button: 'B', does: 'Close what is open' },
  { button: 'X', does: 'Build, or stop building' },
  { button: 'Y', does: 'The leaderboard; while building, take back' },
  { button: 'A while building', does: 'Set the tile before you, or where the right stick points' },
  { button: 'D-pad while building', does: 'What to build with' },
  { button: 'LB, RB', does: 'Further away, closer' },
  { button: 'Select', does: 'The map' },
  { button: 'Start', does: 'The help' },
];

/** What is read of a gamepad: the part of `Gamepad` that matters here. */
export interface Pad {
  readonly axes: readonly number[];
  readonly buttons: readonly { readonly pressed: boolean }[];
}

export interface GamepadEvents {
  pressed(button: PadButton): void;
  lifted(button: PadButton): void;
}

export interface GamepadOptions {
  /** Where `gamepadconnected` and `gamepaddisconnected` are told. */
  readonly target: EventTarget;
  /** The pads, with gaps, as `navigator.getGamepads` gives them. */
  readonly pads: () => readonly (Pad | null)[];
  readonly events: GamepadEvents;
}

/** How far a stick must lean, of 1: worn ones never come to rest. */
const DEAD_ZONE = 0.25;
const NO_BUTTONS: ReadonlySet<PadButton> = new Set();

/** Whatever gamepads are connected, as one. They have no events for what is pressed, so they are looked at every frame. */
export class GamepadInput {
  readonly #options: GamepadOptions;
  readonly #stick = new Stick(DEAD_ZONE);
  #held = NO_BUTTONS;
  /** Where the right stick points, undefined within the dead zone. */
  #pointing: { readonly x: number; readonly y: number } | undefined;
  #isConnected = false;

  constructor(options: GamepadOptions) {
    this.#options = options;
    options.target.addEventListener('gamepadconnected', this.#counted);
    options.target.addEventListener('gamepaddisconnected', this.#counted);
    this.#counted();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Where the right stick points, from -1 to 1 along each axis; undefined when it rests. */
  get pointing(): { readonly x: number; readonly y: number } | undefined {
    return this.#pointing;
  }

  /** Looks at the pads; to be called every frame. */
  update(): void {
    if (!this.#isConnected) return;
    let [x, y] = [0, 0];
    let pointing: { readonly x: number; readonly y: number } | undefined;
    const held = new Set<PadButton>();
    for (const pad of this.#options.pads()) {
      if (pad === null) continue;
      const [leftX = 0, leftY = 0, rightX = 0, rightY = 0] = pad.axes;
      // Of several the one that leans furthest counts.
      if (Math.hypot(leftX, leftY) > Math.hypot(x, y)) [x, y] = [leftX, leftY];
      if (Math.hypot(rightX, rightY) >= DEAD_ZONE) pointing = { x: rightX, y: rightY };
      for (const name of NAMES) if (pad.buttons[BUTTONS[name]]?.pressed === true) held.add(name);
    }
    this.#stick.lean(x, y);
    this.#pointing = pointing;
    this.#hold(held);
  }

  /**
   * A heading, or STANDING.
   * @param withButtons whether the d-pad walks too
   */
  headingAt(nowMs: number, withButtons: boolean): number {
    if (!this.#isConnected) return STANDING;
    const way = (less: PadButton, more: PadButton): number =>
      Number(this.#held.has(more)) - Number(this.#held.has(less));
    const pressed = withButtons ? headingTowards(way('left', 'right'), way('up', 'down')) : STANDING;
    return pressed === STANDING ? this.#stick.headingAt(nowMs) : pressed;
  }

  /** Lets go of everything: what is still held counts again when it is next looked at. */
  release(): void {
    this.#stick.release();
    this.#pointing = undefined;
    this.#hold(NO_BUTTONS);
  }

  stop(): void {
    this.#options.target.removeEventListener('gamepadconnected', this.#counted);
    this.#options.target.removeEventListener('gamepaddisconnected', this.#counted);
  }

  readonly #counted = (): void => {
    this.#isConnected = this.#options.pads().some((pad) => pad !== null);
    if (!this.#isConnected) this.release();
  };

  #hold(held: ReadonlySet<PadButton>): void {
    const { events } = this.#options;
    const before = this.#held;
    this.#held = held;
    for (const name of before) if (!held.has(name)) events.lifted(name);
    for (const name of held) if (!before.has(name)) events.pressed(name);
  }
}
