import { edgePoint } from './edge-point.ts';
import { element, setText } from './element.ts';
import { icon } from './icon.ts';

/** Space that the HUD keeps for itself, in rem: in a narrow window it stands higher, in a low one only at the sides. */
const WIDE = { side: 4, top: 6, bottom: 6.5 } as const;
const NARROW = { side: 3.25, top: 9, bottom: 12.5 } as const;
const LOW = { side: 10, top: 5, bottom: 5 } as const;
/** Windows below these are narrow or low, in rem. */
const NARROW_WIDTH = 31;
const LOW_HEIGHT = 28;

/** At the edge of the window: which way the nearest people are, and how far. */
export class Compass {
  readonly #box = element('div', 'compass');
  readonly #arrow = icon('arrow');
  readonly #distance = element('span', 'compass-distance');
  #isShown = false;

  constructor(parent: HTMLElement) {
    this.#box.append(this.#arrow, this.#distance);
    this.#box.setAttribute('role', 'img');
    this.#box.setAttribute('aria-hidden', 'true');
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
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const { side, top, bottom } = height < LOW_HEIGHT * rem ? LOW : width < NARROW_WIDTH * rem ? NARROW : WIDE;
    const box = { left: side * rem, top: top * rem, right: width - side * rem, bottom: height - bottom * rem };
    const { x, y } = edgePoint(box, way.x, way.y);
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
