import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { parseRedisAddress } from '../../server/broker/redis-address.ts';
import { type Parsed, parseConfig } from '../../server/config.ts';
import { SETTINGS } from '../../server/settings.ts';

const rows = Object.values(SETTINGS);

const addressesOf = (...urls: string[]) => urls.map((url) => parseRedisAddress(url));

const parse = (args: string, env: Record<string, string> = {}): Parsed =>
  parseConfig(args === '' ? [] : args.split(' '), env);

function configOf(args: string, env?: Record<string, string>) {
  const parsed = parse(args, env);
  if (parsed.kind !== 'run') throw new Error(parsed.text);
  return parsed.config;
}

function refusalOf(args: string, env?: Record<string, string>): string {
  const parsed = parse(args, env);
  if (parsed.kind !== 'print') throw new Error('was accepted');
  expect(parsed.exitCode).toBe(2);
  return parsed.text;
}

describe('what is accepted', () => {
  test('without flags everything has its default', () => {
    expect(configOf('')).toEqual({
      port: 8080,
      host: '0.0.0.0',
      world: 'flatlands',
      seed: 7,
      terrain: 'meadows',
      openSpawn: false,
      gems: 2,
      flushMs: 100,
      writes: 'direct',
      maxSessions: 10_000,
      queue: 1000,
      drainSeconds: 10,
      origins: [],
      trustedProxies: [],
      connectionsPerAddress: 64,
      data: './data',
      chatDays: 30,
      redis: [],
      redisCluster: [],
      storeRedis: null,
      channelSquares: 1,
      workers: 1,
      filter: null,
      adminToken: null,
      adminWrites: false,
      logLevel: 'info',
      logFormat: 'auto',
    });
  });

  test('every flag is taken, with its value apart or behind an equals sign', () => {
    const expected = {
      port: 0,
      host: '::1',
      world: 'my-world-2',
      seed: 4_294_967_295,
      terrain: 'flat',
      openSpawn: true,
      gems: 0,
      flushMs: 250,
      writes: 'stream',
      maxSessions: 5,
      queue: 7,
      drainSeconds: 30,
      origins: ['https://play.example', 'http://localhost:5173'],
      trustedProxies: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'],
      connectionsPerAddress: 0,
      data: null,
      chatDays: 3650,
      redis: addressesOf('redis://a', 'unix:/run/b.sock'),
      redisCluster: [],
      storeRedis: addressesOf('rediss://u:p@c:6380/2')[0],
      channelSquares: 4,
      workers: 3,
      filter: './words.txt',
      adminToken: 'only-for-those-who-run-it',
      adminWrites: true,
      logLevel: 'debug',
      logFormat: 'json',
    };
    const apart =
      '--port 0 --host ::1 --world my-world-2 --seed 4294967295 --terrain flat --open-spawn --gems 0 ' +
      '--flush-ms 250 --writes stream --max-sessions 5 --queue 7 --drain-seconds 30 --origin https://play.example,http://localhost:5173 --trusted-proxies 127.0.0.1,10.0.0.0/8,fd00::/8 --connections-per-address 0 --data none ' +
      '--chat-days 3650 --redis redis://a,unix:/run/b.sock ' +
      '--store-redis rediss://u:p@c:6380/2 --channel-squares 4 --workers 3 --filter ./words.txt --admin-token only-for-those-who-run-it --admin-writes --log-level debug --log-format json';
    expect(configOf(apart)).toEqual(expected);
    expect(configOf(apart.replaceAll(/ (?!--)/g, '='))).toEqual(expected);
  });

  test('every variable is taken, and a flag wins over it', () => {
    const env = Object.fromEntries(rows.map((row) => [row.env, row.byDefault]));
    expect(configOf('', { ...env, FLATLANDS_PORT: '81', FLATLANDS_OPEN_SPAWN: 'true' })).toEqual({
      ...configOf(''),
      port: 81,
      openSpawn: true,
    });
    expect(configOf('--port 82 --open-spawn=false', { FLATLANDS_PORT: '81', FLATLANDS_OPEN_SPAWN: 'true' })).toEqual({
      ...configOf(''),
      port: 82,
    });
  });

  test('an empty variable counts as unset, and variables of others are left alone', () => {
    expect(configOf('', { FLATLANDS_PORT: '', PORT: 'x', FLATLANDS_WORKER: 'x' }).port).toBe(8080);
  });

  test('the folder is as it was written, and none where nothing or Redis keeps the world', () => {
    expect(configOf('--data /srv/world').data).toBe('/srv/world');
    expect(configOf('--data ./none --workers 4').data).toBe('./none');
    for (const args of ['--data none', '--redis redis://a', '--redis-cluster redis://a', '--workers 2 --data none']) {
      expect(configOf(args).data, args).toBeNull();
    }
    expect(configOf('--store-redis redis://a --workers 2').data).toBeNull();
    expect(configOf('--redis redis://a', { FLATLANDS_DATA: 'none' }).data).toBeNull();
  });

  test('a text stays what was written, also where it looks like a number', () => {
    expect(configOf('--world 007').world).toBe('007');
    expect(configOf('--world 1e3').world).toBe('1e3');
  });

  test('the configuration and its lists are frozen', () => {
    const config = configOf('--origin https://a.example');
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.origins)).toBe(true);
  });
});

describe('what is refused, with one sentence and exit code 2', () => {
  const WRONG: Record<keyof typeof SETTINGS, string[]> = {
    port: ['-1', '65536', '80.5', 'http', '0x50', '1e3', ' 80'],
    host: ['a b', '-x', 'http://x', '[::1]', 'a..b'],
    world: ['A', 'a_b', '-a', 'x'.repeat(33), 'a:b'],
    seed: ['4294967296', '-7', 'seven'],
    terrain: ['hills', 'Flat', 'toString'],
    openSpawn: ['yes', '1'],
    gems: ['33', '-1', 'two'],
    writes: ['fast', 'Direct'],
    flushMs: ['0', '49', '75', '1050', '1000.5'],
    queue: ['-1', '100001', 'long'],
    maxSessions: ['0', '1000001', '10k'],
    drainSeconds: ['-1', '3601', '1.5'],
    trustedProxies: ['10.0.0.0/33', 'fd00::/129', 'localhost', '10.0.0.1,', '10.0.0', '::1/'],
    connectionsPerAddress: ['-1', '1.5', '1000001'],
    origins: ['play.example', 'https://play.example/', 'https://play.example,', '*', 'null', 'ftp://x.example'],
    data: [' ', '\t'],
    chatDays: ['0', '3651', '1.5'],
    redis: ['localhost', 'redis://a,', 'http://a', 'redis://a b'],
    redisCluster: ['localhost', 'unix:/run/a.sock', 'redis://a/1', 'redis://a,'],
    storeRedis: ['localhost', 'redis://a,redis://b'],
    channelSquares: ['2', '0', '64', '01'],
    workers: ['0', '65', 'two'],
    filter: [' ', '\t'],
    adminToken: ['short', 'fifteen-letters', 'with a space in it', 'x'.repeat(257), '"quoted-as-in-a-shell"'],
    adminWrites: ['yes', '1'],
    logLevel: ['loud', 'INFO'],
    logFormat: ['text', 'JSON'],
  };

  for (const [key, texts] of Object.entries(WRONG)) {
    const row = SETTINGS[key as keyof typeof SETTINGS];
    test(`${row.flag} and ${row.env} name themselves and what they accept`, () => {
      for (const text of texts) {
        const instead = row.isSecret === true ? 'not what was given' : `not ${JSON.stringify(text)}`;
        const sentence = `takes ${row.accepts}, ${instead}.`;
        const parsed = parseConfig([`${row.flag}=${text}`], {});
        expect(parsed).toEqual({ kind: 'print', text: `${row.flag} ${sentence}`, exitCode: 2 });
        expect(refusalOf('', { [row.env]: text })).toBe(`${row.env} ${sentence}`);
      }
    });
  }

  test('a password never stands in what is printed', () => {
    expect(refusalOf('--redis redis://ada:secret@a:x')).toContain('not "redis://…@a:x".');
    expect(refusalOf('--redis redis://a,http://ada:secret@b')).not.toContain('secret');
  });

  test('flags that contradict one another', () => {
    expect(refusalOf('--redis redis://a --redis-cluster redis://b')).toBe(
      '--redis and --redis-cluster are both given: a world is shared over one or the other.',
    );
    expect(refusalOf('--store-redis redis://a')).toContain('--store-redis is for nodes that share a world');
    expect(configOf('--store-redis redis://a --workers 2').workers).toBe(2);
  });

  test('a folder besides Redis, also when it is where it would be anyway', () => {
    const both = (other: string): string =>
      `--data and ${other} are both given: a world is kept in a folder or in Redis.`;
    expect(refusalOf('--data ./data --redis redis://a')).toBe(both('--redis'));
    expect(refusalOf('--redis-cluster redis://a', { FLATLANDS_DATA: '/srv' })).toBe(both('--redis-cluster'));
    expect(refusalOf('--data /srv --workers 2 --store-redis redis://a')).toBe(both('--store-redis'));
  });

  test('a flag without its value', () => {
    expect(refusalOf('--open-spawn --port')).toBe(
      '--port takes a whole number from 0 to 65535, but no value follows it.',
    );
    expect(refusalOf('--port --open-spawn')).toContain('--port takes a whole number');
  });

  test('a flag given twice', () => {
    expect(refusalOf('--port 1 --port 2')).toBe('--port is given twice, and is taken once.');
  });

  test('an unknown flag, which flags of later versions are too', () => {
    for (const flag of ['--fly', '--prot', '-p', '--no-open-spawn', '--__proto__', '--Port']) {
      const text = refusalOf(`${flag} x`);
      expect(text).toMatch(new RegExp(`^There is no flag ${flag}; the flags are --port, .*--help, --version\\.$`));
    }
  });

  test('a word that belongs to no flag', () => {
    expect(refusalOf('8081')).toContain('"8081"');
    expect(refusalOf('-- --port')).toContain('"--port"');
    expect(refusalOf('--open-spawn yes')).toContain('"yes"');
  });

  test('every refusal is one line', () => {
    for (const args of ['--redis', 'x', '--port x', '--port', '--seed 1 --seed 1']) {
      expect(refusalOf(args).split('\n')).toHaveLength(1);
    }
  });
});

describe('what is printed', () => {
  test('--help lists every flag with its variable, default and accepted values', () => {
    const parsed = parse('--help');
    if (parsed.kind !== 'print') throw new Error('help did not print');
    expect(parsed.exitCode).toBe(0);
    for (const row of rows) {
      expect(parsed.text).toContain(row.flag);
      expect(parsed.text).toContain(row.env);
      expect(parsed.text).toContain(row.help);
      expect(parsed.text).toContain(`Takes ${row.accepts}; default ${row.byDefault || 'none'}.`);
    }
  });

  test('--version is that of the package', () => {
    expect(parse('--version')).toEqual({ kind: 'print', text: packageJson.version, exitCode: 0 });
  });
});

test('a setting accepts its own default, and its variable follows from its flag', () => {
  for (const row of rows) {
    expect(row.read(row.byDefault)).toBeDefined();
    expect(row.env).toBe(`FLATLANDS_${row.flag.slice(2).replaceAll('-', '_').toUpperCase()}`);
  }
});
