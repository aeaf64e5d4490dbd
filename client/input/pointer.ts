/** A point of the window, in CSS pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What is pressed: a finger, a pen or the mouse's first button, or the mouse's second one. */
export type PointerButton = 'first' | 'second';

export interface PointerEvents {
  pressed(point: Point, button: PointerButton): void;
  /** What is pressed is somewhere else now. */
  dragged(point: Point): void;
  released(): void;
  /** There are two fingers from now on: what the first one did was not meant, and it is released without a word. */
  pinchBegan(): void;
  /** The two fingers are so many times as far apart as when that began. */
  pinched(factor: number): void;
}

/** What points at the land. */
export interface PointerInput {
  /** Where the finger or mouse is held down now, undefined when it is not. */
  readonly held: Point | undefined;
  /** Where the mouse is, or the finger while it is down. */
  readonly hovered: Point | undefined;
}

export interface PointerListening extends PointerInput {
  release(): void;
  stop(): void;
}

const BUTTONS: Readonly<Record<number, PointerButton>> = { 0: 'first', 2: 'second' };
/** A finger that has moved less far than this may have been put down beside another one, in CSS pixels. */
const SLOP = 8;
/** Fingers are never nearer than this, in CSS pixels. */
const MIN_APART = 16;

/**
 * Listens to one pointer on the scene, or two fingers.
 * @param isLasting whether a press leaves something behind. Then a finger's press counts when it moves or lifts, for a
 * second one may follow; and the mouse's second button is the scene's, not the browser's for its menu.
 */
export function listenToPointer(scene: HTMLElement, events: PointerEvents, isLasting: () => boolean): PointerListening {
  let held: Point | undefined;
  let hovered: Point | undefined;
  let pointerId: number | undefined;
  /** The press of a finger that has not been told of yet. */
  let untold: Point | undefined;
  const fingers = new Map<number, Point>();
  /** How far apart two fingers were; they are two until both have gone. */
  let apart: number | undefined;

  const pointOf = (event: MouseEvent): Point => {
    const box = scene.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const fingersApart = (): number => {
    const [a, b] = [...fingers.values()];
    return a === undefined || b === undefined ? MIN_APART : Math.max(MIN_APART, distance(a, b));
  };
  const forget = (): void => {
    held = undefined;
    pointerId = undefined;
    untold = undefined;
  };
  const release = (): void => {
    fingers.clear();
    apart = undefined;
    if (pointerId === undefined) return;
    forget();
    events.released();
  };
  const pinch = (): void => {
    forget();
    hovered = undefined;
    apart = fingersApart();
    events.pinchBegan();
  };
  const tell = (): void => {
    if (untold === undefined) return;
    events.pressed(untold, 'first');
    untold = undefined;
  };

  const down = (event: PointerEvent): void => {
    const button = BUTTONS[event.button];
    if (button === undefined) return;
    const point = pointOf(event);
    const isFinger = event.pointerType === 'touch';
    if (isFinger) fingers.set(event.pointerId, point);
    if (fingers.size === 2) pinch();
    if (pointerId !== undefined || apart !== undefined) return;
    if (button === 'second' && !isLasting()) return;
    pointerId = event.pointerId;
    held = point;
    hovered = point;
    // So that a drag that leaves the window ends here too.
    scene.setPointerCapture(event.pointerId);
    if (isFinger && isLasting()) untold = point;
    else events.pressed(point, button);
  };
  const moved = (event: PointerEvent): void => {
    const point = pointOf(event);
    if (event.pointerType === 'mouse') hovered = point;
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, point);
    if (apart !== undefined) {
      if (fingers.size === 2) events.pinched(fingersApart() / apart);
      return;
    }
    if (event.pointerId !== pointerId) return;
    if (untold !== undefined && distance(untold, point) < SLOP) return;
    tell();
    // A quick hand goes round corners between two frames.
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const step of steps.length > 0 ? steps : [event]) {
      held = pointOf(step);
      events.dragged(held);
    }
    hovered = held;
  };
  const up = (event: PointerEvent): void => {
    if (fingers.delete(event.pointerId)) {
      if (fingers.size === 0) apart = undefined;
      else if (fingers.size === 2) pinch();
    }
    if (event.pointerId !== pointerId) return;
    if (event.type === 'pointerup') tell();
    release();
    if (event.pointerType !== 'mouse') hovered = undefined;
  };
  const out = (event: PointerEvent): void => {
    if (event.pointerId !== pointerId) hovered = undefined;
  };
  // A long press is walking, not asking for a menu.
  const menu = (event: Event): void => {
    if (held !== undefined || apart !== undefined || isLasting()) event.preventDefault();
  };

  scene.addEventListener('pointerdown', down);
  scene.addEventListener('pointermove', moved);
  scene.addEventListener('pointerup', up);
  scene.addEventListener('pointercancel', up);
  scene.addEventListener('lostpointercapture', up);
  scene.addEventListener('pointerout', out);
  scene.addEventListener('contextmenu', menu);
  return {
    get held() {
      return held;
    },
    get hovered() {
      return hovered;
    },
    release,
    stop: () => {
      scene.removeEventListener('pointerdown', down);
      scene.removeEventListener('pointermove', moved);
      scene.removeEventListener('pointerup', up);
      scene.removeEventListener('pointercancel', up);
      scene.removeEventListener('lostpointercapture', up);
      scene.removeEventListener('pointerout', out);
      scene.removeEventListener('contextmenu', menu);
    },
  };
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
