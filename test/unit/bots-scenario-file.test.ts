import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULTS } from '../../client/bots/options.ts';
import { NoScenario, optionsOf, parseScenario, readScenario } from '../../client/bots/scenario-file.ts';

/** Two groups, of which the second comes and goes. */
const GOOD = {
  name: 'Two groups',
  seconds: 120,
  seed: 7,
  groups: [
    { behaviour: 'wander', players: 150 },
    { behaviour: 'crowd', players: 80, from: 20, to: 80, over: 10, placement: 'together' },
  ],
  faults: { from: 60, to: 75 },
};

const parse = (value: unknown, nodes = 1) => parseScenario('evening.json', JSON.stringify(value), nodes);

/** What is said of a file, each sentence without the file's name. */
function complaints(value: unknown, nodes = 1): string[] {
  try {
    parse(value, nodes);
  } catch (error) {
    if (!(error instanceof NoScenario)) throw error;
    return error.message.split('\n').map((line) => line.replace(/^evening\.json: /, ''));
  }
  return [];
}

/** The same with another second group. */
const second = (group: object) => ({
  ...GOOD,
  groups: [GOOD.groups[0], { behaviour: 'crowd', players: 80, ...group }],
});

const UNSAID = { placement: undefined, fullShare: undefined, screen: undefined, node: undefined };

describe('a scenario file', () => {
  it('says who is there when', () => {
    expect(parse(GOOD)).toEqual({
      scenario: {
        name: 'Two groups',
        groups: [
          {
            ...UNSAID,
            name: 'wander',
            behaviours: { wander: 1 },
            players: 150,
            fromSeconds: undefined,
            toSeconds: undefined,
            overSeconds: 0,
          },
          {
            ...UNSAID,
            name: 'crowd',
            behaviours: { crowd: 1 },
            players: 80,
            fromSeconds: 20,
            toSeconds: 80,
            overSeconds: 10,
            placement: 'together',
          },
        ],
      },
      seconds: 120,
      seed: 7,
      faults: { fromSeconds: 60, toSeconds: 75 },
    });
  });

  it('may leave out its name, which is then the file’s, the seed and the faults', () => {
    const { seed, faults, scenario } = parse({ seconds: 30, groups: [{ behaviour: 'mixed', players: 5 }] });
    expect({ seed, faults, name: scenario.name }).toEqual({ seed: undefined, faults: undefined, name: 'evening' });
  });

  it('has groups that come and go at fifty players a second unless they say otherwise', () => {
    const overOf = (group: object) => parse(second(group)).scenario.groups[1]?.overSeconds;
    expect(overOf({ from: 20 })).toBe(1.6);
    expect(overOf({ to: 20 })).toBe(1.6);
    expect(overOf({ from: 20, over: 4 })).toBe(4);
    expect(overOf({})).toBe(0);
  });

  it('has groups of several behaviours, with names, screens, shares and servers of their own', () => {
    const group = { name: 'guests', behaviour: 'mixed:3,phones', fullShare: 0.5, node: 1 };
    const read = (screen: unknown) => parse(second({ ...group, screen }), 2).scenario.groups[1];
    const expected = { name: 'guests', behaviours: { mixed: 3, phones: 1 }, fullShare: 0.5, node: 1 };
    expect(read('20x12')).toMatchObject({ ...expected, screen: { width: 20, height: 12 } });
    expect(read({ height: 12, width: 20 })).toMatchObject({ screen: { width: 20, height: 12 } });
  });

  const BEHAVIOURS = expect.stringMatching(/^groups\[1\]\.behaviour: it takes names out of wander, .*, not "run"\.$/);
  const SCREEN =
    'groups[1].screen: it takes a size such as "40x24" or { "width": 40, "height": 24 } of up to 128 by 96 tiles, not ';
  const SHARE = 'groups[1].fullShare: it takes a number above 0 up to 1, not ';

  it.each<[string, object, unknown]>([
    ['a group that goes after the end', { to: 130 }, 'groups[1].to: 130 lies after the end of the run, 120 s.'],
    ['a group that comes after the end', { from: 121 }, 'groups[1].from: 121 lies after the end of the run, 120 s.'],
    ['a group that goes before it comes', { from: 30, to: 20 }, 'groups[1].to: 20 does not lie after "from", 30.'],
    ['a group that goes as it comes', { from: 30, to: 30 }, 'groups[1].to: 30 does not lie after "from", 30.'],
    ['a time that is none', { from: '20' }, 'groups[1].from: it takes a number of seconds from 0, not "20".'],
    ['a time before the beginning', { from: -1 }, 'groups[1].from: it takes a number of seconds from 0, not -1.'],
    ['an end at the beginning', { to: 0 }, 'groups[1].to: it takes a number of seconds above 0, not 0.'],
    [
      'a group that comes until after the end',
      { from: 115, over: 6 },
      'groups[1].over: 6 s to come do not fit between 115 and 120 s.',
    ],
    [
      'a group that has no time to come and go',
      { from: 20, to: 22 },
      'groups[1].over: 1.6 s to come and 1.6 s to go, 50 players a second for it is not given, do not fit between 20 and 22 s.',
    ],
    ['a group that has no time to go', { to: 5, over: 6 }, 'groups[1].over: 6 s to go do not fit between 0 and 5 s.'],
    [
      'a time for what does not happen',
      { over: 5 },
      'groups[1].over: nobody comes or goes: there is neither "from" nor "to".',
    ],
    [
      'more than can be connected',
      { from: 5, over: 0.1 },
      'groups[1].over: 80 players in 0.1 s are more than 300 a second.',
    ],
    ['an unknown behaviour', { behaviour: 'run' }, BEHAVIOURS],
    ['no players', { players: 0 }, 'groups[1].players: it takes a whole number from 1 to 20000, not 0.'],
    ['half a player', { players: 2.5 }, 'groups[1].players: it takes a whole number from 1 to 20000, not 2.5.'],
    ['another placement', { placement: 'apart' }, 'groups[1].placement: it takes spread or together, not "apart".'],
    [
      'a crowd that is spread',
      { placement: 'spread' },
      'groups[1].placement: those who crowd are always together, never spread.',
    ],
    ['a share above 1', { fullShare: 2 }, `${SHARE}2.`],
    ['a share of 0', { fullShare: 0 }, `${SHARE}0.`],
    ['a screen that is none', { screen: '40' }, `${SCREEN}"40".`],
    ['a screen that is too large', { screen: '200x24' }, `${SCREEN}"200x24".`],
    [
      'a screen with more to it',
      { screen: { width: 4, height: 4, depth: 1 } },
      `${SCREEN}{"width":4,"height":4,"depth":1}.`,
    ],
    ['a server where there is one', { node: 1 }, 'groups[1].node: it takes 0, for there is one --url, not 1.'],
    ['a name of two lines', { name: 'a\nb' }, 'groups[1].name: it takes a text of up to 40 characters, not "a\\nb".'],
    [
      'an unknown field',
      { form: 20 },
      'groups[1].form: there is no such field; the fields are name, behaviour, players, from, to, over, placement, fullShare, screen, node.',
    ],
  ])('with %s is refused with a sentence that names the place', (_, group, sentence) => {
    expect(complaints(second(group))).toEqual([sentence]);
  });

  it.each<[string, object, string]>([
    ['no length', { seconds: undefined }, 'seconds: it is missing; it takes a whole number from 1 to 86400.'],
    ['a length of 0', { seconds: 0 }, 'seconds: it takes a whole number from 1 to 86400, not 0.'],
    ['a negative seed', { seed: -1 }, 'seed: it takes a whole number from 0 to 4294967295, not -1.'],
    ['no groups', { groups: [] }, 'groups: it takes a list of 1 to 100 groups, not [].'],
    ['groups that are no list', { groups: 5 }, 'groups: it takes a list of 1 to 100 groups, not 5.'],
    [
      'a group that is none',
      { groups: ['wander'] },
      'groups[0]: it takes an object such as { "behaviour": "wander", "players": 100 }.',
    ],
    [
      'a group of nobody in particular',
      { groups: [{ behaviour: 'wander' }] },
      'groups[0].players: it is missing; it takes a whole number from 1 to 20000.',
    ],
    [
      'too many players',
      { groups: Array.from({ length: 3 }, () => ({ behaviour: 'wander', players: 7000 })) },
      'groups: 21000 players are more than 20000.',
    ],
    [
      'faults that are none',
      { faults: '8-20' },
      'faults: it takes an object such as { "from": 60, "to": 75 }, not "8-20".',
    ],
    [
      'faults without an end',
      { faults: { from: 3 } },
      'faults.to: it is missing; it takes a number of seconds above 0.',
    ],
    ['faults after the end', { faults: { from: 60, to: 130 } }, 'faults.to: 130 lies after the end of the run, 120 s.'],
    ['faults backwards', { faults: { from: 60, to: 50 } }, 'faults.to: 50 does not lie after "from", 60.'],
    [
      'an unknown field',
      { group: [] },
      'group: there is no such field; the fields are name, seconds, seed, groups, faults.',
    ],
    [
      'a long name',
      { name: 'x'.repeat(101) },
      `name: it takes a text of up to 100 characters, not "${'x'.repeat(59)}….`,
    ],
  ])('with %s is refused with a sentence that names the place', (_, some, sentence) => {
    expect(complaints({ ...GOOD, ...some })).toEqual([sentence]);
  });

  it('is told all that is wrong at once, and of very much only the beginning', () => {
    expect(complaints({ ...second({ players: 0, to: 130, node: 3 }), seed: 'x' }, 2)).toEqual([
      'seed: it takes a whole number from 0 to 4294967295, not "x".',
      'groups[1].players: it takes a whole number from 1 to 20000, not 0.',
      'groups[1].node: it takes a whole number from 0 to 1, one of those of --url, not 3.',
      'groups[1].to: 130 lies after the end of the run, 120 s.',
    ]);
    const strange = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`x${i}`, i]));
    const said = complaints({ ...GOOD, ...strange });
    expect(said).toHaveLength(21);
    expect(said.at(-1)).toBe('30 more things are wrong.');
  });

  it.each([
    ['{ "seconds": 5,', /^evening\.json is no scenario: it is not JSON \(.+\)\.$/],
    ['[]', /^evening\.json is no scenario: it is not an object with groups\.$/],
    ['null', /^evening\.json is no scenario: it is not an object with groups\.$/],
  ])('that holds %s is none', (text, sentence) => {
    expect(() => parseScenario('evening.json', text, 1)).toThrow(sentence);
  });

  it('that is not there, or too large, is refused', () => {
    const folder = mkdtempSync(join(tmpdir(), 'flatlands-scenario-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect(() => readScenario(join(folder, 'none.json'), 1)).toThrow(/none\.json cannot be read\.$/);
    expect(() => readScenario(folder, 1)).toThrow(/ cannot be read\.$/);
    writeFileSync(join(folder, 'large.json'), ' '.repeat(1_000_001));
    expect(() => readScenario(join(folder, 'large.json'), 1)).toThrow(/large\.json is no scenario: it is larger than /);
  });
});

describe('the options of a scenario’s run', () => {
  it('are what the file says, and what flags say besides', () => {
    const options = optionsOf(
      parse(second({ behaviour: 'crowd:3,phones' })),
      { ...DEFAULTS, fullShare: 0.5 },
      undefined,
    );
    expect(options).toMatchObject({
      players: 230,
      seconds: 120,
      seed: 7,
      fullShare: 0.5,
      behaviours: { wander: 150, crowd: 60, phones: 20 },
      faults: { fromSeconds: 60, toSeconds: 75 },
      scenario: { name: 'Two groups' },
    });
  });

  it('take the seed that was given, else the file’s, else the usual one', () => {
    expect(optionsOf(parse(GOOD), DEFAULTS, 3).seed).toBe(3);
    expect(optionsOf(parse(GOOD), DEFAULTS, undefined).seed).toBe(7);
    expect(optionsOf(parse({ ...GOOD, seed: undefined }), DEFAULTS, undefined).seed).toBe(DEFAULTS.seed);
  });
});

describe('the scenarios that come along', () => {
  const folder = join(import.meta.dirname, '../scenarios');
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

  it('are several', () => {
    expect(files.length).toBeGreaterThanOrEqual(3);
  });

  it.each(files)('%s is one', (file) => {
    const { scenario, seed } = readScenario(join(folder, file), 1);
    expect(scenario.name).not.toBe(file.replace('.json', ''));
    expect(seed).toBeDefined();
  });

  it('are as the README shows one', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
    const shown = /```json\n(\{[^`]*"groups"[^`]*)```/.exec(readme)?.[1] ?? '';
    expect(parseScenario('README.md', shown, 1).scenario.groups).toHaveLength(3);
  });
});
