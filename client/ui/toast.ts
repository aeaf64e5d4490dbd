import { element } from './element.ts';

/** How long a sentence is read: longer for each letter, up to the longest; and how soon the same is said again, in ms. */
const SHOWN_MS = 2400;
const PER_LETTER_MS = 45;
const LONGEST_MS = 12_000;
const AGAIN_MS = 3000;
/** How long a sentence that is not seen stays for those who hear it, in ms. */
const TOLD_MS = 8000;
/** Sentences at a time; the oldest makes room. */
const MOST = 2;

/** Short sentences that come and go by themselves: what was refused, and why; what has been done. */
export class Toasts {
  readonly #box = element('div', 'toasts');
  /** What everybody else sees happen. */
  readonly #told = element('div', 'unseen');
  readonly #saidAt = new Map<string, number>();

  constructor(parent: HTMLElement) {
    this.#box.setAttribute('role', 'status');
    this.#box.ariaLive = 'polite';
    this.#told.setAttribute('role', 'status');
    this.#told.ariaLive = 'polite';
    parent.append(this.#box, this.#told);
  }

  /** Says something to those alone who do not see it happen. */
  tell(sentence: string): void {
    const line = element('p', '', sentence);
    this.#told.append(line);
    setTimeout(() => line.remove(), TOLD_MS);
  }

  /** Something that those who run the world say to everybody: it stays for as long as any sentence does. */
  announce(sentence: string): void {
    this.#add(element('p', 'toast toast-announced', sentence), LONGEST_MS);
  }

  say(sentence: string): void {
    const nowMs = performance.now();
    for (const [known, atMs] of this.#saidAt) if (nowMs - atMs >= AGAIN_MS) this.#saidAt.delete(known);
    if (this.#saidAt.has(sentence)) return;
    this.#saidAt.set(sentence, nowMs);
    const toast = element('p', 'toast', sentence);
    this.#add(toast, Math.min(LONGEST_MS, SHOWN_MS + PER_LETTER_MS * sentence.length));
  }

  #add(toast: HTMLElement, shownMs: number): void {
    while (this.#box.childElementCount >= MOST) this.#box.firstElementChild?.remove();
    this.#box.append(toast);
    setTimeout(() => toast.remove(), shownMs);
  }
}
