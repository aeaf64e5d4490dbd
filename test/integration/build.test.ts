import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { build as bundle } from 'vite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runProgram } from '../helpers/program.ts';

const PROJECT = join(import.meta.dirname, '../..');
const BUILT = ['dist/client/index.html', 'dist/server/main.js', 'dist/bots/main.js', 'dist/core/main.js'];
/** The line of progress, and under it the table of sizes. */
const SAID = /^Building the client and server … done in \d+\.\d s\n +size +compressed\nWhat a browser loads at first /;

/** A project as small as can be, with the real build in it. */
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'flatlands-build-'));
  await cp(join(PROJECT, 'server/build'), join(root, 'server/build'), { recursive: true });
  await cp(join(PROJECT, 'server/build.ts'), join(root, 'server/build.ts'));
  await symlink(join(PROJECT, 'node_modules'), join(root, 'node_modules'));
  await write('package.json', '{ "type": "module" }');
  await write('package-lock.json', '{}');
  await write('shared/word.ts', "export const word: string = 'first';");
  await write('server/main.ts', "import { word } from '../shared/word.ts'; import 'ws'; console.log('server', word);");
  await write('client/bots/main.ts', "import { word } from '../../shared/word.ts'; console.log('bots', word);");
  await write('client/core/index.ts', "export { word } from '../../shared/word.ts';");
  await write('client/main.ts', "import { word } from '../shared/word.ts'; document.title = word;");
  await write('client/index.html', '<!doctype html><script type="module" src="./main.ts"></script>');
  await write('client/admin/index.html', '<!doctype html><script type="module" src="./main.ts"></script>');
  await write('client/admin/main.ts', 'export {};');
  await write('client/vite.config.ts', "export default { root: import.meta.dirname, publicDir: '../public' };");
  await write('public/robots.txt', 'User-agent: *');
});

afterEach(() => rm(root, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(join(root, path, '..'), { recursive: true });
  await writeFile(join(root, path), text);
}

const build = (...flags: string[]) =>
  runProgram(join(PROJECT, 'node_modules/.bin/tsx'), [join(root, 'server/build.ts'), ...flags]);

const output = async (part: 'server' | 'bots'): Promise<string> =>
  (await runProgram(process.execPath, [join(root, 'dist', part, 'main.js')])).stdout;

describe('npm run build', () => {
  test('builds what is missing, says what it weighs, and then is silent until something changes', async () => {
    expect(await build()).toMatchObject({ code: 0, stdout: expect.stringMatching(SAID), stderr: '' });
    for (const file of BUILT) expect((await stat(join(root, file))).isFile()).toBe(true);
    expect(await readFile(join(root, 'dist/client/robots.txt'), 'utf8')).toBe('User-agent: *');
    expect((await stat(join(root, 'dist/server/main.js.map'))).isFile()).toBe(true);
    expect(await readFile(join(root, 'dist/server/main.js'), 'utf8')).toMatch(/from "ws"|import "ws"/);
    expect(await output('server')).toBe('server first\n');
    expect(await output('bots')).toBe('bots first\n');
    expect(await import(join(root, 'dist/core/main.js'))).toMatchObject({ word: 'first' });
    expect(await readFile(join(root, 'dist/core/types/client/core/index.d.ts'), 'utf8')).toContain('word');

    expect(await build()).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });

    await write('shared/word.ts', "export const word: string = 'second';");
    expect((await build()).stdout).toMatch(SAID);
    expect(await output('server')).toBe('server second\n');
  });

  test('builds again when a part was removed, and always with --force', async () => {
    await build();
    await rm(join(root, 'dist/client'), { recursive: true });
    expect((await build()).stdout).toMatch(SAID);
    expect((await build('--force')).stdout).toMatch(SAID);
    expect((await build()).stdout).toBe('');
  });

  test('replaces a folder that another tool has put in the place of its own', async () => {
    await write('dist/client/index.html', 'by hand');
    await write('dist/server/main.js', 'by hand');
    await write('dist/bots/main.js', 'by hand');
    expect((await build()).stdout).toMatch(SAID);
    expect(await output('server')).toBe('server first\n');
  });

  test('says what is wrong and leaves what there was, to be built again', async () => {
    await build();
    await write('server/main.ts', "import { word } from '../shared/no-word.ts'; console.log(word);");
    for (let attempt = 0; attempt < 2; attempt++) {
      const failed = await build();
      expect(failed.code).toBe(1);
      expect(failed.stderr).toContain('The client and server could not be built.');
      expect(failed.stderr).toContain('no-word.ts');
      expect(failed.stderr).not.toContain('    at ');
    }
    expect(await output('server')).toBe('server first\n');
  });

  test('two at once both succeed, and what they leave is whole', async () => {
    const results = await Promise.all([build(), build(), build('--force')]);
    for (const result of results) expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(await output('server')).toBe('server first\n');
    expect(await output('bots')).toBe('bots first\n');
    expect((await build()).stdout).toBe('');
  });

  test('an unknown flag is refused with a sentence', async () => {
    expect(await build('--fast')).toMatchObject({
      code: 2,
      stderr: 'There is no flag --fast; the build takes --force or nothing.\n',
    });
  });

  test('compresses text where that makes it smaller, and says what it comes to', async () => {
    await write('public/long.txt', 'again and '.repeat(500));
    await write('public/short.txt', 'x');
    await write('public/picture.png', 'again and '.repeat(500));
    const { stdout } = await build();
    const client = join(root, 'dist/client');
    const packed = await readFile(join(client, 'long.txt.br'));
    expect(brotliDecompressSync(packed).toString()).toBe('again and '.repeat(500));
    expect(gunzipSync(await readFile(join(client, 'long.txt.gz'))).toString()).toBe('again and '.repeat(500));
    const files = await readdir(client);
    expect(files).not.toContain('short.txt.br');
    expect(files).not.toContain('picture.png.br');

    const [first, later] = stdout.split('What it loads when it is needed');
    expect(first).toMatch(/\n {2}index\.html .*\n/);
    expect(first).toMatch(/\n {2}assets\/index-\S+\.js .*\n/);
    expect(later).toMatch(/\n {2}long\.txt +5\.0 kB +0\.0 kB\n/);
    expect(later).toMatch(/\n {2}picture\.png +5\.0 kB +5\.0 kB\n/);
  });

  test('the client comes out the same to the byte each time, its pictures too', async () => {
    // A copy, for somebody may be at work on the sources.
    const copy = join(root, 'copy');
    for (const part of ['client', 'shared', 'public']) {
      await cp(join(PROJECT, part), join(copy, part), { recursive: true });
    }
    await symlink(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));
    const first = await bundled(copy, join(root, 'one'));
    const second = await bundled(copy, join(root, 'two'));
    expect([...second.keys()].sort()).toEqual([...first.keys()].sort());
    for (const [file, content] of first) expect(second.get(file)?.equals(content), file).toBe(true);
    expect([...first.keys()].filter((file) => /^\/assets\/atlas-[\w-]+\.png$/.test(file))).toHaveLength(1);
  });
});

/** The client of a project as the bundler makes it: every file by its path. */
async function bundled(project: string, outDir: string): Promise<Map<string, Buffer>> {
  await bundle({
    configFile: join(project, 'client/vite.config.ts'),
    configLoader: 'runner',
    logLevel: 'silent',
    build: { outDir },
  });
  const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(files.map(async (file) => [file.slice(outDir.length), await readFile(file)] as const)),
  );
}
