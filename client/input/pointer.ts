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
}

export interface PointerInput {
  /** Where the finger or mouse is held down now, undefined when it is not. */
  readonly held: Point | undefined;
  /** Where the mouse is, or the finger while it is down. */
  readonly hovered: Point | undefined;
  release(): void;
  stop(): void;
}

const BUTTONS: Readonly<Record<number, PointerButton>> = { 0: 'first', 2: 'second' };

/**
 * Listens to one pointer at a time on the scene; a second finger is ignored.
 * @param wantsSecond whether the mouse's second button is the scene's now, not the browser's for its menu
 */
export function listenToPointer(scene: HTMLElement, events: PointerEvents, wantsSecond: () => boolean): PointerInput {
  let held: Point | undefined;
  let hovered: Point | undefined;
  let pointerId: number | undefined;

  const pointOf = (event: MouseEvent): Point => {
    const box = scene.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const down = (event: PointerEvent): void => {
    const button = BUTTONS[event.button];
    if (button === undefined || pointerId !== undefined) return;
    if (button === 'second' && !wantsSecond()) return;
    pointerId = event.pointerId;
    held = pointOf(event);
    hovered = held;
    // So that a drag that leaves the window ends here too.
    scene.setPointerCapture(event.pointerId);
    events.pressed(held, button);
  };
  const moved = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse') hovered = pointOf(event);
    if (event.pointerId !== pointerId) return;
    // A quick hand goes round corners between two frames.
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const step of steps.length > 0 ? steps : [event]) {
      held = pointOf(step);
      events.dragged(held);
    }
    hovered = held;
  };
  const release = (): void => {
    if (pointerId === undefined) return;
    held = undefined;
    pointerId = undefined;
    events.released();
  };
  const up = (event: PointerEvent): void => {
    if (event.pointerId !== pointerId) return;
    release();
    if (event.pointerType !== 'mouse') hovered = undefined;
  };
  const out = (event: PointerEvent): void => {
    if (event.pointerId !== pointerId) hovered = undefined;
  };
  // A long press is walking, not asking for a menu.
  const menu = (event: Event): void => {
    if (held !== undefined || wantsSecond()) event.preventDefault();
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
