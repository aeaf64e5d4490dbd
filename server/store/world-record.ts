import type { RedisCommands } from './redis-commands.ts';
import { recordKey } from './world-terms.ts';

/** The record is moved when world time by it is more than this behind a node's, in ms; less is a matter of slewing. */
const SLACK_MS = 1000;

/**
 * Reads the world's record and Redis' time, in one step; writes the record when it is missing, or when time by it
 * would fall behind: the earliest creation wins, so that world time only ever jumps forward. Nodes that run put it
 * back with the time that they keep. Of a record on other terms nothing is touched.
 * KEYS: the record. ARGV: terms, the asker's world time in ms, slack in ms, world time of a new record in ms.
 */
const ASK = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
local record = redis.call('HMGET', KEYS[1], 'terms', 'created')
local terms, created = record[1], tonumber(record[2])
if not terms or terms == ARGV[1] then
  if not created or now - created < tonumber(ARGV[2]) - tonumber(ARGV[3]) then
    local begin = tonumber(ARGV[2])
    if not created then begin = math.max(begin, tonumber(ARGV[4])) end
    created = now - begin
    redis.call('HSET', KEYS[1], 'created', string.format('%.3f', created))
  end
  if not terms then redis.call('HSET', KEYS[1], 'terms', ARGV[1]) end
end
return { string.format('%.3f', now), string.format('%.3f', created or now), terms or ARGV[1], terms and 0 or 1 }
`;

export interface WorldAnswer {
  /** The time of Redis when it answered, in ms to the microsecond. */
  readonly timeMs: number;
  /** When the world began, by the same clock. */
  readonly createdMs: number;
  /** The terms of the world as they are written there. */
  readonly terms: string;
  /** There was no record: this answer's question wrote it. */
  readonly isNew: boolean;
}

/**
 * Asks Redis for the world's time, and sees to it that the record is there.
 * @param terms to be written when there are none
 * @param worldMs world time of the asker; 0 when it knows none
 * @param startMs world time at which a world without a record goes on, unless the asker's is later
 * @throws Error when Redis does not answer, or says no
 */
export async function askWorld(
  commands: RedisCommands,
  world: string,
  terms: string,
  worldMs: number,
  startMs = 0,
): Promise<WorldAnswer> {
  const reply = await commands.eval(ASK, 1, recordKey(world), terms, worldMs.toFixed(3), SLACK_MS, startMs.toFixed(3));
  const [time, created, theirTerms, isNew] = Array.isArray(reply) ? reply : [];
  const answer = { timeMs: Number(time), createdMs: Number(created), terms: String(theirTerms), isNew: isNew === 1 };
  if (!Number.isFinite(answer.timeMs - answer.createdMs)) throw new Error('The answer of Redis cannot be read.');
  return answer;
}
