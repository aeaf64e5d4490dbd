import type { ChatEntry } from '../core/chat-log.ts';
import type { Named } from '../memory.ts';
import { lineElement, spokenLine } from './chat-line.ts';
import { element } from './element.ts';

/** What is shown: all of it while one reads, else what is new. */
export interface ShownLog {
  /** Without those of muted people. */
  readonly entries: readonly ChatEntry[];
  /** Raised with each change. */
  readonly version: number;
  isMuted(player: number): boolean;
}

/** While the log is closed: lines at a time, and how long each stays, in ms. */
const SHOWN_LINES = 8;
const FRESH_MS = 12_000;
/** Lines kept for a screen reader that is behind. */
const SPOKEN_LINES = 12;
/** Whoever has scrolled up by more than this is reading, in CSS pixels. */
const AT_END = 24;

interface ShownLine {
  readonly node: HTMLElement;
  readonly isOldAt: number;
}

/** The lines of the chat, brought up to date with the log. */
export class ChatLines {
  readonly node = element('ol', 'chat-lines');
  /** Says what is new to those who do not see it. */
  readonly spoken = element('div', 'unseen');
  readonly #chosen: (person: Named, name: HTMLElement) => void;
  #lines = new Map<string, ShownLine>();
  #version = -1;
  #nextOldAt = Number.POSITIVE_INFINITY;
  #isOpen = false;

  constructor(chosen: (person: Named, name: HTMLElement) => void) {
    this.#chosen = chosen;
    this.node.ariaLabel = 'What has been said';
    this.spoken.setAttribute('role', 'log');
    this.spoken.ariaLive = 'polite';
  }

  /** Open, everything can be read and scrolled through. */
  open(isOpen: boolean): void {
    if (isOpen === this.#isOpen) return;
    this.#isOpen = isOpen;
    if (isOpen) {
      // A list that scrolls has to be reached by the keyboard, and then has the arrow keys.
      this.node.tabIndex = 0;
      this.node.dataset.takesKeys = '';
    } else {
      this.node.removeAttribute('tabindex');
      delete this.node.dataset.takesKeys;
    }
    this.#toEnd();
  }

  update(log: ShownLog, nowMs: number): void {
    if (log.version !== this.#version) {
      this.#version = log.version;
      this.#reconcile(log, nowMs);
    }
    if (nowMs >= this.#nextOldAt) this.#age(nowMs);
  }

  #reconcile(log: ShownLog, nowMs: number): void {
    const { node } = this;
    const isAtEnd = node.scrollHeight - node.scrollTop - node.clientHeight < AT_END;
    const { entries } = log;
    const before = this.#lines;
    this.#lines = new Map();
    for (const entry of entries) {
      const known = before.get(entry.key);
      before.delete(entry.key);
      this.#lines.set(entry.key, known ?? this.#create(entry, nowMs));
    }
    for (const { node: gone } of before.values()) gone.remove();
    // History may come between lines that are there already.
    let at = node.firstElementChild;
    let left = entries.length;
    for (const { node: line } of this.#lines.values()) {
      if (line === at) at = at.nextElementSibling;
      else node.insertBefore(line, at);
      line.classList.toggle('is-past', left-- > SHOWN_LINES);
    }
    this.#age(nowMs);
    if (isAtEnd || !this.#isOpen) this.#toEnd();
  }

  #create(entry: ChatEntry, nowMs: number): ShownLine {
    if (!entry.isHistory && !entry.isOwn) this.#speak(spokenLine(entry));
    return { node: lineElement(entry, this.#chosen), isOldAt: nowMs + FRESH_MS };
  }

  #speak(sentence: string): void {
    while (this.spoken.childElementCount >= SPOKEN_LINES) this.spoken.firstElementChild?.remove();
    this.spoken.append(element('p', '', sentence));
  }

  /** Lets go of what has been shown long enough. */
  #age(nowMs: number): void {
    this.#nextOldAt = Number.POSITIVE_INFINITY;
    for (const { node, isOldAt } of this.#lines.values()) {
      const isOld = nowMs >= isOldAt;
      node.classList.toggle('is-old', isOld);
      if (!isOld) this.#nextOldAt = Math.min(this.#nextOldAt, isOldAt);
    }
  }

  #toEnd(): void {
    this.node.scrollTop = this.node.scrollHeight;
  }
}
