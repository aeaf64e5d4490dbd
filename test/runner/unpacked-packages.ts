import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './child.ts';

/** Goes with the modules: nothing is left behind on the machine. */
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/debian');
const FOLDERS = ['usr/sbin', 'usr/bin'];

/** Where a program is, on the path or unpacked; undefined when it is not. */
export function programPath(name: string): string | undefined {
  const found = spawnSync('sh', ['-c', `command -v ${name} || ls /usr/sbin/${name} 2>/dev/null`], { encoding: 'utf8' });
  const unpacked = FOLDERS.map((folder) => join(CACHE, folder, name)).find((path) => existsSync(path));
  return found.stdout.trim().split('\n')[0] || unpacked;
}

/** Where the libraries of unpacked programs are. */
export function libraryFolder(): string {
  if (!existsSync(join(CACHE, 'usr/lib'))) return '';
  return readdirSync(join(CACHE, 'usr/lib'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.endsWith('-linux-gnu'))
    .map(({ name }) => join(CACHE, 'usr/lib', name))
    .join(':');
}

export const hasUnpackedLibrary = (file: string): boolean =>
  libraryFolder()
    .split(':')
    .some((folder) => existsSync(join(folder, file)));

/**
 * Fetches Debian packages and unpacks them beside the modules: programs that, installed, would start a service, and open
 * a port of the machine.
 */
export async function unpackPackages(names: readonly string[]): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'fetched-'));
  try {
    await run('apt-get', ['download', '-qq', ...names], { cwd: folder });
    for (const file of readdirSync(folder)) await run('dpkg-deb', ['-x', join(folder, file), CACHE], {});
  } finally {
    rmSync(folder, { recursive: true });
  }
}
