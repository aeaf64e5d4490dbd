import { execFile } from 'node:child_process';
import { ClusterSurvey, type SlotRange } from '../../broker/cluster-survey.ts';
import { HASH_SLOTS } from '../../broker/hash-slot.ts';
import type { RedisAddress } from '../../broker/redis-address.ts';
import { sentenceOf } from '../../broker/redis-connection.ts';
import type { Config } from '../../config.ts';
import { redisTargetOf } from '../../store/redis-commands.ts';
import { type Finding, ok, problem, unknown } from './findings.ts';
import { PATIENCE_MS, questionRedis, type RedisFacts } from './redis-questions.ts';
import {
  bufferFinding,
  durabilityFinding,
  policyFinding,
  redisClockFinding,
  redisMemoryFinding,
  roleFinding,
  roundTripFinding,
  slotsFinding,
  versionFinding,
} from './redis-verdicts.ts';

type RedisConfig = Pick<Config, 'redis' | 'redisCluster' | 'storeRedis' | 'workers'>;

/** One server, and what a world has it for. */
interface Place {
  readonly address: RedisAddress;
  /** Squares' channels. */
  readonly carries: boolean;
  /** People and things. */
  readonly keeps: boolean;
  readonly isInCluster: boolean;
}

/** Every Redis that the configuration names, one after the other, so that none is measured under another's load. */
export async function checkRedis(config: RedisConfig): Promise<readonly Finding[]> {
  const { redis, redisCluster, storeRedis, workers } = config;
  const findings: Finding[] = [];
  const places = [...ofServers(config)];
  const [seed, ...seeds] = redisCluster;
  if (seed !== undefined) {
    const survey = await surveyed([seed, ...seeds]);
    if (typeof survey === 'string') {
      const names = redisCluster.map(({ name }) => name).join(', ');
      findings.push(problem('redis', `The cluster of ${names} cannot be used: ${ended(survey)}`, reachAdvice('it')));
    } else {
      const masters = new Map(survey.map(({ server }) => [server.name, server]));
      const covered = survey.reduce((sum, { first, last }) => sum + last - first + 1, 0);
      findings.push(slotsFinding(covered, HASH_SLOTS, masters.size));
      for (const address of masters.values()) {
        places.unshift({ address, carries: true, keeps: storeRedis === null, isInCluster: true });
      }
    }
  }
  for (const place of places) findings.push(...(await checkPlace(place)));
  const isAlone = redis.length + redisCluster.length === 0;
  if (isAlone && workers > 1) findings.push(await checkProgram(workers));
  return findings.length > 0 ? findings : [ok('redis', 'No Redis is asked for: this node is alone in its world.')];
}

/** Those named one by one; who keeps the world carries nothing unless it is among those that do. */
function ofServers({ redis, storeRedis }: RedisConfig): readonly Place[] {
  const keeper = redisTargetOf(storeRedis === null ? redis : [storeRedis], []);
  const keeperName = keeper?.kind === 'server' ? keeper.address.name : undefined;
  const carriers = redis.map((address) => ({
    address,
    carries: true,
    keeps: address.name === keeperName,
    isInCluster: false,
  }));
  const isExtra = storeRedis !== null && !carriers.some(({ keeps }) => keeps);
  return isExtra ? [...carriers, { address: storeRedis, carries: false, keeps: true, isInCluster: false }] : carriers;
}

const reachAdvice = (name: string): string => `Start ${name}, open the way to it, or correct address and password.`;
const ended = (text: string): string => `${text.replace(/\.$/, '')}.`;

async function checkPlace(place: Place): Promise<readonly Finding[]> {
  const { name } = place.address;
  try {
    return findingsOf(place, await questionRedis(place.address));
  } catch (error) {
    return [problem('redis', `${name} cannot be used: ${ended(sentenceOf(error))}`, reachAdvice(name))];
  }
}

function findingsOf({ address: { name }, carries, keeps, isInCluster }: Place, facts: RedisFacts): readonly Finding[] {
  const findings = [roundTripFinding(name, facts.pings)];
  if (carries) findings.push(bufferFinding(name, facts.bufferLimits));
  findings.push(redisClockFinding(name, facts.clockOffset));
  if ('why' in facts.info) return [unknown('redis', `What ${name} is`, facts.info.why), ...findings];
  const info = facts.info.value;
  const bytes = (field: string): number => Number(info.get(field) ?? 0);
  const maxBytes = bytes('maxmemory');
  const role = roleFinding(name, info.get('role'));
  findings.unshift(versionFinding(name, info.get('redis_version'), isInCluster), ...(role === undefined ? [] : [role]));
  findings.push(
    redisMemoryFinding(name, { usedBytes: bytes('used_memory'), maxBytes, machineBytes: bytes('total_system_memory') }),
  );
  if (keeps) {
    findings.push(policyFinding(name, info.get('maxmemory_policy'), maxBytes));
    findings.push(durabilityFinding(name, info.get('aof_enabled'), facts.appendSync));
  }
  return findings;
}

/** Who holds which slots, or a sentence on why nobody says. */
function surveyed(seeds: readonly [RedisAddress, ...RedisAddress[]]): Promise<readonly SlotRange[] | string> {
  return new Promise((resolve) => {
    const end = (outcome: readonly SlotRange[] | string): void => {
      clearTimeout(timer);
      // Not while it is telling: it would go on asking after that.
      setImmediate(() => void survey.close().then(() => resolve(outcome)));
    };
    const survey = new ClusterSurvey(seeds, { surveyed: end });
    const timer = setTimeout(() => end(survey.trouble ?? 'no answer'), PATIENCE_MS);
  });
}

/** Workers without a Redis start one of their own. */
function checkProgram(workers: number): Promise<Finding> {
  return new Promise((resolve) => {
    execFile('redis-server', ['--version'], { timeout: PATIENCE_MS, killSignal: 'SIGKILL' }, (error, stdout) => {
      const version = /v=(\S+)/.exec(stdout)?.[1];
      if (error === null && version !== undefined) {
        resolve(ok('redis', `--workers ${workers} share a redis-server ${version} of their own, from the PATH.`));
        return;
      }
      const advice = 'Install redis-server (on Debian: apt-get install redis-server), or give --redis URL.';
      resolve(problem('redis', `--workers ${workers} need a redis-server, and none on the PATH can be run.`, advice));
    });
  });
}
