import { headingTowards, STANDING } from '../../shared/motion.ts';

/** Directions by the place of the key, whatever the layout prints on it. */
const WAYS: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  KeyW: [0, -1],
  KeyS: [0, 1],
  KeyA: [-1, 0],
  KeyD: [1, 0],
};

export interface KeyboardEvents {
  /** The direction held has changed: a heading, or STANDING. */
  steered(heading: number): void;
  /** `G` was pressed. */
  toggledSquares(): void;
}

/** Listens to the keys that walk; returns how to let go of all of them, and how to stop listening. */
export function listenToKeyboard(target: Window, events: KeyboardEvents): { release(): void; stop(): void } {
  const held = new Set<string>();
  let heading = STANDING;

  const steer = (): void => {
    let dx = 0;
    let dy = 0;
    for (const code of held) {
      const [x, y] = WAYS[code] ?? [0, 0];
      dx += x;
      dy += y;
    }
    const wanted = headingTowards(Math.sign(dx), Math.sign(dy));
    if (wanted === heading) return;
    heading = wanted;
    events.steered(wanted);
  };

  const pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.code === 'KeyG' && !event.repeat) events.toggledSquares();
    if (WAYS[event.code] === undefined) return;
    event.preventDefault();
    held.add(event.code);
    steer();
  };
  const lifted = (event: KeyboardEvent): void => {
    if (held.delete(event.code)) steer();
  };
  const release = (): void => {
    held.clear();
    steer();
  };

  target.addEventListener('keydown', pressed);
  target.addEventListener('keyup', lifted);
  // Keys lifted elsewhere are never told of.
  target.addEventListener('blur', release);
  return {
    release,
    stop: () => {
      target.removeEventListener('keydown', pressed);
      target.removeEventListener('keyup', lifted);
      target.removeEventListener('blur', release);
    },
  };
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
