import { edgePoint } from './edge-point.ts';
import { element, setText } from './element.ts';
import { icon } from './icon.ts';

/** Space that the HUD keeps for itself, in CSS pixels: in a narrow window it stands higher. */
const WIDE = { side: 64, top: 92, bottom: 104 } as const;
const NARROW = { side: 52, top: 168, bottom: 128 } as const;
const NARROW_WIDTH = 600;

/** At the edge of the window: which way the nearest people are, and how far. */
export class Compass {
  readonly #box = element('div', 'compass');
  readonly #arrow = icon('arrow');
  readonly #distance = element('span', 'compass-distance');
  #isShown = false;

  constructor(parent: HTMLElement) {
    this.#box.append(this.#arrow, this.#distance);
    this.#box.setAttribute('role', 'img');
    parent.append(this.#box);
  }

  /** What it says, undefined while it says nothing. */
  get text(): string | undefined {
    return this.#isShown ? (this.#distance.textContent ?? '') : undefined;
  }

  /** @param way to the nearest people from oneself, in tiles; undefined when nobody need be looked for */
  update(way: { readonly x: number; readonly y: number } | undefined): void {
    const isShown = way !== undefined && (way.x !== 0 || way.y !== 0);
    if (isShown !== this.#isShown) {
      this.#isShown = isShown;
      this.#box.classList.toggle('is-shown', isShown);
      this.#box.setAttribute('aria-hidden', String(!isShown));
    }
    if (way === undefined || !isShown) return;
    const tiles = Math.max(1, Math.round(Math.hypot(way.x, way.y)));
    setText(this.#distance, tiles === 1 ? '1 tile' : `${tiles} tiles`);
    this.#box.ariaLabel = `The nearest people are ${this.#distance.textContent} ${bearing(way.x, way.y)}`;
    const { innerWidth: width, innerHeight: height } = window;
    const { side, top, bottom } = width < NARROW_WIDTH ? NARROW : WIDE;
    const { x, y } = edgePoint({ left: side, top, right: width - side, bottom: height - bottom }, way.x, way.y);
    this.#box.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px) translate(-50%, -50%)`;
    this.#arrow.style.transform = `rotate(${Math.round((Math.atan2(way.x, -way.y) * 180) / Math.PI)}deg)`;
  }
}

const BEARINGS = ['east', 'south-east', 'south', 'south-west', 'west', 'north-west', 'north', 'north-east'] as const;

/** A direction in words; north is up. */
export function bearing(dx: number, dy: number): string {
  const eighth = Math.round((Math.atan2(dy, dx) * 4) / Math.PI) & 7;
  return BEARINGS[eighth] ?? 'east';
}
