import { inBytes, inMs, percentileOf } from './figures.ts';
import { type Finding, ok, problem, unknown, warning } from './findings.ts';

/** What a server said of itself, or why it did not. */
export type Told<T> = { readonly value: T } | { readonly why: string };

/** Sign-in by name, and scripts that read the time. */
const LEAST_MAJOR = 6;
/** Sharded channels, and what the tests run on. */
const TESTED_MAJOR = 7;
/** What a batch takes from node to node is within 15 ms, there and on; a server further away than this is not near, in ms. */
const FAR_MS = 5;
const VERY_FAR_MS = 100;
/** What Redis allows a subscriber to lag behind unless it is told otherwise, in bytes. */
const BUFFER_BYTES = 32 * 2 ** 20;
const CLOCK_MS = 100;
const FULL_SHARE = 0.8;
const OVERFULL_SHARE = 0.97;

/** Reads the answer to INFO. */
export function readInfo(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':') && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

export function versionFinding(name: string, version: string | undefined, isCluster: boolean): Finding {
  if (version === undefined) return unknown('redis', `The version of ${name}`, 'INFO does not say');
  const found = `${name} runs Redis ${version}`;
  const major = Number.parseInt(version, 10);
  const install = `Install Redis ${TESTED_MAJOR} at ${name}.`;
  if (isCluster && major < TESTED_MAJOR) return problem('redis', `${found}, which has no sharded channels.`, install);
  if (major < LEAST_MAJOR) return problem('redis', `${found}, which is too old.`, install);
  if (major < TESTED_MAJOR) return warning('redis', `${found}, on which nothing has been tested.`, install);
  return ok('redis', `${found}.`);
}

/** Undefined for what needs no word: a master. @param role as INFO has it */
export function roleFinding(name: string, role: string | undefined): Finding | undefined {
  if (role !== 'slave') return undefined;
  return problem(
    'redis',
    `${name} is a replica, which takes no writes.`,
    `Give the address of its master in place of ${name}.`,
  );
}

/** @param times of single questions and their answers, in ms; at least one */
export function roundTripFinding(name: string, times: readonly number[]): Finding {
  const [median, p99] = [percentileOf(times, 50), percentileOf(times, 99)];
  const found = `${name} answers within ${inMs(median)} (p99 ${inMs(p99)})`;
  if (median > FAR_MS) {
    return warning(
      'redis',
      `${found}, and what players on two nodes see of each other waits for it.`,
      'Put nodes and Redis into one data centre.',
    );
  }
  if (p99 > VERY_FAR_MS) {
    return warning(
      'redis',
      `${found}, so it is held up now and then.`,
      'See what else it does (SLOWLOG GET, LATENCY DOCTOR).',
    );
  }
  return ok('redis', `${found}.`);
}

/** @param limits as CONFIG GET has them: `normal 0 0 0 slave … pubsub 33554432 8388608 60` */
export function bufferFinding(name: string, limits: Told<string>): Finding {
  const what = `What ${name} keeps for a subscriber that lags`;
  if ('why' in limits) return unknown('redis', what, limits.why);
  const [, hard] = /\bpubsub (\d+) \d+ \d+/.exec(limits.value) ?? [];
  if (hard === undefined) return unknown('redis', what, 'its client-output-buffer-limit cannot be read');
  const bytes = Number(hard);
  const kept = bytes === 0 ? 'all' : inBytes(bytes);
  const found = `${name} keeps ${kept} for a subscriber that lags (client-output-buffer-limit)`;
  if (bytes === 0 || bytes >= BUFFER_BYTES) return ok('redis', `${found}.`);
  return warning(
    'redis',
    `${found}, and then cuts it off, and with it all that a node hears.`,
    `Set client-output-buffer-limit "pubsub 32mb 8mb 60" or more at ${name}.`,
  );
}

/** @param maxBytes 0 for no limit */
export function policyFinding(name: string, policy: string | undefined, maxBytes: number): Finding {
  if (policy === undefined) return unknown('redis', `The maxmemory-policy of ${name}`, 'INFO does not say');
  const found = `${name} has the maxmemory-policy ${policy}`;
  const advice = `Set maxmemory-policy noeviction at ${name}.`;
  if (policy === 'noeviction') return ok('redis', `${found}: nothing of the world is thrown away.`);
  if (maxBytes > 0 && policy.startsWith('allkeys-')) {
    return problem('redis', `${found}, and throws people and things away when it is full.`, advice);
  }
  return warning('redis', `${found}, which is for caches.`, advice);
}

/**
 * What it means that the server has said yes to something.
 * @param isAppending whether there is a log of changes @param sync appendfsync
 */
export function durabilityFinding(name: string, isAppending: string | undefined, sync: Told<string>): Finding {
  const advice = `Set appendonly yes and appendfsync always at ${name}, if what players were told is to survive anything.`;
  if (isAppending === undefined) return unknown('redis', `What ${name} keeps`, 'INFO does not say');
  if (isAppending !== '1') {
    const found = `${name} writes nothing down as it comes (appendonly no): after a crash it is as at its last snapshot, if any.`;
    return warning('redis', found, advice);
  }
  if ('why' in sync) return unknown('redis', `How soon ${name} writes down what it has acknowledged`, sync.why);
  if (sync.value === 'always') {
    return ok(
      'redis',
      `${name} has on its disk what it acknowledges (appendfsync always): it survives kill -9 and power cuts.`,
    );
  }
  const lost = sync.value === 'everysec' ? 'up to two seconds' : 'some half a minute';
  return warning('redis', `${name} may lose ${lost} of what players were told (appendfsync ${sync.value}).`, advice);
}

export interface RedisMemory {
  readonly usedBytes: number;
  /** 0 for no limit. */
  readonly maxBytes: number;
  /** Of its machine; 0 when it does not say. */
  readonly machineBytes: number;
}

export function redisMemoryFinding(name: string, { usedBytes, maxBytes, machineBytes }: RedisMemory): Finding {
  const most = maxBytes > 0 ? maxBytes : machineBytes;
  const of = maxBytes > 0 ? `${inBytes(maxBytes)} (maxmemory)` : `${inBytes(machineBytes)}, the memory of its machine`;
  const found = most === 0 ? `${name} uses ${inBytes(usedBytes)}` : `${name} uses ${inBytes(usedBytes)} of ${of}`;
  const advice = maxBytes > 0 ? 'Raise maxmemory, or make room.' : 'Give its machine more memory, or make room.';
  if (most === 0 || usedBytes < most * FULL_SHARE) return ok('redis', `${found}.`);
  if (usedBytes < most * OVERFULL_SHARE) return warning('redis', `${found}, and is nearly full.`, advice);
  return problem('redis', `${found}, and is full: it refuses to keep anything more.`, advice);
}

/** @param offset of its clock from this machine's, in ms */
export function redisClockFinding(name: string, offset: Told<number>): Finding {
  if ('why' in offset) return unknown('redis', `The clock of ${name}`, offset.why);
  const size = inMs(Math.abs(offset.value));
  const side = offset.value > 0 ? 'ahead of' : 'behind';
  if (Math.abs(offset.value) <= CLOCK_MS)
    return ok('redis', `The clock of ${name} is that of this machine, to ${size}.`);
  return warning(
    'redis',
    `The clock of ${name} is ${size} ${side} that of this machine.`,
    'Let both keep time by the same servers (chrony, systemd-timesyncd).',
  );
}

/** @param covered hash slots that some server holds */
export function slotsFinding(covered: number, all: number, servers: number): Finding {
  if (covered >= all) return ok('redis', `All ${all} hash slots of the cluster are held, by ${servers} masters.`);
  return problem(
    'redis',
    `${all - covered} of ${all} hash slots of the cluster are held by nobody.`,
    'Give them to a master (redis-cli --cluster fix).',
  );
}
