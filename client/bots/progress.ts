import type { FaultSpan } from './options.ts';

/** The parts of a run, in order; only the measured one counts seconds. */
export type Phase = 'joining' | 'settling' | 'measuring' | 'finishing' | 'departing';

/** Where a run stands, for whoever watches. */
export interface Progress {
  readonly phase: Phase;
  /** How many are to be in the world by now. */
  readonly asked: number;
  readonly joined: number;
  readonly settled: number;
  /** Of the measured part, in s. */
  readonly elapsedSeconds: number;
  readonly seconds: number;
  readonly faults: FaultSpan | undefined;
  /** Who is coming or going, such as "crowd +80"; empty for nobody. */
  readonly stir: string;
  readonly seen: number;
  readonly late: number;
  /** Whatever will make the run fail, so far. */
  readonly errors: number;
  readonly p99Ms: number | undefined;
}

/** What a line of progress is written to. */
interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Where lines cannot be written over, one comes this often, in ms, and with every phase. */
const PLAIN_MS = 5000;
const CLEAR_LINE = '\r\x1b[K';

/** Shows progress: on a terminal one line that changes, elsewhere a line now and then. */
export class ProgressLine {
  readonly #terminal: Terminal;
  readonly #monotonic: () => number;
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  #phase: string | undefined;

  constructor(terminal: Terminal, monotonic: () => number) {
    this.#terminal = terminal;
    this.#monotonic = monotonic;
  }

  show(progress: Progress): void {
    const line = lineOf(progress);
    if (this.#terminal.isTTY === true) {
      this.#terminal.write(CLEAR_LINE + line.slice(0, (this.#terminal.columns ?? 80) - 1));
      return;
    }
    const now = this.#monotonic();
    const phase = phaseOf(progress);
    if (phase === this.#phase && now - this.#writtenAtMs < PLAIN_MS) return;
    this.#phase = phase;
    this.#writtenAtMs = now;
    this.#terminal.write(`${line}\n`);
  }

  /** A sentence that stays. */
  say(sentence: string): void {
    this.#terminal.write(`${this.#terminal.isTTY === true ? CLEAR_LINE : ''}${sentence}\n`);
  }

  /** Makes room for what comes after; a warning stays. */
  end(warning: string | null = null): void {
    if (warning !== null) this.say(warning);
    else if (this.#terminal.isTTY === true) this.#terminal.write(CLEAR_LINE);
  }
}

/** The phase in words: of the measured part also where the fault window stands, and who comes and goes. */
function phaseOf(progress: Progress): string {
  return progress.stir === '' ? windowOf(progress) : `${windowOf(progress)}, ${progress.stir}`;
}

/** The phase, and whether the fault window is ahead, open or over. */
function windowOf({ phase, faults, elapsedSeconds }: Progress): string {
  if (phase !== 'measuring' || faults === undefined) return phase;
  const { fromSeconds, toSeconds } = faults;
  if (elapsedSeconds < fromSeconds) return `measuring, fault window from ${fromSeconds} s`;
  return elapsedSeconds < toSeconds ? `fault window until ${toSeconds} s` : 'measuring, fault window over';
}

function lineOf(progress: Progress): string {
  const { phase, asked, joined, settled, elapsedSeconds, seconds, seen, late, errors, p99Ms } = progress;
  const parts = [`${joined}/${asked} players`, phaseOf(progress)];
  if (phase === 'settling') parts.push(`${settled} in place`);
  if (phase === 'measuring') parts.push(`${Math.floor(elapsedSeconds)}/${seconds} s`);
  if (phase !== 'joining' && phase !== 'settling') {
    parts.push(`${seen} updates seen`, `${late} late`, `p99 ${p99Ms === undefined ? '–' : Math.round(p99Ms)} ms`);
  }
  parts.push(`${errors} errors`);
  return parts.join(' · ');
}
