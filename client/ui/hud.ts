import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { players, signed } from '../figures.ts';
import { element, setText } from './element.ts';

/** What the HUD shows. */
export interface Status {
  /** In units. */
  readonly position: { readonly x: number; readonly y: number } | undefined;
  readonly playerCount: number;
  readonly pingMs: number | undefined;
  readonly squaresShown: boolean;
}

/** How far somebody must have walked before the hint goes, in units. */
const HINT_UNITS = 3 * UNITS_PER_TILE;
const GOOD_PING_MS = 90;
const FAIR_PING_MS = 200;

/** The figures in the corner, the button for the squares, and a hint for those who have not walked yet. */
export class Hud {
  readonly #box: HTMLElement;
  readonly #place = element('span', 'hud-value');
  readonly #players = element('span', 'hud-value');
  readonly #ping = element('span', 'hud-value');
  readonly #pingDot = element('span', 'hud-dot');
  readonly #squares = element('button', 'hud-button', [
    element('span', 'hud-grid'),
    element('span', 'hud-label', 'Squares'),
    element('kbd', 'hud-key', 'G'),
  ]);
  readonly #hint = element('p', 'hint');
  #startedAt: { readonly x: number; readonly y: number } | undefined;

  constructor(parent: HTMLElement, toggleSquares: () => void) {
    const item = (name: string, ...content: Node[]): HTMLElement => element('div', `hud-item hud-${name}`, content);
    this.#box = element('div', 'hud', [
      item('place', element('span', 'hud-name', 'Tile'), this.#place),
      item('players', this.#players),
      item('ping', this.#pingDot, this.#ping),
    ]);
    this.#squares.type = 'button';
    this.#squares.ariaLabel = 'Squares';
    this.#squares.title = 'Show the squares and which of them you are subscribed to (G)';
    this.#squares.addEventListener('click', () => {
      // Else the space bar and Enter would go on pressing it.
      this.#squares.blur();
      toggleSquares();
    });
    const touch = matchMedia('(hover: none)').matches;
    setText(this.#hint, touch ? 'Tap or hold to walk there' : 'Arrow keys, WASD or a click to walk');
    parent.append(this.#box, this.#squares, this.#hint);
    this.show(false);
  }

  show(shown: boolean): void {
    this.#box.hidden = !shown;
    this.#squares.hidden = !shown;
    this.#hint.hidden = !shown;
  }

  update({ position, playerCount, pingMs, squaresShown }: Status): void {
    setText(this.#place, position === undefined ? '–' : `${tile(position.x)}, ${tile(position.y)}`);
    setText(this.#players, players(playerCount));
    setText(this.#ping, pingMs === undefined ? '– ms' : `${Math.round(pingMs)} ms`);
    const quality =
      pingMs === undefined ? 'none' : pingMs < GOOD_PING_MS ? 'good' : pingMs < FAIR_PING_MS ? 'fair' : 'poor';
    this.#pingDot.dataset.quality = quality;
    this.#squares.setAttribute('aria-pressed', String(squaresShown));
    if (position === undefined) return;
    this.#startedAt ??= position;
    const way = Math.hypot(position.x - this.#startedAt.x, position.y - this.#startedAt.y);
    if (way > HINT_UNITS) this.#hint.classList.add('is-gone');
  }
}

const tile = (units: number): string => signed(Math.floor(units / UNITS_PER_TILE));
