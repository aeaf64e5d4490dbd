import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

interface Locked {
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly license?: string;
}

const read = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
const lock = read('package-lock.json') as { readonly packages: Readonly<Record<string, Locked>> };
const packageJson = read('package.json') as Readonly<
  Record<'dependencies' | 'devDependencies', Record<string, string>>
>;

/** What `npm ci` installs, by folder; those of hosts and those of developers. */
const installed = Object.entries(lock.packages).filter(([folder]) => folder !== '');
const nameOf = (folder: string): string => folder.replace(/^.*node_modules\//, '');

/** They bring finished binaries, or look for one that fits: each has been read. */
const WITH_INSTALL_SCRIPTS = ['esbuild', 'lmdb', 'msgpackr-extract', 'zeromq'];
/** None of them asks for more than that it is named. */
const LICENCES =
  /^(MIT|MIT-0|ISC|BSD-[23]-Clause|0BSD|Apache-2\.0|BlueOak-1\.0\.0|Unlicense|CC0-1\.0|MPL-2\.0|OFL-1\.1|Python-2\.0|\(MIT OR WTFPL\)|\(BSD-2-Clause OR MIT OR Apache-2\.0\)|\(MIT AND Zlib\)|Zlib)$/;

describe('what is installed', () => {
  it('is named by exact versions, so that all install the same', () => {
    for (const version of Object.values({ ...packageJson.dependencies, ...packageJson.devDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });

  it('is checked against a hash of what was looked at, every package of it', () => {
    for (const [folder, { integrity }] of installed) expect(integrity, folder).toMatch(/^sha512-/);
  });

  it('runs nothing while it is installed but what has been read', () => {
    const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect([...new Set(scripted.map(([folder]) => nameOf(folder)))].sort()).toEqual(WITH_INSTALL_SCRIPTS);
  });

  it('may be used by everybody who hosts a world', () => {
    const strange = installed
      .filter(([folder, { dev }]) => dev !== true && existsSync(join(ROOT, folder)))
      .map(([folder, { license }]) => [nameOf(folder), license ?? (read(`${folder}/package.json`) as Locked).license])
      .filter(([, license]) => !LICENCES.test(String(license)));
    expect(strange).toEqual([]);
  });

  it('is no more than it was when it was last read: whoever adds to it looks at it', () => {
    const ofHosts = installed.filter(([, { dev, optional, devOptional }]) => !dev && !optional && !devOptional);
    expect(ofHosts.length).toBeLessThanOrEqual(150);
  });
});
