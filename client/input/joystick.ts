import { Stick } from './stick.ts';

/** Which corner the joystick is in. */
export type Side = 'left' | 'right';

/** How far the thumb must lean, of the joystick's radius. */
const DEAD_ZONE = 0.22;
/** How far the knob goes, of the zone's width: its own edge stays within the ring. */
const REACH = 0.26;

/**
 * A joystick for a thumb in a corner of a touched screen. It follows one pointer of its own, so other fingers press and
 * pinch meanwhile.
 */
export class Joystick {
  readonly #zone: HTMLElement;
  readonly #knob: HTMLElement;
  readonly #parent: HTMLElement;
  readonly #leaned: () => void;
  readonly #stick = new Stick(DEAD_ZONE);
  #side: Side | undefined;
  #pointerId: number | undefined;

  /** @param leaned told when the thumb has moved, or has gone */
  constructor(parent: HTMLElement, leaned: () => void) {
    this.#parent = parent;
    this.#leaned = leaned;
    this.#knob = document.createElement('div');
    this.#knob.className = 'joystick-knob';
    this.#zone = document.createElement('div');
    this.#zone.className = 'joystick';
    // For thumbs alone: walking has its keys.
    this.#zone.ariaHidden = 'true';
    this.#zone.hidden = true;
    this.#zone.append(this.#knob);
    this.#zone.addEventListener('pointerdown', (event) => this.#down(event));
    this.#zone.addEventListener('pointermove', (event) => this.#moved(event));
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) {
      this.#zone.addEventListener(end, ({ pointerId }) => {
        if (pointerId === this.#pointerId) this.release();
      });
    }
    // A long press is walking, not asking for a menu.
    this.#zone.addEventListener('contextmenu', (event) => event.preventDefault());
    parent.append(this.#zone);
  }

  headingAt(nowMs: number): number {
    return this.#stick.headingAt(nowMs);
  }

  /** Shows it in a corner, or not at all. */
  show(side: Side | undefined): void {
    if (side === this.#side) return;
    this.release();
    this.#side = side;
    this.#zone.hidden = side === undefined;
    // Whatever stands in that corner makes room.
    this.#parent.classList.toggle('has-joystick-left', side === 'left');
    this.#parent.classList.toggle('has-joystick-right', side === 'right');
  }

  /** Lets go, whatever the thumb does: it must be put down anew. */
  release(): void {
    if (this.#pointerId === undefined) return;
    this.#pointerId = undefined;
    this.#zone.classList.remove('is-held');
    this.#lean(0, 0);
  }

  stop(): void {
    this.show(undefined);
    this.#zone.remove();
  }

  #down(event: PointerEvent): void {
    if (this.#pointerId !== undefined || event.button !== 0) return;
    this.#pointerId = event.pointerId;
    this.#zone.setPointerCapture(event.pointerId);
    this.#zone.classList.add('is-held');
    this.#moved(event);
  }

  #moved({ pointerId, clientX, clientY }: PointerEvent): void {
    if (pointerId !== this.#pointerId) return;
    const { left, top, width, height } = this.#zone.getBoundingClientRect();
    const x = (clientX - left) / (width / 2) - 1;
    const y = (clientY - top) / (height / 2) - 1;
    const far = Math.max(1, Math.hypot(x, y));
    this.#lean(x / far, y / far);
  }

  #lean(x: number, y: number): void {
    this.#stick.lean(x, y);
    const reach = this.#zone.clientWidth * REACH;
    this.#knob.style.transform = `translate(${x * reach}px, ${y * reach}px)`;
    this.#leaned();
  }
}
