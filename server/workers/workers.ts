import { randomBytes } from 'node:crypto';
import type { Config } from '../config.ts';
import { Metrics } from '../http/metrics.ts';
import type { HttpLogger } from '../http/server.ts';
import type { Assignment, ToPrimary } from './messages.ts';
import { MetricsRounds } from './metrics-round.ts';
import { findPort } from './port.ts';
import { PrivateRedis } from './private-redis.ts';
import { Slot, type WorkerEnd } from './slot.ts';
import { StartFailure } from './start-failure.ts';

/** The whole is to stop within five seconds; Redis, after the workers, takes a moment of them. */
const STOP_WORKERS_MS = 4_000;

export interface WorkersOptions {
  readonly logger: HttpLogger;
  /** Ends a start that waits. */
  readonly signal: AbortSignal;
}

/** A shard of several nodes on this machine. */
export interface Workers {
  /** The one that all of them listen on. */
  readonly port: number;
  /** Has all of them read again what they read from files. */
  reload(): void;
  stop(): Promise<void>;
}

/**
 * Starts as many nodes as the configuration asks for, each in a process of its own, and resolves when all take players.
 * They share its port, and a world over its Redis, or over a private one and the folder. What ends is replaced from then on.
 * @throws StartFailure, or the system's error, when the port, Redis or the nodes cannot be had
 * @throws the signal's reason when that is aborted
 */
export async function startWorkers(config: Config, { logger, signal }: WorkersOptions): Promise<Workers> {
  const port = await findPort(config.host, config.port);
  const hasRedis = config.redis.length + config.redisCluster.length > 0;
  const redis = hasRedis ? undefined : await PrivateRedis.start(logger, signal);
  const sharedBy = randomBytes(16).toString('base64url');
  const crew = new Crew(config.workers, { port, redis: redis?.url ?? null, sharedBy }, logger);
  const stop = async (): Promise<void> => {
    await crew.stop();
    await redis?.stop();
  };
  try {
    await crew.start(signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, reload: () => crew.reload(), stop };
}

/** All workers and what the primary does for them. */
class Crew {
  readonly #size: number;
  readonly #place: Omit<Assignment, 'slot'>;
  readonly #logger: HttpLogger;
  readonly #slots: Slot[] = [];
  readonly #metrics = new Metrics();
  readonly #rounds = new MetricsRounds(this.#metrics, () => this.#slots);
  /** Slots whose worker was up at some time. */
  readonly #everUp = new Set<number>();
  #startEnded: (failure?: unknown) => void = () => undefined;

  constructor(size: number, place: Omit<Assignment, 'slot'>, logger: HttpLogger) {
    this.#size = size;
    this.#place = place;
    this.#logger = logger;
    this.#metrics.totals('flatlands_worker_restarts_total', 'Workers that were replaced.', 'worker', () =>
      this.#slots.map(({ number, restarts }) => [`${number}`, restarts]),
    );
  }

  /** Resolves when every worker has been up. */
  start(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal.reason);
      this.#startEnded = (failure) => {
        signal.removeEventListener('abort', abort);
        if (failure === undefined) resolve();
        else reject(failure);
      };
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      for (let slot = 1; slot <= this.#size; slot++) this.#open(slot);
    });
  }

  reload(): void {
    for (const slot of this.#slots) slot.reload();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.stop(STOP_WORKERS_MS)));
  }

  #open(number: number): void {
    const slot: Slot = new Slot({ slot: number, ...this.#place }, this.#logger, {
      told: (message) => this.#told(slot, message),
      isReplaced: (end) => this.#isReplaced(end),
    });
    this.#slots.push(slot);
  }

  #told(slot: Slot, message: ToPrimary): void {
    switch (message.type) {
      case 'up':
        this.#everUp.add(slot.number);
        if (this.#everUp.size === this.#size) this.#startEnded();
        break;
      case 'failed':
        if (this.#everUp.size === 0) this.#startEnded(new StartFailure(message.sentence));
        else this.#logger.warn({ worker: slot.number, why: message.sentence }, 'a worker could not start');
        break;
      case 'wantMetrics':
        void this.#rounds.collect().then(
          (text) => slot.tell({ type: 'metrics', text }),
          (error) => this.#logger.error(error, 'the metrics of the workers could not be put together'),
        );
        break;
      case 'snapshot':
        this.#rounds.answer(slot.number, message.round, message.snapshot);
        break;
    }
  }

  /** One that ends by itself before any was up would do so again and again. */
  #isReplaced({ code, signal }: WorkerEnd): boolean {
    if (this.#everUp.size > 0 || signal !== null || code === 0) return true;
    this.#startEnded(new StartFailure(`A worker could not be started${code === null ? '' : `: exit code ${code}`}.`));
    return false;
  }
}
