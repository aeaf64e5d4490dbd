import { grouped } from './tally.ts';

/** What a line of progress is written to. */
interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Between two looks of the line, in ms. */
const SHOW_EVERY_MS = 100;
const CLEAR_LINE = '\r\x1b[K';

/** A line that says how far a task is, on a terminal; elsewhere nothing is written. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #monotonic: () => number;
  #shownAtMs = Number.NEGATIVE_INFINITY;

  constructor(terminal: Terminal, monotonic: () => number) {
    this.#terminal = terminal;
    this.#monotonic = monotonic;
  }

  /** Whether anybody sees it: only then is it worth knowing of how many. */
  get isSeen(): boolean {
    return this.#terminal.isTTY === true;
  }

  /** @param of undefined as long as that is not known */
  show(what: string, done: number, of: number | undefined): void {
    if (!this.isSeen) return;
    const now = this.#monotonic();
    if (now - this.#shownAtMs < SHOW_EVERY_MS) return;
    this.#shownAtMs = now;
    this.#terminal.write(`${CLEAR_LINE}${what}: ${grouped(done)}${of === undefined ? '' : ` of ${grouped(of)}`}`);
  }

  /** Makes room for what comes after. */
  end(): void {
    if (this.isSeen) this.#terminal.write(CLEAR_LINE);
  }
}
