import { createHash } from 'node:crypto';
import * as constants from '../../shared/constants.ts';
import { HEADING_DX, HEADING_DY } from '../../shared/motion.ts';
import type { Config } from '../settings.ts';

/** What all nodes of a world must have in common. */
export interface WorldTerms {
  readonly protocol: number;
  /** `constantsHash()` */
  readonly constants: string;
  readonly seed: number;
  readonly terrain: string;
  readonly channelSquares: number;
  readonly gems: number;
  /** Sorted names of the Redis servers that carry the channels, without credentials; of a cluster only that it is one. */
  readonly servers: readonly string[];
}

const CLUSTER = 'cluster';

/** This server may not take part in the world; the message is the sentence for its host. */
export class Disagreement extends Error {
  override readonly name = 'Disagreement';
}

/** The terms on which a server with this configuration takes part in its world. */
export function termsOf(
  config: Pick<Config, 'seed' | 'terrain' | 'channelSquares' | 'gems' | 'redis' | 'redisCluster'>,
): WorldTerms {
  const { seed, terrain, channelSquares, gems, redis, redisCluster } = config;
  return {
    protocol: constants.PROTOCOL_VERSION,
    constants: constantsHash(),
    seed,
    terrain,
    channelSquares,
    gems,
    servers: redisCluster.length > 0 ? [CLUSTER] : redis.map(({ name }) => name).sort(),
  };
}

/**
 * A short hash, the same in every process, over every number both ends must agree on.
 * @param values by name; their order does not matter
 */
export function constantsHash(values: Readonly<Record<string, unknown>> = SHARED): string {
  const sorted = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify(sorted, (_key, value: unknown) => (ArrayBuffer.isView(value) ? String(value) : value));
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

const SHARED = { ...constants, HEADING_DX, HEADING_DY };

/** The key of a world's record: a hash with the fields `terms` (JSON) and `created` (ms of Redis' own time). */
export const recordKey = (world: string): string => `flatlands:${world}:world`;

export const writeTerms = (terms: WorldTerms): string => JSON.stringify(terms);

/** Reads what `writeTerms` wrote, here or in another version; undefined for what cannot be understood. */
export function readTerms(text: string): WorldTerms | undefined {
  let read: Partial<Record<keyof WorldTerms, unknown>> | null;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { protocol, constants, seed, terrain, channelSquares, gems, servers } = read ?? {};
  if (typeof protocol !== 'number' || typeof constants !== 'string' || typeof seed !== 'number') return undefined;
  if (typeof terrain !== 'string' || typeof channelSquares !== 'number' || typeof gems !== 'number') return undefined;
  if (!Array.isArray(servers)) return undefined;
  return { protocol, constants, seed, terrain, channelSquares, gems, servers: servers.map(String) };
}

/**
 * The sentence, for a host, on why a server may not take part in the world: what differs, and what to do about it.
 * @param theirs the terms in the world's record; undefined when they cannot be understood
 * @returns undefined when all agree
 */
export function disagreement(world: string, theirs: WorldTerms | undefined, ours: WorldTerms): string | undefined {
  const begin = `The world "${world}" on this Redis`;
  // What a world may well be changed in, once all its nodes are down.
  const orRenew = `; to change it for good, stop them all and run HDEL ${recordKey(world)} terms on that Redis`;
  const sameVersion = `run the same version on all nodes${orRenew}.`;
  if (theirs === undefined) return `${begin} was set up by a version of Flatlands unknown to this one: ${sameVersion}`;
  if (theirs.protocol !== ours.protocol) {
    const versions = `protocol ${theirs.protocol} and this server speaks protocol ${ours.protocol}`;
    return `${begin} was set up by a version of Flatlands with ${versions}: ${sameVersion}`;
  }
  if (theirs.constants !== ours.constants) {
    const hashes = `constants hash to ${theirs.constants} and this server's to ${ours.constants}`;
    return `${begin} was set up by a version of Flatlands whose ${hashes}: ${sameVersion}`;
  }
  if (theirs.seed !== ours.seed) {
    return `${begin} has seed ${theirs.seed} and ${startedWith('--seed', theirs.seed, ours.seed)}, ${ANOTHER_WORLD}.`;
  }
  if (theirs.terrain !== ours.terrain) {
    const started = startedWith('--terrain', theirs.terrain, ours.terrain);
    return `${begin} has the terrain ${theirs.terrain} and ${started}, ${ANOTHER_WORLD}.`;
  }
  if (theirs.channelSquares !== ours.channelSquares) {
    const started = startedWith('--channel-squares', theirs.channelSquares, ours.channelSquares);
    return `${begin} has --channel-squares ${theirs.channelSquares} and ${started}${orRenew}.`;
  }
  if (theirs.gems !== ours.gems) {
    return `${begin} has --gems ${theirs.gems} and ${startedWith('--gems', theirs.gems, ours.gems)}${orRenew}.`;
  }
  if (!sameServers(theirs.servers, ours.servers)) {
    const given = `is spread over ${listed(theirs.servers)} and this server was given ${listed(ours.servers)}`;
    const same = isCluster(theirs.servers) ? 'the same --redis-cluster' : 'the same --redis list';
    return `${begin} ${given}: give all nodes ${same}${orRenew}.`;
  }
  return undefined;
}

const ANOTHER_WORLD = 'or give another --world';

const startedWith = (flag: string, theirs: string | number, ours: string | number): string =>
  `this server was started with ${flag} ${ours}: start it with ${flag} ${theirs}`;

const isCluster = (servers: readonly string[]): boolean => servers.length === 1 && servers[0] === CLUSTER;

const listed = (servers: readonly string[]): string => (isCluster(servers) ? 'a Redis Cluster' : servers.join(', '));

/** Two that have met on the same single server may know it by different names: a socket here, a port elsewhere. */
const sameServers = (theirs: readonly string[], ours: readonly string[]): boolean =>
  theirs.join() === ours.join() || (theirs.length === 1 && ours.length === 1 && isCluster(theirs) === isCluster(ours));
