import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { posix } from 'node:path';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Config } from '../../config.ts';
import { counted, inBytes } from './figures.ts';
import { type Finding, ok, problem, unknown, warning } from './findings.ts';

/** What a node takes before anybody comes, and for each session in a lively world; from the README's figures, rounded up. */
const NODE_BYTES = 150 * 2 ** 20;
const SESSION_BYTES = 80 * 2 ** 10;

const CGROUPS = '/sys/fs/cgroup';

/** @param asked as in package.json: `>=20.19` */
export function nodeFinding(running: string, asked: string): Finding {
  const [least, actual] = [asked, running].map((text) => /(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number));
  if (least === undefined || actual === undefined) {
    return unknown('node', `Whether Node ${running} will do`, `it is compared with "${asked}"`);
  }
  const [[leastMajor = 0, leastMinor = 0], [major = 0, minor = 0]] = [least, actual];
  const isEnough = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  if (isEnough) return ok('node', `Node ${running} runs; ${leastMajor}.${leastMinor} or later is asked for.`);
  return problem('node', `Node ${running} is too old.`, `Install Node ${leastMajor}.${leastMinor} or later.`);
}

export interface Memory {
  /** Of the machine, or of the control group if that may use less. */
  readonly totalBytes: number;
  readonly availableBytes: number;
}

export function memoryFinding(
  { totalBytes, availableBytes }: Memory,
  { workers, maxSessions }: Pick<Config, 'workers' | 'maxSessions'>,
): Finding {
  const found = `${inBytes(availableBytes)} of ${inBytes(totalBytes)} are available`;
  const fullBytes = workers * (NODE_BYTES + maxSessions * SESSION_BYTES);
  if (availableBytes < workers * NODE_BYTES) {
    const needed = inBytes(workers * NODE_BYTES);
    return problem(
      'memory',
      `${found}, and ${counted(workers, 'node')} need ${needed} before anybody comes.`,
      'Give this machine or container more memory, or end what else runs here.',
    );
  }
  if (availableBytes >= fullBytes)
    return ok('memory', `${found}; about ${inBytes(fullBytes)} are used when it is full.`);
  const fits = Math.max(1, Math.floor((availableBytes / workers - NODE_BYTES) / SESSION_BYTES));
  return warning(
    'memory',
    `${found}, and --max-sessions ${maxSessions} may take ${inBytes(fullBytes)}.`,
    `Give --max-sessions ${fits} or less, or this machine more memory.`,
  );
}

/** The cores' worth of time that a `cpu.max` allows; undefined when it sets no limit. */
export function quotaOf(cpuMax: string): number | undefined {
  const [, quota, period] = /^(\d+) (\d+)/.exec(cpuMax) ?? [];
  return quota === undefined || Number(period) === 0 ? undefined : Number(quota) / Number(period);
}

/** The folders of a process's own control group and of those around it, by its `/proc/PID/cgroup` (version 2). */
export function cgroupFolders(cgroup: string): string[] {
  const own = /^0::(\/.*)$/m.exec(cgroup)?.[1];
  if (own === undefined) return [];
  const folders: string[] = [];
  for (let path = posix.normalize(own); ; path = posix.dirname(path)) {
    folders.push(posix.join(CGROUPS, path));
    if (path === '/') return folders;
  }
}

/** What a process can use. */
export interface Cores {
  /** That it may run on. */
  readonly count: number;
  /** Cores' worth of time that its container may have; undefined without a limit. */
  readonly quota: number | undefined;
}

export const usableCores = ({ count, quota }: Cores): number => Math.min(count, quota ?? count);

export function coresFinding({ count, quota }: Cores, workers: number): Finding {
  const usable = usableCores({ count, quota });
  const found =
    quota === undefined || quota >= count
      ? `${counted(count, 'core')} can be used`
      : `The container may use ${Number(quota.toFixed(2))} of ${counted(count, 'core')}`;
  if (usable < 1) {
    return warning('cores', `${found}.`, 'Give it a whole core: a node that is held up is late for everybody.');
  }
  const most = Math.floor(usable);
  if (workers > most) {
    return warning(
      'cores',
      `${found}, and --workers ${workers} are more nodes than that.`,
      `Give --workers ${most} or less: nodes on one core hold each other up.`,
    );
  }
  const more = most > workers ? `, and --workers ${most} would use all` : '';
  return ok('cores', `${found}; ${counted(workers, 'node')} will use as many${more}.`);
}

/** What the server will run on, whatever it is to do. */
export function checkHost({ workers, maxSessions }: Config): readonly Finding[] {
  // Of the kernel's own when no group sets a limit: then it is more than the machine has, or 0.
  const limitBytes = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  const memory = { totalBytes: Math.min(totalmem(), limitBytes), availableBytes: process.availableMemory() };
  return [
    nodeFinding(process.versions.node, packageJson.engines.node),
    memoryFinding(memory, { workers, maxSessions }),
    coresFinding(readCores(), workers),
  ];
}

/** The quota is the narrowest of all groups around this process. */
export function readCores(): Cores {
  const quotas = cgroupFolders(textOf('/proc/self/cgroup')).flatMap(
    (folder) => quotaOf(textOf(posix.join(folder, 'cpu.max'))) ?? [],
  );
  return { count: availableParallelism(), quota: quotas.length === 0 ? undefined : Math.min(...quotas) };
}

/** Empty where there is no such file: not Linux, or no such group. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
