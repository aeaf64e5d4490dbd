/** A point of the window, in CSS pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PointerEvents {
  /** A finger or the mouse's first button went down. */
  pressed(point: Point): void;
}

export interface PointerInput {
  /** Where the finger or mouse is held down now, undefined when it is not. */
  readonly held: Point | undefined;
  release(): void;
  stop(): void;
}

/** Listens to one pointer at a time on the scene; a second finger is ignored. */
export function listenToPointer(scene: HTMLElement, events: PointerEvents): PointerInput {
  let held: Point | undefined;
  let pointerId: number | undefined;

  const pointOf = (event: PointerEvent): Point => {
    const box = scene.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const down = (event: PointerEvent): void => {
    if (event.button !== 0 || pointerId !== undefined) return;
    pointerId = event.pointerId;
    held = pointOf(event);
    // So that a drag that leaves the window ends here too.
    scene.setPointerCapture(event.pointerId);
    events.pressed(held);
  };
  const moved = (event: PointerEvent): void => {
    if (event.pointerId === pointerId) held = pointOf(event);
  };
  const release = (): void => {
    held = undefined;
    pointerId = undefined;
  };
  const up = (event: PointerEvent): void => {
    if (event.pointerId === pointerId) release();
  };
  // A long press is walking, not asking for a menu.
  const menu = (event: Event): void => {
    if (held !== undefined) event.preventDefault();
  };

  scene.addEventListener('pointerdown', down);
  scene.addEventListener('pointermove', moved);
  scene.addEventListener('pointerup', up);
  scene.addEventListener('pointercancel', up);
  scene.addEventListener('lostpointercapture', up);
  scene.addEventListener('contextmenu', menu);
  return {
    get held() {
      return held;
    },
    release,
    stop: () => {
      scene.removeEventListener('pointerdown', down);
      scene.removeEventListener('pointermove', moved);
      scene.removeEventListener('pointerup', up);
      scene.removeEventListener('pointercancel', up);
      scene.removeEventListener('lostpointercapture', up);
      scene.removeEventListener('contextmenu', menu);
    },
  };
}
