import { spawnSync } from 'node:child_process';
import { run } from './child.ts';
import { hasUnpackedLibrary, programPath, unpackPackages } from './unpacked-packages.ts';

/** Something that npm cannot install and the tests cannot do without. */
export interface SystemPackage {
  /** Its name in Debian. */
  readonly name: string;
  readonly neededBy: string;
  readonly isThere: () => boolean;
  /** It is only unpacked for the tests, not installed. */
  readonly isUnpacked?: true;
}

export const SYSTEM_PACKAGES: readonly SystemPackage[] = [
  { name: 'libnss3', neededBy: 'the Chromium of the browser tests', isThere: () => hasLibrary('libnss3.so') },
  { name: 'libexpat1', neededBy: 'the Chromium of the browser tests', isThere: () => hasLibrary('libexpat.so.1') },
  {
    name: 'redis-server',
    neededBy: 'the tests of the Redis adapters',
    isThere: () => hasProgram('redis-server') && hasProgram('redis-cli'),
  },
  { name: 'systemd', neededBy: 'the tests of server/deploy', isThere: () => hasProgram('systemd-analyze') },
  ...['nginx', 'caddy'].map((name) => ({
    name,
    neededBy: 'the tests of server/deploy',
    isThere: () => programPath(name) !== undefined,
    isUnpacked: true as const,
  })),
  ...['nats-server', 'mosquitto'].map((name) => ({
    name,
    neededBy: 'the comparison of brokers',
    isThere: () => programPath(name) !== undefined,
    isUnpacked: true as const,
  })),
  // Those of mosquitto's libraries that a small system does not have.
  ...Object.entries({
    libcjson1: 'libcjson.so.1',
    libmosquitto1: 'libmosquitto.so.1',
    libdlt2: 'libdlt.so.2',
    libwrap0: 'libwrap.so.0',
  }).map(([name, file]) => ({
    name,
    neededBy: 'the comparison of brokers',
    isThere: () => hasLibrary(file) || hasUnpackedLibrary(file),
    isUnpacked: true as const,
  })),
];

/** How packages may be installed here: as root, by a sudo that asks for no password, or not at all. */
export type Privilege = 'root' | 'sudo' | 'none';

export type Installed = { readonly kind: 'complete' } | { readonly kind: 'missing'; readonly sentence: string };

/** Makes sure that the packages are there, by apt-get where that is allowed. */
export async function ensurePackages(packages: readonly SystemPackage[], privilege: Privilege): Promise<Installed> {
  const missing = packages.filter((entry) => !entry.isThere());
  if (missing.length === 0) return { kind: 'complete' };
  if (privilege !== 'none') {
    console.log(`Installing ${missing.map((entry) => `${entry.name} (for ${entry.neededBy})`).join(', ')}`);
    // Not update && install: an outdated list often still does, and then a broken mirror of something else may not stop us.
    for (const args of aptCommands(missing)) await apt(args, privilege);
  }
  const toUnpack = missing.filter(({ isUnpacked }) => isUnpacked);
  if (toUnpack.length > 0) await unpackPackages(toUnpack.map(({ name }) => name)).catch(() => undefined);
  const still = missing.filter((entry) => !entry.isThere());
  return still.length === 0 ? { kind: 'complete' } : { kind: 'missing', sentence: sentenceFor(still) };
}

function aptCommands(missing: readonly SystemPackage[]): string[][] {
  const names = missing.filter(({ isUnpacked }) => isUnpacked !== true).map(({ name }) => name);
  const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...names];
  return [['apt-get', 'update', '-qq'], ...(names.length === 0 ? [] : [install])];
}

function apt(args: string[], privilege: Exclude<Privilege, 'none'>): Promise<number> {
  const command = ['env', 'DEBIAN_FRONTEND=noninteractive', ...args];
  const [program, ...rest] = privilege === 'sudo' ? ['sudo', '-n', ...command] : command;
  return run(program as string, rest);
}

function sentenceFor(missing: readonly SystemPackage[]): string {
  const names = missing.map((entry) => entry.name).join(' ');
  const users = [...new Set(missing.map((entry) => entry.neededBy))].join(' and ');
  return `Missing for ${users}: ${names}; install with: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names}`;
}

export function privilegeHere(): Privilege {
  if (process.getuid?.() === 0) return 'root';
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? 'sudo' : 'none';
}

/** Asks the dynamic linker's cache. Its program is not on the path of every user. */
function hasLibrary(name: string): boolean {
  const { stdout } = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').some((line) => line.trim().startsWith(`${name} `));
}

const hasProgram = (name: string): boolean => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
