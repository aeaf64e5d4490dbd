import { readFileSync } from 'node:fs';
import type { Config } from '../../config.ts';
import { counted } from './figures.ts';
import { type Finding, ok, problem, unknown, warning } from './findings.ts';

/** Files that a node has open besides its sessions: its program, its store, Redis, and pages being served. */
const SPARE_FILES = 200;
/** What Node asks the kernel to keep of connections that it has not taken yet. */
const BACKLOG = 511;

/** How many files a process may have open; Infinity where there is no limit. */
export interface FileLimits {
  readonly soft: number;
  /** What the process may raise the soft one to. */
  readonly hard: number;
}

/** Reads `/proc/PID/limits`; undefined when it does not say. */
export function readFileLimits(limits: string): FileLimits | undefined {
  const [, soft, hard] = /^Max open files\s+(\d+|unlimited)\s+(\d+|unlimited)/m.exec(limits) ?? [];
  const read = (text: string): number => (text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text));
  return soft === undefined || hard === undefined ? undefined : { soft: read(soft), hard: read(hard) };
}

/** Whoever waits in line has a connection, too. Every worker is a process, and has the limit for itself. */
export function filesFinding({ soft, hard }: FileLimits, maxSessions: number, queue: number): Finding {
  const needed = maxSessions + queue + SPARE_FILES;
  const shown = (files: number): string => (files === Number.POSITIVE_INFINITY ? 'any number of' : String(files));
  const found = `A process may have ${shown(soft)} files open (${shown(hard)} at most)`;
  const asked = `--max-sessions ${maxSessions} with --queue ${queue} takes ${needed}`;
  if (soft >= needed) return ok('files', `${found}; ${asked}.`);
  const fits = soft - SPARE_FILES;
  const flags = fits > queue ? `--max-sessions ${fits - queue}` : `--max-sessions ${fits} --queue 0`;
  const instead = fits > 0 ? `, or give ${flags}` : '';
  return problem(
    'files',
    `${found}, and ${asked}.`,
    `Raise the limit ("ulimit -n ${needed}", for systemd LimitNOFILE=${needed})${instead}.`,
  );
}

/** @param somaxconn the text of that file */
export function backlogFinding(somaxconn: string): Finding {
  const most = Number(somaxconn.trim());
  const found = `The kernel keeps up to ${counted(Math.min(most, BACKLOG), 'connection')} that wait to be taken`;
  if (most >= BACKLOG) return ok('backlog', `${found}.`);
  return warning(
    'backlog',
    `${found}, and more are refused when all come at once.`,
    'Set net.core.somaxconn to 4096 (sysctl -w net.core.somaxconn=4096).',
  );
}

/** @param range the text of ip_local_port_range */
export function portRangeFinding(range: string): Finding {
  const [first = 0, last = 0] = range.trim().split(/\s+/).map(Number);
  return ok(
    'ports',
    `Connections that go out have the ports ${first} to ${last}; a reverse proxy on this machine uses one for each player.`,
  );
}

/** What the kernel allows. */
export function checkKernelLimits({ maxSessions, queue }: Pick<Config, 'maxSessions' | 'queue'>): readonly Finding[] {
  return [
    told('files', 'How many files may be open', '/proc/self/limits', (text) => {
      const limits = readFileLimits(text);
      if (limits !== undefined) return filesFinding(limits, maxSessions, queue);
      return unknown('files', 'How many files may be open', '/proc/self/limits does not say');
    }),
    told('backlog', 'How many connections may wait', '/proc/sys/net/core/somaxconn', backlogFinding),
    told('ports', 'Which ports go out', '/proc/sys/net/ipv4/ip_local_port_range', portRangeFinding),
  ];
}

function told(
  area: 'files' | 'backlog' | 'ports',
  what: string,
  file: string,
  read: (text: string) => Finding,
): Finding {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    return unknown(area, what, `${file} cannot be read here`);
  }
  return read(text);
}
