import { element } from './element.ts';

/** How long a sentence is read, and how long the same one is not said again, in ms. */
const SHOWN_MS = 3600;
const AGAIN_MS = 3000;
/** Sentences at a time; the oldest makes room. */
const MOST = 2;

/** Short sentences that come and go by themselves: what was refused, and why; what has been done. */
export class Toasts {
  readonly #box = element('div', 'toasts');
  readonly #saidAt = new Map<string, number>();

  constructor(parent: HTMLElement) {
    this.#box.setAttribute('role', 'status');
    this.#box.ariaLive = 'polite';
    parent.append(this.#box);
  }

  say(sentence: string): void {
    const nowMs = performance.now();
    for (const [known, atMs] of this.#saidAt) if (nowMs - atMs >= AGAIN_MS) this.#saidAt.delete(known);
    if (this.#saidAt.has(sentence)) return;
    this.#saidAt.set(sentence, nowMs);
    const toast = element('p', 'toast', sentence);
    while (this.#box.childElementCount >= MOST) this.#box.firstElementChild?.remove();
    this.#box.append(toast);
    setTimeout(() => toast.remove(), SHOWN_MS);
  }
}
