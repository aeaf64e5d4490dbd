import { BUILD_REACH_TILES, UNITS_PER_TILE } from '../shared/constants.ts';
import { STANDING } from '../shared/motion.ts';
import type { Client } from './core/client.ts';
import { COMMAND_KEYS, type Command } from './input/commands.ts';
import { GamepadInput, type PadButton } from './input/gamepad.ts';
import type { Point, PointerInput } from './input/pointer.ts';
import type { Page } from './page.ts';
import type { Scene } from './view/scene.ts';
import type { Viewport } from './viewport.ts';

export interface GamepadPlayOptions {
  readonly scene: Scene;
  readonly page: Page;
  readonly viewport: Viewport;
  readonly client: () => Client | undefined;
  /** A button has done something that the page should show at once. */
  readonly acted: () => void;
}

/** How far ahead of oneself the tile lies that is built without pointing, in tiles. */
const AHEAD_TILES = 1.3;

/** What a gamepad's buttons mean. In build mode it points at tiles, as a mouse would. */
export class GamepadPlay {
  readonly #options: GamepadPlayOptions;
  readonly #input: GamepadInput;
  /** The group of tiles chosen last, from 1. */
  #group = 1;
  #isPressing = false;
  /** Whether it, and not the mouse, points at what is built. */
  #isPointing = false;

  constructor(options: GamepadPlayOptions) {
    this.#options = options;
    this.#input = new GamepadInput({
      target: window,
      pads: () => navigator.getGamepads?.() ?? [],
      events: { pressed: (button) => this.#pressed(button), lifted: (button) => this.#lifted(button) },
    });
  }

  /** Where it points while one builds with it; undefined while it does not. */
  get pointer(): PointerInput | undefined {
    if (!this.#isPointing || !this.#input.isConnected || !this.#options.page.building.isOn) return undefined;
    const hovered = this.#aim();
    return { hovered, held: this.#isPressing ? hovered : undefined };
  }

  headingAt(nowMs: number): number {
    // Most people have none, and need not have the page searched in every frame.
    if (!this.#input.isConnected || openDialog() !== null) return STANDING;
    return this.#input.headingAt(nowMs, !this.#isChoosing);
  }

  /** To be called every frame. */
  update(): void {
    // The pad is everybody's who looks; whoever is elsewhere does not walk.
    if (document.hasFocus()) this.#input.update();
  }

  /** A mouse or a finger does it from now on. */
  stopPointing(): void {
    this.#isPointing = false;
  }

  release(): void {
    this.#input.release();
  }

  stop(): void {
    this.#input.stop();
  }

  /** Whether the d-pad chooses something instead of walking. */
  get #isChoosing(): boolean {
    const { building, talk } = this.#options.page;
    return building.isOn || talk.isPicking;
  }

  #pressed(button: PadButton): void {
    const { page, viewport, acted } = this.#options;
    const dialog = openDialog();
    if (dialog !== null) {
      if (button === 'b') closeAsEscapeDoes(dialog);
      return;
    }
    this.#isPointing = true;
    const actions: Record<PadButton, () => void> = {
      a: () => this.#act(),
      b: () => this.#command('escape'),
      x: () => this.#command('build'),
      y: () => this.#command(page.building.isOn ? 'undo' : 'board'),
      leftBumper: () => viewport.zoomBy(-1),
      rightBumper: () => viewport.zoomBy(1),
      select: () => this.#command('map'),
      start: () => this.#command('help'),
      left: () => this.#choose(-1),
      right: () => this.#choose(1),
      up: () => this.#chooseKind(),
      down: () => this.#chooseKind(),
    };
    actions[button]();
    acted();
  }

  #lifted(button: PadButton): void {
    if (button !== 'a' || !this.#isPressing) return;
    this.#isPressing = false;
    this.#options.page.building.released();
  }

  #act(): void {
    const { building, talk } = this.#options.page;
    const { activeElement } = document;
    if (talk.isPicking && activeElement instanceof HTMLButtonElement) activeElement.click();
    else if (building.isOn) {
      const aim = this.#aim();
      if (aim === undefined) return;
      this.#isPressing = true;
      building.pressed(aim, 'first');
    } else this.#command('emotes');
  }

  /** Goes on to the next emote, or group of tiles; -1 goes back. */
  #choose(step: 1 | -1): void {
    const { building, talk } = this.#options.page;
    if (talk.isPicking) moveFocus(step);
    else if (building.isOn && building.choose(this.#group + step)) this.#group += step;
  }

  /** A group that is chosen again goes on to its next kind. */
  #chooseKind(): void {
    const { building, talk } = this.#options.page;
    if (!talk.isPicking) building.choose(this.#group);
  }

  #command(command: Command): void {
    const code = COMMAND_KEYS.find((each) => each.command === command)?.codes[0];
    if (code !== undefined) this.#options.page.pressed(code);
  }

  /** The point of the window that the right stick points at, or that lies just ahead of oneself. */
  #aim(): Point | undefined {
    const client = this.#options.client();
    const own = client?.own === undefined ? undefined : client.ownPosition();
    if (own === undefined) return undefined;
    const { pointing } = this.#input;
    const angle = (own.heading / 128) * Math.PI;
    const x = pointing === undefined ? Math.cos(angle) * AHEAD_TILES : pointing.x * (BUILD_REACH_TILES - 1);
    const y = pointing === undefined ? Math.sin(angle) * AHEAD_TILES : pointing.y * (BUILD_REACH_TILES - 1);
    return this.#options.scene.camera.pointOver({ x: own.x + x * UNITS_PER_TILE, y: own.y + y * UNITS_PER_TILE });
  }
}

const openDialog = (): HTMLDialogElement | null => document.querySelector('dialog[open]');

function closeAsEscapeDoes(dialog: HTMLDialogElement): void {
  if (dialog.dispatchEvent(new Event('cancel', { cancelable: true }))) dialog.close();
}

/** Moves the focus among the buttons around it. */
function moveFocus(step: 1 | -1): void {
  const { activeElement } = document;
  const buttons = [...(activeElement?.parentElement?.querySelectorAll('button') ?? [])];
  const at = buttons.indexOf(activeElement as HTMLButtonElement);
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
}
