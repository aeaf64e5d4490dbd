import type { UpkeepNotice } from '../../shared/moderation.ts';
import { grouped } from './tally.ts';

/** What a line of progress is written to. */
interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Where those look on who run the world: the store keeps the last word for them. */
interface Board {
  setNotice(text: string): Promise<void>;
}

/** Between two looks of the line, and between two notices, in ms. */
const SHOW_EVERY_MS = 100;
const POST_EVERY_MS = 1000;
const CLEAR_LINE = '\r\x1b[K';

/** How far a task is: a line on a terminal, and a notice for those who look on elsewhere. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #monotonic: () => number;
  readonly #wallMs: () => number;
  #board: Board | undefined;
  #last: Pick<UpkeepNotice, 'what' | 'done' | 'of'> | undefined;
  #shownAtMs = Number.NEGATIVE_INFINITY;
  #postedAtMs = Number.NEGATIVE_INFINITY;

  /** @param wallMs the time of day, in ms since 1970 */
  constructor(terminal: Terminal, monotonic: () => number, wallMs: () => number = Date.now) {
    this.#terminal = terminal;
    this.#monotonic = monotonic;
    this.#wallMs = wallMs;
  }

  /** Whether anybody sees it: only then is it worth knowing of how many. */
  get isSeen(): boolean {
    return this.#terminal.isTTY === true || this.#board !== undefined;
  }

  /** From now on the store's notice says how far it is, too. */
  postTo(board: Board): void {
    this.#board = board;
  }

  /** @param of undefined as long as that is not known */
  show(what: string, done: number, of: number | undefined): void {
    if (!this.isSeen) return;
    const now = this.#monotonic();
    this.#last = { what, done, of: of ?? null };
    if (this.#board !== undefined && now - this.#postedAtMs >= POST_EVERY_MS) {
      this.#postedAtMs = now;
      void this.#post('under way');
    }
    if (this.#terminal.isTTY !== true || now - this.#shownAtMs < SHOW_EVERY_MS) return;
    this.#shownAtMs = now;
    this.#terminal.write(`${CLEAR_LINE}${what}: ${grouped(done)}${of === undefined ? '' : ` of ${grouped(of)}`}`);
  }

  /** Says how it ended, before the store is let go of. */
  async ended(isDone: boolean): Promise<void> {
    await this.#post(isDone ? 'done' : 'stopped');
    this.#board = undefined;
  }

  /** Makes room for what comes after. */
  end(): void {
    if (this.#terminal.isTTY === true) this.#terminal.write(CLEAR_LINE);
  }

  /** Whoever exports from where nothing can be written is not to be kept from it. */
  async #post(phase: UpkeepNotice['phase']): Promise<void> {
    if (this.#board === undefined || this.#last === undefined) return;
    const notice: UpkeepNotice = { ...this.#last, phase, atMs: Math.round(this.#wallMs()) };
    await this.#board.setNotice(JSON.stringify(notice)).catch(() => undefined);
  }
}
