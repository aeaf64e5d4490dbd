import { describe, expect, it } from 'vitest';
import { checkConfig, type Parsed, parseConfig } from '../../server/config.ts';

type Env = Parameters<typeof parseConfig>[1];

/** One file, whose name is c.json; there is no other. */
const fileOf =
  (content: unknown) =>
  (file: string): string => {
    if (file !== 'c.json') throw new Error('no such file');
    return typeof content === 'string' ? content : JSON.stringify(content);
  };

const parse = (content: unknown, args = '', env: Env = {}): Parsed =>
  parseConfig(['--config', 'c.json', ...args.split(' ').filter((word) => word !== '')], env, fileOf(content));

function configOf(content: unknown, args = '', env: Env = {}) {
  const parsed = parse(content, args, env);
  if (parsed.kind !== 'run') throw new Error(parsed.text);
  return parsed.config;
}

const refusalOf = (content: unknown, args = ''): string => {
  const parsed = parse(content, args);
  return parsed.kind === 'print' ? parsed.text : 'taken';
};

describe('a configuration file', () => {
  it('has flags without their dashes, with texts, numbers, switches and lists', () => {
    const content = { port: 81, world: '007', 'open-spawn': true, origin: ['https://a.example', 'https://b.example'] };
    expect(configOf(content)).toMatchObject({
      port: 81,
      world: '007',
      openSpawn: true,
      origins: ['https://a.example', 'https://b.example'],
    });
  });

  it('gives way to a variable, and that to a flag; what none of them says is as by default', () => {
    const content = { port: 81, gems: 5, seed: 9 };
    const config = configOf(content, '--port 83', { FLATLANDS_PORT: '82', FLATLANDS_GEMS: '6' });
    expect([config.port, config.gems, config.seed, config.flushMs]).toEqual([83, 6, 9, 100]);
  });

  it('may be named by a variable', () => {
    const parsed = parseConfig([], { FLATLANDS_CONFIG: 'c.json' }, fileOf({ port: 81 }));
    expect(parsed).toMatchObject({ kind: 'run', config: { port: 81 } });
    expect(parseConfig([], { FLATLANDS_CONFIG: '' }, fileOf({ port: 81 }))).toMatchObject({ config: { port: 8080 } });
  });

  it('may say where the world is kept, beside Redis not twice', () => {
    expect(configOf({ redis: 'redis://a' }).data).toBeNull();
    expect(refusalOf({ redis: 'redis://a', data: './here' })).toContain('--data and --redis are both given');
  });

  it.each([
    ['no JSON', 'c.json is not JSON'],
    ['[]', 'c.json has to be one JSON object'],
    [{ wold: 'x' }, 'c.json has "wold", which is no setting; the settings are port, host,'],
    [{ config: 'd.json' }, 'c.json has "config", which is no setting'],
    [{ port: 70_000 }, 'c.json: "port" takes a whole number from 0 to 65535, not "70000".'],
    [{ port: null }, 'c.json: "port" takes a text, a number, true, false, or a list of texts.'],
    [{ origin: [1] }, 'c.json: "origin" takes a text, a number, true, false, or a list of texts.'],
    [{ 'admin-token': 'too short' }, 'not what was given.'],
  ])('with %j is refused in a sentence that names the place', (content, sentence) => {
    expect(refusalOf(content)).toContain(sentence);
  });

  it('that is not there is refused, and so is a flag without a name', () => {
    expect(parseConfig(['--config', 'd.json'], {}, fileOf({}))).toEqual({
      kind: 'print',
      text: 'd.json cannot be read: no such file.',
      exitCode: 2,
    });
    expect(parseConfig(['--config'], {}, fileOf({}))).toMatchObject({
      text: expect.stringContaining('no value follows'),
    });
  });
});

describe('a configuration looked over', () => {
  const check = (content: unknown, args: string[] = [], env: Env = {}) =>
    checkConfig(['--config', 'c.json', ...args], env, fileOf(content));

  it('is every setting with where it is from, and nothing that is secret', () => {
    const { settings, mistakes } = check({ seed: 9, redis: 'redis://u:secret@a' }, ['--port', '81'], {
      FLATLANDS_ADMIN_TOKEN: 'a-token-that-nobody-sees',
    });
    expect(mistakes).toEqual([]);
    const found = Object.fromEntries(settings.map(({ flag, text, origin }) => [flag, `${text} ${origin}`]));
    expect(found).toMatchObject({
      '--port': '81 flag',
      '--seed': '9 file',
      '--admin-token': '(hidden) variable',
      '--redis': 'redis://…@a file',
      '--flush-ms': '100 default',
    });
    expect(JSON.stringify(settings)).not.toMatch(/secret|nobody-sees/);
  });

  it('has all mistakes at once', () => {
    const { mistakes } = check({ wold: 1, port: 70_000 }, ['--gems', '40', '--store-redis', 'redis://a']);
    expect(mistakes.map((mistake) => mistake.split(' ').slice(0, 2).join(' '))).toEqual([
      'c.json has',
      'c.json: "port"',
      '--gems takes',
      '--store-redis is',
    ]);
    expect(check({}, ['--fly']).mistakes).toHaveLength(1);
  });
});
