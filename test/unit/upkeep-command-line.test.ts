import { describe, expect, it } from 'vitest';
import { parseRedisAddress } from '../../server/broker/redis-address.ts';
import { parseCommandLine } from '../../server/upkeep/command-line.ts';

const parse = (line: string, env: Record<string, string> = {}) =>
  parseCommandLine(line === '' ? [] : line.split(' '), env);

const FOLDER = { kind: 'lmdb', folder: './data', world: 'flatlands' };
const serverAt = (url: string, world = 'flatlands') => ({
  kind: 'redis',
  target: { kind: 'server', address: parseRedisAddress(url) },
  world,
});

describe('the command line of upkeep', () => {
  it.each([
    ['export backup.ndjson', { kind: 'export', file: 'backup.ndjson' }],
    ['export -', { kind: 'export', file: '-' }],
    ['import -', { kind: 'import', file: '-' }],
    ['info', { kind: 'info', isJson: false }],
    ['--json info', { kind: 'info', isJson: true }],
    ['forget Ada', { kind: 'forget', name: 'Ada' }],
    ['forget -- --Ada', { kind: 'forget', name: '--Ada' }],
  ])('takes %s', (line, task) => {
    expect(parse(line)).toEqual({ kind: 'run', task, place: FOLDER });
  });

  it.each<[string, Record<string, string>, object]>([
    ['--data /srv/x', {}, { ...FOLDER, folder: '/srv/x' }],
    ['', { FLATLANDS_DATA: '/srv/x', FLATLANDS_WORLD: 'meadow' }, { ...FOLDER, folder: '/srv/x', world: 'meadow' }],
    ['--data=/srv/y', { FLATLANDS_DATA: '/srv/x' }, { ...FOLDER, folder: '/srv/y' }],
    ['--redis redis://b,redis://a --world 007', {}, serverAt('redis://a', '007')],
    ['', { FLATLANDS_REDIS: 'redis://a' }, serverAt('redis://a')],
    ['--redis redis://a --store-redis redis://c', {}, serverAt('redis://c')],
    ['--store-redis redis://c', {}, serverAt('redis://c')],
    ['--redis redis://a', { FLATLANDS_STORE_REDIS: 'redis://c' }, serverAt('redis://c')],
    ['--redis redis://a', { FLATLANDS_DATA: '/srv/x' }, serverAt('redis://a')],
    ['--redis redis://a --data none', {}, serverAt('redis://a')],
    ['--data /srv/x', { FLATLANDS_REDIS: 'redis://a' }, { ...FOLDER, folder: '/srv/x' }],
    ['--redis=', { FLATLANDS_REDIS: 'redis://a' }, FOLDER],
  ])('finds the world by "%s" and %o', (flags, env, place) => {
    expect(parse(`info ${flags}`.trim(), env)).toMatchObject({ kind: 'run', place });
  });

  it('finds a cluster by some of its servers', () => {
    const addresses = ['redis://a', 'redis://b'].map(parseRedisAddress);
    expect(parse('info --redis-cluster redis://a,redis://b')).toMatchObject({
      place: { kind: 'redis', target: { kind: 'cluster', addresses } },
    });
  });

  it.each<[string, Record<string, string>, string]>([
    ['', {}, 'Say what is to be done: the tasks are export, import, info, forget.'],
    ['toString', {}, 'There is no task "toString"; the tasks are export, import, info, forget.'],
    ['export', {}, 'export takes a FILE, and none is given.'],
    ['forget', {}, 'forget takes a NAME, and none is given.'],
    ['forget Ada Lovelace', {}, '"Lovelace" is one word too many for forget.'],
    ['info x', {}, '"x" is one word too many for info.'],
    ['export x --json', {}, '--json is for info, and export takes none.'],
    ['info --json=yes', {}, '--json takes no value.'],
    ['info --json --json', {}, '--json is given twice, and is taken once.'],
    ['info --data', {}, '--data takes a folder, or none, but no value follows it.'],
    ['info --data none', {}, '--data none keeps nothing: name the folder or the Redis of a world.'],
    ['info --world Big', {}, '--world takes 1 to 32 lower-case letters'],
    ['info', { FLATLANDS_WORLD: 'Big' }, 'FLATLANDS_WORLD takes 1 to 32 lower-case letters'],
    ['info --redis http://ada:secret@a', {}, 'not "http://…@a".'],
    ['info --redis redis://a --redis-cluster redis://b', {}, '--redis and --redis-cluster are both given'],
    ['info --redis redis://a --data x', {}, '--data and --redis are both given'],
    ['info', { FLATLANDS_REDIS: 'redis://a', FLATLANDS_DATA: 'x' }, '--data and --redis are both given'],
    ['info --dry-run', {}, 'There is no flag --dry-run; the flags are --data, '],
    ['forget -x', {}, 'There is no flag -x; the flags are --data, '],
  ])('answers "%s" with a sentence, the usage and status 2', (line, env, sentence) => {
    const parsed = parse(line, env);
    expect(parsed).toMatchObject({ kind: 'print', exitCode: 2 });
    const [first, ...rest] = parsed.kind === 'print' ? parsed.text.split('\n') : [];
    expect(first).toContain(sentence);
    expect(rest.join('\n')).toContain('npm run world -- export FILE | import FILE | info [--json] | forget NAME');
  });

  it('helps when asked, whatever else is there', () => {
    const parsed = parse('forget --help');
    expect(parsed).toMatchObject({ kind: 'print', exitCode: 0 });
    for (const word of ['export FILE', '--redis-cluster URL,…', 'FLATLANDS_STORE_REDIS', './data', 'Exit status']) {
      expect(parsed).toHaveProperty('text', expect.stringContaining(word));
    }
  });
});
