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
  /** A key that does not walk went down, as `code` names its place; returns whether it meant something. */
  pressed(code: string): boolean;
  /** Ctrl+Z or ⌘Z; returns whether there was anything to take back. */
  undone(): boolean;
}

/** Listens to the keys of the game; returns how to let go of all of them, and how to stop listening. */
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
    if (event.defaultPrevented || isComposed(event) || isTaken(event)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (isUndo(event) && events.undone()) event.preventDefault();
      return;
    }
    if (WAYS[event.code] === undefined) {
      // The letter that opens a field must not be the first one in it.
      if (!event.repeat && events.pressed(event.code)) event.preventDefault();
      return;
    }
    event.preventDefault();
    held.add(event.code);
    steer();
  };
  const release = (): void => {
    held.clear();
    steer();
  };
  const lifted = (event: KeyboardEvent): void => {
    // While ⌘ is down, macOS tells of no other key that is lifted.
    if (event.key === 'Meta') release();
    else if (held.delete(event.code)) steer();
  };

  const menu = (event: Event): void => {
    if (!event.defaultPrevented) release();
  };

  target.addEventListener('keydown', pressed);
  target.addEventListener('keyup', lifted);
  // Keys lifted elsewhere, or while the browser's menu is open, are never told of.
  target.addEventListener('blur', release);
  target.addEventListener('contextmenu', menu);
  return {
    release,
    stop: () => {
      target.removeEventListener('keydown', pressed);
      target.removeEventListener('keyup', lifted);
      target.removeEventListener('blur', release);
      target.removeEventListener('contextmenu', menu);
    },
  };
}

/** Some input methods say so only by this, for the key that begins a word. */
const COMPOSED_KEY = 229;

/** Whether a key belongs to an input method, which makes words of several. */
const isComposed = ({ isComposing, keyCode }: KeyboardEvent): boolean => isComposing || keyCode === COMPOSED_KEY;

/** Shortcuts go by what is printed on a key; where that is no Latin letter, by its place. */
function isUndo({ key, code, altKey, shiftKey }: KeyboardEvent): boolean {
  if (altKey || shiftKey) return false;
  return /^[a-z]$/i.test(key) ? key.toLowerCase() === 'z' : code === 'KeyZ';
}

/** What has keys of its own: fields, cards, and lists that scroll. */
const TAKES_KEYS = 'input, textarea, select, dialog, [data-takes-keys]';

/** Whether a key belongs to what has the focus, and not to the game. */
function isTaken({ target, code }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(TAKES_KEYS) !== null) return true;
  return (code === 'Enter' || code === 'NumpadEnter' || code === 'Space') && target.closest('button, a') !== null;
}
