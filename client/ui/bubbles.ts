import { element } from './element.ts';

/** Where somebody's head is in the window, in CSS pixels. */
export interface Head {
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

/** How a bubble is written. */
export type BubbleKind = 'said' | 'me' | 'roll';

/** Bubbles at a time: the newest are seen. */
const MOST = 24;
/** How long a bubble stays, and how much longer for each letter, up to the longest, in ms. */
const SHOWN_MS = 5000;
const PER_LETTER_MS = 25;
const LONGEST_MS = 8000;
/** Space between a head and its bubble, for the name, and to the window's sides, in CSS pixels. */
const NAME_SPACE = 22;
const MARGIN = 6;

interface Bubble {
  readonly node: HTMLElement;
  endsAt: number;
  width: number;
  height: number;
  left: number;
  top: number;
}

/** How long a text is shown, in ms. */
export const bubbleMs = (text: string): number => Math.min(LONGEST_MS, SHOWN_MS + PER_LETTER_MS * text.length);

/** What people say, over their heads; one bubble each. */
export class Bubbles {
  readonly #box = element('div', 'bubbles');
  /** By player, oldest first. */
  readonly #bubbles = new Map<number, Bubble>();
  readonly #free: HTMLElement[] = [];

  constructor(parent: HTMLElement) {
    // The log says the same to those who do not see it.
    this.#box.setAttribute('aria-hidden', 'true');
    parent.append(this.#box);
  }

  say(player: number, kind: BubbleKind, text: string, nowMs: number): void {
    this.#remove(player);
    for (const oldest of this.#bubbles.keys()) {
      if (this.#bubbles.size < MOST) break;
      this.#remove(oldest);
    }
    const node = this.#free.pop() ?? element('div', '');
    node.className = `bubble is-${kind}`;
    node.textContent = text;
    this.#box.append(node);
    const nowhere = { left: Number.NaN, top: Number.NaN };
    const { offsetWidth: width, offsetHeight: height } = node;
    this.#bubbles.set(player, { node, endsAt: nowMs + bubbleMs(text), width, height, ...nowhere });
  }

  /** @param density device pixels to a CSS pixel */
  update(heads: Iterable<Head>, nowMs: number, density: number): void {
    if (this.#bubbles.size === 0) return;
    for (const [player, { endsAt }] of this.#bubbles) if (nowMs >= endsAt) this.#remove(player);
    const unseen = new Set(this.#bubbles.values());
    for (const { id, x, y } of heads) {
      const bubble = this.#bubbles.get(id);
      if (bubble === undefined) continue;
      unseen.delete(bubble);
      this.#place(bubble, x, y, density);
    }
    // Whoever is out of sight may come back into it while the bubble lasts.
    for (const { node } of unseen) node.classList.remove('is-placed');
  }

  clear(): void {
    for (const player of [...this.#bubbles.keys()]) this.#remove(player);
  }

  #place(bubble: Bubble, x: number, y: number, density: number): void {
    const { node, width, height } = bubble;
    const furthest = Math.max(MARGIN, window.innerWidth - width - MARGIN);
    const left = Math.round(Math.min(furthest, Math.max(MARGIN, x - width / 2)) * density) / density;
    const top = Math.round((y - NAME_SPACE - height) * density) / density;
    node.classList.add('is-placed');
    if (left === bubble.left && top === bubble.top) return;
    bubble.left = left;
    bubble.top = top;
    node.style.transform = `translate(${left}px, ${top}px)`;
  }

  #remove(player: number): void {
    const bubble = this.#bubbles.get(player);
    if (bubble === undefined) return;
    this.#bubbles.delete(player);
    bubble.node.remove();
    this.#free.push(bubble.node);
  }
}
