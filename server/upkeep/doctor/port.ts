import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Config } from '../../config.ts';
import { findPort } from '../../workers/port.ts';
import { sentenceOf } from '../failure.ts';
import { type Finding, ok, problem } from './findings.ts';

/** Whether the server could listen where it is to. */
export async function checkPort({ host, port }: Pick<Config, 'host' | 'port'>): Promise<Finding> {
  const at = `port ${port} of ${host}`;
  try {
    await findPort(host, port);
  } catch (error) {
    return refusal(error, { host, port, at });
  }
  return ok('port', port === 0 ? `Any free port of ${host} will be taken.` : `Nobody else listens on ${at}.`);
}

function refusal(error: unknown, { host, port, at }: Pick<Config, 'host' | 'port'> & { readonly at: string }): Finding {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE': {
      const holder = holderOf(port);
      const found = `Somebody listens on ${at}${holder === undefined ? '' : `: ${holder}`}.`;
      return problem('port', found, 'End that, or choose another port with --port.');
    }
    case 'EACCES':
      return problem('port', `This user may not listen on ${at}.`, 'Choose one above 1023 with --port.');
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return problem('port', `This machine has no address ${host}.`, 'Choose another with --host.');
    default:
      return problem('port', `Nothing can listen on ${at}: ${sentenceOf(error)}`, 'Try another --port or --host.');
  }
}

const LISTENING = '0A';

/** Inodes of the sockets that listen on a port, by `/proc/net/tcp` or `tcp6`. */
export function listenersOn(port: number, table: string): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return table.split('\n').flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === LISTENING && local?.endsWith(`:${hex}`) && inode !== undefined ? [inode] : [];
  });
}

/** `node (process 4711)`; undefined when it is not to be seen, as another user's. */
function holderOf(port: number): string | undefined {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => quietly(() => readFileSync(file, 'latin1')) ?? '');
  const sockets = new Set(tables.flatMap((table) => listenersOn(port, table)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  for (const pid of (quietly(() => readdirSync('/proc')) ?? []).filter((name) => /^\d+$/.test(name))) {
    const files = quietly(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
    const isHolder = files.some((file) => sockets.has(quietly(() => readlinkSync(`/proc/${pid}/fd/${file}`)) ?? ''));
    if (!isHolder) continue;
    const name = quietly(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim());
    return `${name ?? 'a program'} (process ${pid})`;
  }
  return undefined;
}

/** Processes end, and those of others are closed, while one looks. */
function quietly<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
