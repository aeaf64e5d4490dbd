import cluster, { type Worker } from 'node:cluster';
import type { HttpLogger } from '../http/server.ts';
import { Comeback } from './comeback.ts';
import { ASSIGNMENT_VARIABLE, type Assignment, type ToPrimary, type ToWorker } from './messages.ts';

/** How a worker ended: by itself, by a signal, or before it began. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface SlotEvents {
  readonly told: (message: ToPrimary) => void;
  /** Whether a worker that has ended so is to be replaced. */
  readonly isReplaced: (end: WorkerEnd) => boolean;
}

/** A place that has a worker in it: one that ends is replaced. */
export class Slot {
  /** From 1. */
  readonly number: number;
  readonly #assignment: Assignment;
  readonly #logger: HttpLogger;
  readonly #events: SlotEvents;
  readonly #comeback = new Comeback();
  #worker: Worker | undefined;
  #isListening = false;
  #restarts = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopping = false;

  constructor(assignment: Assignment, logger: HttpLogger, events: SlotEvents) {
    this.number = assignment.slot;
    this.#assignment = assignment;
    this.#logger = logger;
    this.#events = events;
    this.#fork();
  }

  /** Workers started here after the first. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Whether the worker hears what it is told: it listens on the port, if not yet for players. */
  get isListening(): boolean {
    return this.#isListening;
  }

  tell(message: ToWorker): void {
    if (this.#isListening && this.#worker?.isConnected() === true) this.#worker.send(message);
  }

  reload(): void {
    if (this.#isListening) this.#worker?.process.kill('SIGHUP');
  }

  /** Asks the worker to end, and kills it when it has not done so in time. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    if (worker === undefined) return;
    const timer = setTimeout(() => {
      this.#logger.warn({ worker: this.number }, 'a worker does not stop, and is killed');
      worker.process.kill('SIGKILL');
    }, withinMs);
    worker.process.kill('SIGTERM');
    await new Promise((resolve) => worker.once('exit', resolve));
    clearTimeout(timer);
  }

  #fork(): void {
    const startedAt = performance.now();
    const worker = cluster.fork({ [ASSIGNMENT_VARIABLE]: JSON.stringify(this.#assignment) });
    const ended = (end: WorkerEnd): void => {
      if (this.#worker === worker) this.#ended(end, worker.process.pid, performance.now() - startedAt);
    };
    this.#worker = worker;
    worker.on('listening', () => {
      this.#isListening = true;
    });
    worker.on('message', (message: ToPrimary) => this.#events.told(message));
    worker.on('exit', (code: number | null, signal: string | null) => ended({ code, signal }));
    worker.on('error', (error) => {
      // The machine has no more processes to give. All else is a message that did not reach a worker about to end.
      if (worker.process.pid !== undefined) return;
      this.#logger.warn({ error, worker: this.number }, 'a worker could not be started');
      ended({ code: null, signal: null });
    });
    this.#logger.info({ worker: this.number, workerPid: worker.process.pid }, 'a worker starts');
  }

  #ended(end: WorkerEnd, workerPid: number | undefined, livedMs: number): void {
    this.#worker = undefined;
    this.#isListening = false;
    if (this.#isStopping || !this.#events.isReplaced(end)) return;
    const pauseMs = this.#comeback.pauseMs(livedMs);
    this.#logger.warn({ worker: this.number, workerPid, ...end, pauseMs }, 'a worker ended, and is replaced');
    this.#timer = setTimeout(() => {
      this.#restarts++;
      this.#fork();
    }, pauseMs);
  }
}
