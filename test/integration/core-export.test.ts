import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { importsOf } from '../helpers/imports.ts';
import { runProgram } from '../helpers/program.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { ensureServerBuilt } from '../helpers/server-process.ts';
import { startShard } from '../helpers/shard.ts';
import { until } from '../helpers/until.ts';

// Somebody else's project, which has this one among its modules.

const PROJECT = join(import.meta.dirname, '../..');
const TSC = join(PROJECT, 'node_modules/typescript/bin/tsc');

/** The ten lines of a bot, as the README shows them. */
const BOT = blockUnder('## Write your own client');

/** The first block of JavaScript under a heading of the README. */
function blockUnder(heading: string): string {
  const [, section] = readFileSync(join(PROJECT, 'README.md'), 'utf8').split(`\n${heading}\n`);
  const block = section?.split('\n## ', 1)[0]?.match(/```js\n(.*?)```/s)?.[1];
  if (block === undefined) throw new Error(`README.md has no block of JavaScript under ${heading}.`);
  return block;
}

let folder: string;

beforeAll(async () => {
  await ensureServerBuilt();
  folder = await mkdtemp(join(tmpdir(), 'flatlands-bot-'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await mkdir(join(folder, 'node_modules'));
  await symlink(PROJECT, join(folder, 'node_modules/flatlands'));
  await symlink(join(PROJECT, 'node_modules/ws'), join(folder, 'node_modules/ws'));
});

afterAll(() => rm(folder, { recursive: true }));

test('the ten lines join a world, see who is near and walk', async () => {
  expect(BOT.trim().split('\n')).toHaveLength(10);
  const app = await startShard();
  onTestFinished(() => app.stop());
  const url = `ws://127.0.0.1:${app.port}/ws`;
  const { client: ada } = await RawClient.join(url, { name: 'Ada', at: [3, -4] });
  await RawClient.join(url, { name: 'Blaise', at: [-2, 5] });

  expect(BOT).toContain('localhost:8080');
  await writeFile(join(folder, 'bot.js'), BOT.replace('localhost:8080', `127.0.0.1:${app.port}`));
  const bot = spawn(process.execPath, ['bot.js'], { cwd: folder });
  onTestFinished(() => void bot.kill());
  let said = '';
  for (const stream of [bot.stdout, bot.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  await until('the bot had seen both', () => {
    if (bot.exitCode !== null) throw new Error(`it ended with ${bot.exitCode}: ${said}`);
    return said.includes('Ada 3 -4\n') && said.includes('Blaise -2 5\n');
  });
  // Nobody else walks here.
  await until('the bot had walked', () => ada.messages.some(({ type }) => type === 'motions'));
  expect(said).toMatch(/^((Ada 3 -4|Blaise -2 5|undefined -?\d+ -?\d+)\n)+$/);
});

test('the bundle stands alone, so that a page can import it as well', async () => {
  expect(importsOf('main.js', await readFile(join(PROJECT, 'dist/core/main.js'), 'utf8'))).toEqual([]);
});

test.each(['nodenext', 'bundler'])(
  'a program in TypeScript knows its types with module resolution %s',
  async (kind) => {
    await writeFile(
      join(folder, 'front-end.ts'),
      `import { Client, type ClientOptions, headingTowards, type Person, STANDING, UNITS_PER_TILE } from 'flatlands/client';

    export function nearest(client: Client): Person | undefined {
      const own = client.ownPosition();
      if (own === undefined || client.state.phase !== 'joined') return undefined;
      const far = (person: Person): number => Math.hypot(person.x - own.x, person.y - own.y) / UNITS_PER_TILE;
      const [person] = [...client.people()].sort((a, b) => far(a) - far(b));
      client.walk(person === undefined ? STANDING : headingTowards(person.x - own.x, person.y - own.y));
      return person;
    }
    const options: Pick<ClientOptions, 'openSocket' | 'observer'> = {
      openSocket: (url, protocol) => new WebSocket(url, protocol),
      observer: { joined: ({ world }) => console.log(world.toUpperCase()) },
    };
    // @ts-expect-error a heading is a number
    export const walkEast = (client: Client): void => client.walk('east');
    // @ts-expect-error most options are missing
    export const client = new Client(options);
    `,
    );
    const module = kind === 'nodenext' ? 'nodenext' : 'esnext';
    const flags = ['--strict', '--noEmit', '--target', 'es2022', '--module', module, '--moduleResolution', kind];
    const { code, stdout } = await runProgram(process.execPath, [TSC, 'front-end.ts', ...flags], { cwd: folder });
    expect(stdout).toBe('');
    expect(code).toBe(0);
  },
);
