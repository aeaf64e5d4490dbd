import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { HttpLogger } from '../http/server.ts';
import { Comeback } from './comeback.ts';
import { type RedisEnd, RedisProcess, socketIn } from './redis-process.ts';
import { StartFailure } from './start-failure.ts';

/** How often a redis-server that starts is tried, and for how long, in ms. */
const TRY_EVERY_MS = 20;
const START_MS = 10_000;

/** A redis-server for this shard alone, in a folder that only its user may enter; one that ends is started again. */
export class PrivateRedis {
  readonly #folder: string;
  readonly #logger: HttpLogger;
  readonly #comeback = new Comeback();
  #process: RedisProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopping = false;

  private constructor(folder: string, logger: HttpLogger) {
    this.#folder = folder;
    this.#logger = logger;
  }

  /**
   * Starts the redis-server that is found on the PATH, and waits until it can be reached.
   * @throws StartFailure when there is none or it does not come up
   * @throws the signal's reason when that is aborted
   */
  static async start(logger: HttpLogger, signal: AbortSignal): Promise<PrivateRedis> {
    const redis = new PrivateRedis(await mkdtemp(join(tmpdir(), 'flatlands-workers-')), logger);
    try {
      await redis.#start(signal);
      return redis;
    } catch (error) {
      await redis.stop();
      throw error;
    }
  }

  /** unix:/PATH */
  get url(): string {
    return `unix:${pathToFileURL(socketIn(this.#folder)).pathname}`;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    await this.#process?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #start(signal: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    const first = new RedisProcess(this.#folder);
    this.#process = first;
    let end: RedisEnd | undefined;
    void first.ended.then((how) => {
      end = how;
    });
    while (!(await isReached(socketIn(this.#folder)))) {
      if (end !== undefined) throw failureOf(end);
      if (performance.now() - startedAt > START_MS) throw new StartFailure(`${NO_START}: it does not answer.`);
      await pause(TRY_EVERY_MS, undefined, { signal });
    }
    this.#keep(first, startedAt);
  }

  /** Starts it again, in the same place, whenever it ends; the nodes come back to it by themselves. */
  #keep(running: RedisProcess, startedAt: number): void {
    this.#process = running;
    void running.ended.then(({ how, lastWords }) => {
      if (this.#isStopping) return;
      const pauseMs = this.#comeback.pauseMs(performance.now() - startedAt);
      this.#logger.warn({ how, lastWords, pauseMs }, 'the private redis-server ended, and is started again');
      this.#timer = setTimeout(() => this.#keep(new RedisProcess(this.#folder), performance.now()), pauseMs);
    });
  }
}

const NO_START = 'The redis-server on the PATH could not be started for the workers';

function failureOf({ isMissing, how, lastWords }: RedisEnd): StartFailure {
  if (!isMissing) return new StartFailure(`${NO_START} (${[how, lastWords].filter(Boolean).join(': ')}).`);
  return new StartFailure(
    '--workers needs a Redis: install redis-server (on Debian: apt-get install redis-server), or give --redis URL.',
  );
}

/** Whether something listens on a socket. */
function isReached(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
