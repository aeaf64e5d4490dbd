import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { SETTINGS } from '../../server/settings.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const FILES = ['Dockerfile', 'compose.yaml', 'server/deploy/flatlands.service', 'server/deploy/Caddyfile'];
/** What Caddy's file takes, and compose gives it. */
const OF_CADDY = ['FLATLANDS_SITE', 'FLATLANDS_NODES'];

/** Node's flags and the program, as `npm start` has them. */
const START = packageJson.scripts.start.replace('exec node ', '').split(' ');

describe('the files by which a shard is run', () => {
  it.each(FILES)('%s names settings that there are', (file) => {
    const known = new Set([...Object.values(SETTINGS).map(({ env }) => env as string), ...OF_CADDY]);
    const named = [...read(file).matchAll(/FLATLANDS_[A-Z_]+/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('give settings values that they take', () => {
    const values = [
      ...read('compose.yaml').matchAll(/(FLATLANDS_\w+): (.+)/g),
      ...read('server/deploy/flatlands.service').matchAll(/(FLATLANDS_\w+)=(\S+)/g),
    ];
    const given = values.filter(([, name]) => !OF_CADDY.includes(name as string) && name !== 'FLATLANDS_ADMIN_TOKEN');
    expect(given.length).toBeGreaterThan(5);
    for (const [, name, text] of given) {
      const setting = Object.values(SETTINGS).find(({ env }) => env === name);
      expect(setting?.read(text as string), `${name} ${text}`).toBeDefined();
    }
  });

  it('start the server as npm start does', () => {
    const entry = /^ENTRYPOINT (\[.*\])$/m.exec(read('Dockerfile'))?.[1] ?? '[]';
    expect((JSON.parse(entry) as string[]).slice(1)).toEqual(START);
    const command = /^ExecStart=\/usr\/bin\/node (.*)$/m.exec(read('server/deploy/flatlands.service'))?.[1];
    expect(command?.split(' ')).toEqual(START);
  });

  it('copy into an image what there is, and nothing that is ignored', () => {
    const ignored = read('.dockerignore').trim().split('\n');
    const sources = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    expect(sources.length).toBeGreaterThan(5);
    for (const source of sources) {
      expect(existsSync(join(ROOT, source)), source).toBe(true);
      expect(ignored).not.toContain(source);
    }
  });

  it('systemd takes the unit', () => {
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', join(ROOT, 'server/deploy/flatlands.service')], {
      encoding: 'utf8',
    });
    expect(`${status} ${stderr}`).toBe('0 ');
  });
});
