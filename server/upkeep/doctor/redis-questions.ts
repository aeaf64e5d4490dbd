import type { RedisAddress } from '../../broker/redis-address.ts';
import { closeRedis, openRedis, sentenceOf } from '../../broker/redis-connection.ts';
import { readInfo, type Told } from './redis-verdicts.ts';

type Redis = ReturnType<typeof openRedis>;

/** Everything is given up that takes longer, in ms: the connection, each answer, and all pings together. */
export const PATIENCE_MS = 3000;
const PINGS = 50;
/** The shortest of so many questions for the time tells it best. */
const TIME_QUESTIONS = 5;

/** What one server says of itself. */
export interface RedisFacts {
  /** How long each ping took, in ms; at least one. */
  readonly pings: readonly number[];
  readonly info: Told<ReadonlyMap<string, string>>;
  readonly bufferLimits: Told<string>;
  readonly appendSync: Told<string>;
  /** How far its clock is ahead of this machine's, in ms. */
  readonly clockOffset: Told<number>;
}

/**
 * Asks a server, one question after the other, and changes nothing there.
 * @throws Error that says why it cannot be reached, or does not answer
 */
export async function questionRedis(address: RedisAddress): Promise<RedisFacts> {
  const redis = openRedis(address, 'doctor', {
    retryStrategy: () => null,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
  });
  try {
    await standing(redis);
    return {
      pings: await timedPings(redis),
      info: await told(async () => readInfo(await redis.info())),
      bufferLimits: await setting(redis, 'client-output-buffer-limit'),
      appendSync: await setting(redis, 'appendfsync'),
      clockOffset: await told(() => clockOffset(redis)),
    };
  } finally {
    await closeRedis(redis);
  }
}

/** Resolves when the connection stands and the server has let this client in. */
function standing(redis: Redis): Promise<void> {
  let why = `no answer within ${PATIENCE_MS / 1000} s`;
  redis.on('error', (error: unknown) => {
    why = sentenceOf(error);
  });
  return new Promise((resolve, reject) => {
    const failed = (): void => {
      clearTimeout(timer);
      reject(new Error(why));
    };
    const timer = setTimeout(failed, PATIENCE_MS);
    redis.once('end', failed);
    redis.once('ready', () => {
      clearTimeout(timer);
      redis.off('end', failed);
      resolve();
    });
  });
}

async function timedPings(redis: Redis): Promise<number[]> {
  // The first one also warms up this process.
  await redis.ping();
  const times: number[] = [];
  const startedAt = performance.now();
  while (times.length < PINGS && performance.now() - startedAt < PATIENCE_MS) {
    const at = performance.now();
    await redis.ping();
    times.push(performance.now() - at);
  }
  return times;
}

/** The answer, or why there is none: to look into a server takes rights that a node does without. */
async function told<T>(ask: () => Promise<T>): Promise<Told<T>> {
  try {
    return { value: await ask() };
  } catch (error) {
    return { why: sentenceOf(error) };
  }
}

async function setting(redis: Redis, name: string): Promise<Told<string>> {
  const answer = await told(() => redis.config('GET', name));
  if ('why' in answer) return { why: `CONFIG GET is not allowed or not known (${answer.why})` };
  const value: unknown = Array.isArray(answer.value) ? answer.value[1] : undefined;
  return typeof value === 'string' ? { value } : { why: `CONFIG GET ${name} is not answered` };
}

/** By the question that was answered soonest, as of the middle of its way there and back. */
async function clockOffset(redis: Redis): Promise<number> {
  let best = { tripMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
  for (let i = 0; i < TIME_QUESTIONS; i++) {
    const at = performance.now();
    const wallMs = Date.now();
    const [seconds, micros] = await redis.time();
    const tripMs = performance.now() - at;
    if (tripMs >= best.tripMs) continue;
    best = { tripMs, offsetMs: Number(seconds) * 1000 + Number(micros) / 1000 - (wallMs + tripMs / 2) };
  }
  return best.offsetMs;
}
