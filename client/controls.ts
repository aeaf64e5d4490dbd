import { STANDING } from '../shared/motion.ts';
import type { Client } from './core/client.ts';
import { GamepadPlay } from './gamepad-play.ts';
import { Joystick, type Side } from './input/joystick.ts';
import { listenToKeyboard } from './input/keyboard.ts';
import { listenToPointer, type Point, type PointerInput, type PointerListening } from './input/pointer.ts';
import { letSecondFingersPress } from './input/second-finger.ts';
import { type Place, Walker } from './input/walker.ts';
import { WheelSteps } from './input/zoom.ts';
import type { Page } from './page.ts';
import type { PreferenceStore } from './preferences.ts';
import type { Scene } from './view/scene.ts';
import type { Viewport } from './viewport.ts';

export interface ControlsOptions {
  readonly scene: Scene;
  /** Where the joystick goes. */
  readonly parent: HTMLElement;
  readonly page: Page;
  readonly viewport: Viewport;
  readonly preferences: PreferenceStore;
  readonly client: () => Client | undefined;
  /** A key or button has done something that the page should show at once. */
  readonly acted: () => void;
}

/** Keys, pointer, joystick and gamepad, and what they all come to: a heading to walk with, or tiles to set. */
export class Controls {
  readonly #options: ControlsOptions;
  readonly #walker = new Walker();
  readonly #wheel = new WheelSteps();
  readonly #pointer: PointerListening;
  readonly #keyboard: { release(): void; stop(): void };
  readonly #joystick: Joystick;
  readonly #gamepad: GamepadPlay;
  readonly #touched = matchMedia('(hover: none) and (pointer: coarse)');
  readonly #stops: (() => void)[] = [];
  /** The heading that the keys ask for. */
  #keys = STANDING;
  #hasBegun = false;

  constructor(options: ControlsOptions) {
    const { scene, parent, page, preferences } = options;
    this.#options = options;
    this.#pointer = this.#listenToPointer();
    this.#keyboard = listenToKeyboard(window, {
      steered: (heading) => {
        this.#keys = heading;
        this.#walk(performance.now());
      },
      pressed: (code) => {
        const isKnown = page.pressed(code);
        if (isKnown) options.acted();
        return isKnown;
      },
      undone: () => page.building.undo(),
    });
    this.#joystick = new Joystick(parent, () => this.#walk(performance.now()));
    this.#gamepad = new GamepadPlay(options);
    const showJoystick = (): void => this.#showJoystick();
    const turned = (event: WheelEvent): void => this.#turned(event);
    const focused = (): void => {
      // The thumb that walked is about to write.
      if (options.viewport.isTyping) this.letGo();
    };
    this.#touched.addEventListener('change', showJoystick);
    scene.canvas.addEventListener('wheel', turned, { passive: false });
    document.addEventListener('focusin', focused);
    this.#stops.push(
      letSecondFingersPress(parent),
      preferences.watch(showJoystick),
      () => this.#touched.removeEventListener('change', showJoystick),
      () => scene.canvas.removeEventListener('wheel', turned),
      () => document.removeEventListener('focusin', focused),
      () => this.#pointer.stop(),
      this.#keyboard.stop,
      () => this.#joystick.stop(),
      () => this.#gamepad.stop(),
    );
  }

  /** Where one is walking to, if anywhere. */
  get target(): Place | undefined {
    return this.#walker.target;
  }

  /** What points at tiles. */
  get pointer(): PointerInput {
    return this.#gamepad.pointer ?? this.#pointer;
  }

  /** There is a game to control from now on. */
  begin(): void {
    this.#hasBegun = true;
    this.#showJoystick();
  }

  /** To be called every frame. */
  update(nowMs: number): void {
    this.#gamepad.update();
    const own = this.#own();
    if (own === undefined) {
      this.#walker.forget();
      // Else the next session would begin with a step to where one was going in this one.
      this.#options.client()?.walk(STANDING);
      return;
    }
    const { held } = this.#pointer;
    // While the pointer is held the target stays under it, although the land moves.
    if (held !== undefined && !this.#options.page.building.isOn) this.#walker.drag(this.#under(held), own, nowMs);
    this.#walk(nowMs);
  }

  /** What is pressed on the screen is somewhere else now, or nowhere. */
  letGo(): void {
    this.#pointer.release();
    this.#joystick.release();
  }

  /** Looks away: whoever is not here does not walk on. */
  rest(): void {
    this.letGo();
    this.#keyboard.release();
    this.#gamepad.release();
    this.#walker.stop();
    this.#options.client()?.walk(STANDING);
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #listenToPointer(): PointerListening {
    const { scene, page, viewport } = this.#options;
    const { building } = page;
    return listenToPointer(
      scene.canvas,
      {
        pressed: (point, button) => {
          this.#gamepad.stopPointing();
          if (this.#own() === undefined) return;
          if (building.isOn) building.pressed(point, button);
          else this.#walkTo(point);
        },
        dragged: (point) => building.dragged(point),
        released: () => building.released(),
        pinchBegan: () => {
          building.released();
          this.#walker.forget();
          viewport.pinchBegan();
        },
        pinched: (factor) => viewport.pinched(factor),
      },
      () => building.isOn,
    );
  }

  #showJoystick(): void {
    const { joystick } = this.#options.preferences.current;
    const side: Record<typeof joystick, Side | undefined> = {
      auto: this.#touched.matches ? 'left' : undefined,
      left: 'left',
      right: 'right',
      off: undefined,
    };
    this.#joystick.show(this.#hasBegun ? side[joystick] : undefined);
  }

  #turned(event: WheelEvent): void {
    // Else the browser would enlarge its page.
    event.preventDefault();
    const steps = this.#wheel.turn(event, performance.now());
    if (steps !== 0) this.#options.viewport.zoomBy(steps);
  }

  #walkTo(point: Point): void {
    const nowMs = performance.now();
    this.#walker.walkTo(this.#under(point), nowMs);
    this.#walk(nowMs);
  }

  /** Walks as is asked for: at once, for a key may be down for less than a slow machine's frame. */
  #walk(nowMs: number): void {
    const own = this.#own();
    if (own === undefined) return;
    const asked = [this.#keys, this.#joystick.headingAt(nowMs), this.#gamepad.headingAt(nowMs)];
    this.#walker.steer(asked.find((heading) => heading !== STANDING) ?? STANDING);
    this.#options.client()?.walk(this.#walker.headingAt(own, nowMs));
  }

  /** Where one is, undefined while one is not in the world. */
  #own(): Place | undefined {
    const client = this.#options.client();
    return client?.own === undefined ? undefined : client.ownPosition();
  }

  #under(point: Point): Place {
    return this.#options.scene.camera.placeUnder(point);
  }
}
