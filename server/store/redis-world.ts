import { setTimeout as pause } from 'node:timers/promises';
import type { Monotonic, WorldClock } from '../../shared/clock.ts';
import { SyncedClock } from '../../shared/synced-clock.ts';
import { sentenceOf } from '../broker/redis-connection.ts';
import type { RedisCommands } from './redis-commands.ts';
import { askWorld, type WorldAnswer } from './world-record.ts';
import { Disagreement, disagreement, readTerms, type WorldTerms, writeTerms } from './world-terms.ts';

/** Redis is asked for the time so often, in ms … */
export const ASK_MS = 1000;
/** … and after a question in vain so soon: should it come back empty, the record is to be there before anybody else. */
const ASK_AGAIN_MS = 200;
/** … and first so many times, so far apart in ms: the best of these answers is where world time begins on the node. */
const FIRST_ASKS = 4;
const FIRST_ASK_MS = 30;
/** While Redis is away at the start it is asked again after this, in ms, doubled up to the other. */
const MIN_RETRY_MS = 50;
const MAX_RETRY_MS = 500;
/** A node's clock is slewed by 1 %, and never steps back. */
const NODE_CLOCK = { slew: 0.01, mayStepBack: false };

export interface RedisWorldOptions {
  /** Left open by `stop`. */
  readonly commands: RedisCommands;
  /** The world's name. */
  readonly world: string;
  readonly terms: WorldTerms;
  readonly monotonic: Monotonic;
  /** World time at which the world goes on if there is no record of it, in ms; asked for until it is known. */
  readonly startMs?: () => Promise<number>;
  /** Called once: another world was set up on this Redis, after it had lost the record of this one. */
  readonly disagreed: (sentence: string) => void;
  /** Called for every attempt in vain before the first answer. */
  readonly waiting?: (sentence: string) => void;
  /** Gives up waiting for the first answer. */
  readonly signal?: AbortSignal;
}

/** The world as the nodes on one Redis have agreed on it. */
export interface RedisWorld {
  /** World time; goes on by the monotonic clock while Redis is away. */
  readonly clock: WorldClock;
  /** World time by Redis less world time here, when Redis last answered, in ms. */
  readonly offsetMs: number;
  /** This node has set the world up: there was none, or Redis has lost it and no node had put it back yet. */
  readonly isNew: boolean;
  /** Why Redis was last asked in vain; undefined when it answered. */
  readonly lastError: string | undefined;
  /** Asks no more; the clock runs on. */
  stop(): void;
}

/**
 * Agrees on a world with the other nodes on this Redis, setting it up when there is none, and keeps to its time.
 * Waits for as long as Redis is away.
 * @throws Disagreement when the world there is another one
 * @throws the signal's reason when that is aborted
 */
export function openRedisWorld(options: RedisWorldOptions): Promise<RedisWorld> {
  const signal = options.signal ?? new AbortController().signal;
  const world = new World(options);
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      world.stop();
      reject(signal.reason);
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    const opening = world.begin(signal).then(() => resolve(world), reject);
    void opening.finally(() => signal.removeEventListener('abort', abort));
  });
}

class World implements RedisWorld {
  readonly clock: SyncedClock;
  offsetMs = 0;
  isNew = false;
  lastError: string | undefined;
  readonly #options: RedisWorldOptions;
  /** The terms as they stand in the record, or are to be written there. */
  #terms: string;
  /** Somebody reads the clock: from now on it is only slewed, or steps forward. */
  #isRunning = false;
  #isStopped = false;
  #createdMs: number | undefined;
  #startMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RedisWorldOptions) {
    this.#options = options;
    this.#terms = writeTerms(options.terms);
    this.clock = new SyncedClock(options.monotonic, NODE_CLOCK);
  }

  async begin(signal: AbortSignal): Promise<void> {
    for (let asked = 0, vain = 0; asked < FIRST_ASKS; ) {
      try {
        await this.#ask();
        asked++;
        await pause(FIRST_ASK_MS, undefined, { signal });
      } catch (error) {
        if (error instanceof Disagreement || signal.aborted) throw error;
        if (this.clock.isSynced) break;
        this.#options.waiting?.(sentenceOf(error));
        await pause(Math.min(MIN_RETRY_MS * 2 ** vain++, MAX_RETRY_MS), undefined, { signal });
      }
    }
    this.#isRunning = true;
    this.#askLater();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #askLater(): void {
    if (this.#isStopped) return;
    const ms = this.lastError === undefined ? ASK_MS : ASK_AGAIN_MS;
    this.#timer = setTimeout(() => void this.#askAgain(), ms).unref();
  }

  async #askAgain(): Promise<void> {
    try {
      await this.#ask();
      this.lastError = undefined;
    } catch (error) {
      this.lastError = sentenceOf(error);
      if (error instanceof Disagreement) {
        this.stop();
        this.#options.disagreed(error.message);
      }
    }
    this.#askLater();
  }

  async #ask(): Promise<void> {
    const { commands, world, terms, monotonic, startMs } = this.#options;
    if (!this.#isRunning) this.#startMs ??= await startMs?.();
    const sentAt = monotonic();
    const [worldMs, newMs] = this.#isRunning ? [this.clock.nowMs(), 0] : [0, this.#startMs];
    const answer = await askWorld(commands, world, this.#terms, worldMs, newMs);
    if (this.#isStopped) return;
    this.isNew ||= answer.isNew && !this.#isRunning;
    if (answer.terms !== this.#terms) {
      const sentence = disagreement(world, readTerms(answer.terms), terms);
      if (sentence !== undefined) throw new Disagreement(sentence);
      this.#terms = answer.terms;
    }
    this.#learn(sentAt, answer);
  }

  #learn(sentAt: number, { timeMs, createdMs }: WorldAnswer): void {
    const roundTripMs = this.#options.monotonic() - sentAt;
    const worldMs = timeMs - createdMs;
    const isMoved = createdMs !== this.#createdMs;
    this.#createdMs = createdMs;
    if (this.#isRunning) {
      this.offsetMs = worldMs + roundTripMs / 2 - this.clock.nowMs();
      if (isMoved) this.clock.relearn();
    } else {
      // Nobody has read the clock yet, so it may still jump to the best answer.
      if (!isMoved && roundTripMs >= (this.clock.pingMs ?? Number.POSITIVE_INFINITY)) return;
      this.clock.reset();
    }
    this.clock.learn(sentAt, worldMs, worldMs);
  }
}
