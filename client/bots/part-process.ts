import { type ChildProcess, fork } from 'node:child_process';
import { extname, join } from 'node:path';
import { unpackAll } from '../../shared/codec.ts';
import { Lasting } from './lasting.ts';
import {
  type Answers,
  type Casting,
  CLOGGED_CODE,
  type FromPart,
  type Order,
  PART_VARIABLE,
  type Status,
  type ToPart,
} from './part-messages.ts';

export interface PartEvents {
  /** What the players recorded, in order. */
  told(part: FromPart): void;
  /** They cannot go on; a sentence why. */
  failed(sentence: string): void;
}

/** The program of the bots itself, bundled or not, with a part of the players to play. */
const PROGRAM = join(import.meta.dirname, `main${extname(import.meta.filename)}`);
/** A process that has said nothing for so long has failed, in ms: at first … */
const START_MS = 30_000;
/** … and later on. It says something twenty times a second. */
const SILENT_MS = 5000;
/** A process that does not end by itself is killed after this, in ms. */
const END_MS = 4000;

/** What helps when more is told than can be judged. */
export const ADVICE = 'Have fewer players judge, with --full-share.';

export interface Answered<A> {
  readonly answer: A;
  /** Ms of the machine's clock: all that was recorded before has come. */
  readonly atMs: number;
}

/** Players somewhere else, seen from where the oracle is. */
export interface PartHandle {
  /** The last one; undefined until they can be told anything. */
  readonly status: Status | undefined;
  /** Resolves to what the players answered, when they had told all that was before it. Never rejects. */
  order<K extends Order['type']>(order: Order & { readonly type: K }): Promise<Answered<Answers[K]>>;
  /** To be called every few ms. */
  look(nowMs: number): void;
  /** Resolves when they are gone. */
  end(): Promise<void>;
}

/** A process with a part of the players in it, which it starts. */
export class PartProcess implements PartHandle {
  status: Status | undefined;
  readonly #who: string;
  readonly #child: ChildProcess;
  readonly #events: PartEvents;
  readonly #exited: Promise<void>;
  readonly #asked = new Map<number, (answered: Answered<Answers[keyof Answers]>) => void>();
  readonly #silence = new Lasting();
  #hasSpoken = false;
  #orders = 0;
  #isEnding = false;

  constructor(casting: Casting, events: PartEvents) {
    const { index, count } = casting.part;
    this.#who = `Process ${index + 1} of the bots' ${count}`;
    this.#events = events;
    this.#child = fork(PROGRAM, {
      execArgv: execArgv(),
      env: { ...process.env, [PART_VARIABLE]: 'yes' },
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#exited = new Promise((resolve) => {
      this.#child.on('exit', (code, signal) => {
        resolve();
        this.#exit(code, signal);
      });
      this.#child.on('error', (error) => {
        // All else is a message that did not reach a process about to end.
        if (this.#child.pid !== undefined) return;
        resolve();
        this.#events.failed(`${this.#who} could not be started: ${error.message}.`);
      });
    });
    this.#child.on('message', (bytes: Uint8Array) => this.#told(unpackAll(bytes)[0] as FromPart));
    this.#send({ type: 'cast', casting });
  }

  order<K extends Order['type']>(order: Order & { readonly type: K }): Promise<Answered<Answers[K]>> {
    this.#orders++;
    const n = this.#orders;
    this.#send({ type: 'order', n, order });
    return new Promise((resolve) => {
      this.#asked.set(n, resolve as (answered: Answered<Answers[keyof Answers]>) => void);
    });
  }

  look(nowMs: number): void {
    const silentMs = this.#silence.look(nowMs, !this.#hasSpoken);
    this.#hasSpoken = false;
    const mostMs = this.status === undefined ? START_MS : SILENT_MS;
    if (silentMs <= mostMs) return;
    const what = this.status === undefined ? 'did not start within' : 'has said nothing for';
    this.#events.failed(`${this.#who} ${what} ${mostMs / 1000} s: this machine is too busy for so many.`);
  }

  /** Lets go of it, upon which its players leave and it ends. */
  async end(): Promise<void> {
    this.#isEnding = true;
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  #told(part: FromPart): void {
    this.#hasSpoken = true;
    this.status = part.status ?? this.status;
    this.#events.told(part);
    for (const [n, answer] of part.answers) {
      this.#asked.get(n)?.({ answer, atMs: part.watermark });
      this.#asked.delete(n);
    }
  }

  #send(message: ToPart): void {
    this.#child.send(message);
  }

  #exit(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#isEnding) return;
    this.#events.failed(
      code === CLOGGED_CODE
        ? `${this.#who} could not get rid of what it had to tell: the one that judges does not keep up. ${ADVICE}`
        : `${this.#who} ended with ${signal ?? `status ${code}`}: without its players the run cannot go on.`,
    );
  }
}

/** As this process was started. Sources need the loader also where something else has loaded them here. */
function execArgv(): string[] {
  const isSource = PROGRAM.endsWith('.ts');
  const isLoaded = process.execArgv.some((argument) => argument.includes('tsx'));
  return isSource && !isLoaded ? [...process.execArgv, '--import', 'tsx'] : process.execArgv;
}
