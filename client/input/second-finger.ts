const PRESSABLE = 'button, a, summary, label';
/** A browser's own click after the one that was made for it comes within this, in ms. */
const OWN_CLICK_MS = 500;

/**
 * Lets fingers press buttons while another one is held down, as a thumb is on the joystick: of those, browsers make no
 * clicks. Returns how to stop.
 */
export function letSecondFingersPress(root: HTMLElement): () => void {
  const pressed = new Map<number, Element>();
  let made: { readonly on: Element; readonly atMs: number } | undefined;

  const pressableOf = ({ target }: Event): Element | null =>
    target instanceof Element ? target.closest(PRESSABLE) : null;
  const down = (event: PointerEvent): void => {
    const button = pressableOf(event);
    if (event.pointerType === 'touch' && !event.isPrimary && button !== null) pressed.set(event.pointerId, button);
  };
  const up = (event: PointerEvent): void => {
    const button = pressed.get(event.pointerId);
    pressed.delete(event.pointerId);
    if (event.type !== 'pointerup' || !(button instanceof HTMLElement)) return;
    // Touches are captured by what they came down on: only the place says where they were lifted.
    if (!button.contains(document.elementFromPoint(event.clientX, event.clientY))) return;
    made = { on: button, atMs: event.timeStamp };
    button.click();
  };
  const clicked = (event: Event): void => {
    if (!event.isTrusted || made === undefined || event.timeStamp - made.atMs > OWN_CLICK_MS) return;
    if (pressableOf(event) !== made.on) return;
    made = undefined;
    event.preventDefault();
    event.stopPropagation();
  };

  root.addEventListener('pointerdown', down);
  root.addEventListener('pointerup', up);
  root.addEventListener('pointercancel', up);
  root.addEventListener('click', clicked, true);
  return () => {
    root.removeEventListener('pointerdown', down);
    root.removeEventListener('pointerup', up);
    root.removeEventListener('pointercancel', up);
    root.removeEventListener('click', clicked, true);
  };
}
