import { describe, expect, it } from 'vitest';
import type { StoreRecord } from '../../server/store/store.ts';
import { FileFault } from '../../server/upkeep/failure.ts';
import type { TextLine } from '../../server/upkeep/lines.ts';
import { endLine, FORMAT_VERSION, headerLine, recordLine, recordsIn } from '../../server/upkeep/record-file.ts';
import { Tally } from '../../server/upkeep/tally.ts';

const PLAYER = {
  type: 'player',
  id: 4_294_967_295,
  tokenHash: 'a-Z_0',
  generation: 1,
  person: { name: 'P 🦊', look: 7, version: 65_535 },
  place: { x: -17_592_186_044_416, y: 17_592_186_044_415 },
  home: undefined,
  score: 9_007_199_254_740_991,
} as const satisfies StoreRecord;
const TILES = [
  { tile: 0, kind: 0, revision: 3 },
  { tile: 1023, kind: 255, revision: 7 },
];
const SQUARE = {
  type: 'square',
  sx: -2_147_483_648,
  sy: 2_147_483_647,
  edits: { revision: 7, tiles: TILES },
} as const satisfies StoreRecord;
const said = (id: number) => ({ id, player: 1, name: '', text: '/me waves', atMs: 1_700_000_000_000 });
const CHAT = { type: 'chat', sx: 0, sy: 0, lastId: 9, lines: [said(3), said(9)] } as const satisfies StoreRecord;
const CLAIM = { type: 'claim', period: 0, gem: '0,0:1', player: 1 } as const satisfies StoreRecord;
const WORLD = { type: 'world', lastId: 0, worldMs: 123_456.75 } as const satisfies StoreRecord;
const EDIT = { tile: 1023, kind: 17, revision: 7, before: 0, player: 0, atMs: 1_700_000_000_000 };
const LOG = { type: 'log', sx: 0, sy: -1, edits: [EDIT] } as const satisfies StoreRecord;
const RULE = { type: 'rule', key: 'area:the square', text: '{"x":0}' } as const satisfies StoreRecord;
const AUDIT = { type: 'audit', id: 1, text: '{"action":"kick"}' } as const satisfies StoreRecord;
const ALL: readonly StoreRecord[] = [WORLD, PLAYER, SQUARE, CHAT, CLAIM];

const HEADER = headerLine('flatlands', new Date(0));

function textOf(records: readonly StoreRecord[]): string {
  const tally = new Tally();
  for (const record of records) tally.add(record);
  return [HEADER, ...records.map(recordLine), endLine(tally)].join('');
}

/** As they come out of a file. */
async function* linesOf(text: string): AsyncGenerator<TextLine> {
  const lines = text.split('\n');
  const rest = lines.pop() ?? '';
  for (const [i, line] of lines.entries()) yield { number: i + 1, text: line, isEnded: true };
  if (rest !== '') yield { number: lines.length + 1, text: rest, isEnded: false };
}

async function read(text: string): Promise<StoreRecord[]> {
  const records: StoreRecord[] = [];
  for await (const record of recordsIn(linesOf(text))) records.push(record);
  return records;
}

async function faultOf(text: string): Promise<string> {
  try {
    await read(text);
  } catch (error) {
    if (error instanceof FileFault) return error.of('f');
    throw error;
  }
  return 'none';
}

describe('a world as a file', () => {
  it('is read as it was written', async () => {
    const text = textOf(ALL);
    expect(await read(text)).toEqual(ALL);
    expect(text.split('\n').at(-2)).toBe('{"type":"end","records":5,"profiles":1,"edits":1,"gems":1,"chat":2}');
    expect(JSON.parse(HEADER)).toEqual({
      type: 'header',
      format: 'flatlands-world',
      version: FORMAT_VERSION,
      world: 'flatlands',
      date: '1970-01-01T00:00:00.000Z',
    });
  });

  it('holds what hosts have laid down and done, and who made which edit', async () => {
    const records = [LOG, RULE, AUDIT];
    const text = textOf(records);
    expect(await read(text)).toEqual(records);
    expect(text).toContain('{"type":"end","records":3,"profiles":0,"edits":0,"gems":0,"chat":0}');
  });

  it('is read as an older version wrote it', async () => {
    expect(await read(textOf(ALL).replace(`"version":${FORMAT_VERSION}`, '"version":1'))).toEqual(ALL);
  });

  it('is refused when it has been cut off, wherever', async () => {
    const text = textOf(ALL);
    for (let length = 0; length < text.length - 1; length++) {
      const cut = text.slice(0, length);
      const line = cut.split('\n').length;
      // A line that lacks nothing but its break is one; the next is missing.
      const isWhole = cut !== '' && text[length] === '\n';
      const sentence = cut === '' ? 'it is empty' : 'the file has been cut off here';
      expect(await faultOf(cut), cut).toContain(`Line ${isWhole ? line + 1 : line} of f: ${sentence}`);
    }
    // All but its last line break.
    expect(await read(text.trimEnd())).toEqual(ALL);
  });

  it('is refused when a line is missing, or is one too many', async () => {
    const lines = textOf(ALL).split('\n');
    expect(await faultOf(lines.toSpliced(2, 1).join('\n'))).toBe('Line 6 of f: "records" is 5, but 4 came before it');
    expect(await faultOf(lines.toSpliced(2, 0, lines[2] as string).join('\n'))).toContain('"records" is 5, but 6 came');
    const changed = textOf(ALL).replace('"edits":1,', '"edits":2,');
    expect(await faultOf(changed)).toBe('Line 7 of f: "edits" is 2, but 1 came before it');
    expect(await faultOf(`${textOf(ALL)}${HEADER}`)).toBe('Line 8 of f: nothing may come after the counts at the end');
  });

  it.each([
    '{}',
    '{"type":"player"}',
    HEADER.replace('flatlands-world', 'other').trim(),
    HEADER.replace(`"version":${FORMAT_VERSION}`, '"version":"1"').trim(),
  ])('is refused when it begins with %s', async (line) => {
    expect(await faultOf(`${line}\n`)).toBe('Line 1 of f: it does not begin like a file that export has written');
  });

  it('is refused when a newer version has written it, whatever that has put there', async () => {
    const newer = HEADER.replace(`"version":${FORMAT_VERSION}`, `"version":${FORMAT_VERSION + 1},"more":true`);
    expect(await faultOf(`${newer}{"type":"cloud"}\n`)).toBe(
      `Line 1 of f: the file was written by a newer version of Flatlands (format ${FORMAT_VERSION + 1}, this one knows ${FORMAT_VERSION}), which can import it`,
    );
  });
});

describe('a record is refused, with a sentence on where and what,', () => {
  const person = (change: object) => ({ ...PLAYER, person: { ...PLAYER.person, ...change } });
  const square = (...tiles: readonly object[]) => ({ ...SQUARE, edits: { revision: 7, tiles } });
  const chat = (...lines: readonly object[]) => ({ ...CHAT, lines });
  const [tile] = TILES;

  it.each<[object, string]>([
    [{ ...WORLD, type: 'cloud' }, 'type takes player, square, chat, claim, log, rule, audit, world, not "cloud"'],
    [
      { ...WORLD, type: '__proto__' },
      'type takes player, square, chat, claim, log, rule, audit, world, not "__proto__"',
    ],
    [{ id: 1 }, 'type is missing, and takes player, square, chat, claim, log, rule, audit, world'],
    [[], 'it is no object in JSON'],
    [{ ...PLAYER, id: 0 }, 'id takes a whole number from 1 to 4294967295, not 0'],
    [{ ...PLAYER, id: '1' }, 'id takes a whole number from 1 to 4294967295, not "1"'],
    [{ ...PLAYER, generation: 1.5 }, 'generation takes a whole number from 1 to 4294967295, not 1.5'],
    [{ ...PLAYER, tokenHash: 'a b' }, 'tokenHash takes a text of 1 to 256 letters, digits, - and _, not "a b"'],
    [{ ...PLAYER, tokenHash: undefined }, 'tokenHash is missing, and takes a text of 1 to 256 letters'],
    [{ ...PLAYER, person: null }, 'person takes an object, not null'],
    [{ ...PLAYER, admin: true }, 'nothing is known of "admin"'],
    [person({ look: 8 }), 'person.look takes a whole number from 0 to 7, not 8'],
    [person({ name: '' }), 'person.name takes a text of 1 to 24 characters without control characters, not ""'],
    [person({ name: '🦊'.repeat(25) }), 'person.name takes a text of 1 to 24 characters'],
    [person({ name: 'a\nb' }), 'person.name takes a text of 1 to 24 characters'],
    [person({ name: '\ud83e' }), 'person.name takes a text of 1 to 24 characters'],
    [person({ nick: '' }), 'nothing is known of "person.nick"'],
    [person({ version: 65_536 }), 'person.version takes a whole number from 0 to 65535, not 65536'],
    [{ ...PLAYER, place: { x: 0 } }, 'place.y is missing, and takes a whole number from -17592186044416 to'],
    [{ ...PLAYER, home: { x: 17_592_186_044_416, y: 0 } }, 'home.x takes a whole number from -17592186044416 to'],
    [{ ...PLAYER, score: -1 }, 'score takes a whole number from 0 to 9007199254740991, not -1'],
    [{ ...SQUARE, sx: 2_147_483_648 }, 'sx takes a whole number from -2147483648 to 2147483647, not 2147483648'],
    [{ ...SQUARE, edits: { revision: 7, tiles: {} } }, 'edits.tiles takes a list of at most 1024, not {}'],
    [square({ ...tile, tile: 1024 }), 'edits.tiles[0].tile takes a whole number from 0 to 1023, not 1024'],
    [square({ ...tile, kind: 256 }), 'edits.tiles[0].kind takes a whole number from 0 to 255, not 256'],
    [square({ ...tile, revision: 8 }), "edits.tiles[0].revision takes at most the square's, 7, not 8"],
    [square({ ...tile }, { ...tile }), 'edits.tiles[1].tile 0 is there twice'],
    [chat(said(3), said(3)), 'lines[1].id takes more than the one before it, 3, not 3'],
    [chat(said(10)), 'lines[0].id takes at most lastId, 9, not 10'],
    [chat({ ...said(1), text: 'x'.repeat(801) }), `lines[0].text takes a text of 0 to 800 characters`],
    [chat({ ...said(1), atMs: -1 }), 'lines[0].atMs takes a number from 0 to 8640000000000000, not -1'],
    [{ ...CLAIM, gem: '' }, 'gem takes a text of 1 to 100 characters of ASCII, not ""'],
    [{ ...CLAIM, period: -1 }, 'period takes a whole number from 0 to 4294967295, not -1'],
    [{ ...LOG, edits: [{ ...EDIT, before: 256 }] }, 'edits[0].before takes a whole number from 0 to 255, not 256'],
    [{ ...LOG, edits: [{ ...EDIT, player: -1 }] }, 'edits[0].player takes a whole number from 0 to 4294967295, not -1'],
    [{ ...RULE, key: '' }, 'key takes a text of 1 to 200 characters without control characters, not ""'],
    [{ ...RULE, text: 7 }, 'text takes a text of 0 to 4096 characters without control characters, not 7'],
    [{ ...AUDIT, id: 0 }, 'id takes a whole number from 1 to 9007199254740991, not 0'],
    [{ ...WORLD, worldMs: 1e300 }, 'worldMs takes a number from 0 to 214748364750, not 1e+300'],
    [{ ...WORLD, worldMs: null }, 'worldMs takes a number from 0 to 214748364750, not null'],
  ])('such as %j', async (record, sentence) => {
    const fault = await faultOf(`${HEADER}${JSON.stringify(record)}\n`);
    expect(fault.startsWith(`Line 2 of f: ${sentence}`), fault).toBe(true);
    expect(fault.length).toBeLessThan(200);
  });

  it('such as a line that is no JSON', async () => {
    expect(await faultOf(`${HEADER}{"type":\n`)).toBe('Line 2 of f: it is no object in JSON');
  });
});
