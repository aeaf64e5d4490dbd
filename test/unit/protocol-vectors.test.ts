import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as limits from '../../server/gateway/limits.ts';
import { addHash, occupantHash } from '../../shared/checksum.ts';
import { decodeClientFrame, encodeClientMessage } from '../../shared/client-codec.ts';
import { tickAt } from '../../shared/clock.ts';
import { CLOSE } from '../../shared/closing.ts';
import { pack, unpackAll } from '../../shared/codec.ts';
import * as constants from '../../shared/constants.ts';
import { GEM_PERIOD_TICKS, gemPeriod, gemsOf, MAX_GEMS } from '../../shared/gems.ts';
import { neighbourCode, squareIndexOf, squaresOnScreen, tileOf } from '../../shared/grid.ts';
import { Ground } from '../../shared/ground.ts';
import { advance, HEADING_DX, HEADING_DY, STANDING, step } from '../../shared/motion.ts';
import { revDistance, revNear } from '../../shared/pair.ts';
import { CLIENT_TYPE, SERVER_TYPE } from '../../shared/protocol.ts';
import {
  CHECK_BYTES,
  ENTER_BYTES,
  LEAVE_BYTES,
  MOTION_BYTES,
  RecordWriter,
  readChecks,
  readEnters,
  readLeaves,
  readMotions,
} from '../../shared/records.ts';
import { decodeServerFrame, encodeServerMessage } from '../../shared/server-codec.ts';
import {
  createTerrain,
  isBlockedGround,
  latticeHash,
  meadowsGround,
  TERRAINS,
  type TerrainKind,
  valueNoise,
} from '../../shared/terrain.ts';
import { EDIT_BYTES, readEdits, readTiles, TILE_BYTES, writeEdits, writeTiles } from '../../shared/tile-records.ts';
import { isBlockedTile, isBuildable, TILE_KINDS, tileIndexOf } from '../../shared/tiles.ts';
import { type ProtocolPage, type Row, readProtocolPage } from './protocol-page.ts';
import { fromHex, refusal } from './wire-samples.ts';

const page: ProtocolPage = readProtocolPage();
const checkedBlocks = new Set<string>();

const numbers = (text: string): number[] => text.split(/\s+/).map(Number);
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const hex32 = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/** Rows of numbers, separated by semicolons, or `-` for none. */
const listOf = (text: string, separator: string): number[][] =>
  text === '-' ? [] : text.split(';').map((row) => row.split(separator).map(Number));

/** Checks every example of a block against what the code makes of its input. */
function everyVector(name: string, compute: (input: string) => string): void {
  checkedBlocks.add(name);
  for (const { input, expected } of page.vectors(name)) {
    expect(compute(input), `${name}: ${input}`).toBe(expected);
  }
}

/** The same for inputs that are numbers. */
const everyNumericVector = (name: string, compute: (...input: number[]) => number | string | readonly number[]): void =>
  everyVector(name, (input) => [compute(...numbers(input))].flat().join(' '));

describe('the numbers of PROTOCOL.md', () => {
  it('coordinates lie in the tiles and squares it says (P-UNIT-3)', () => {
    everyNumericVector('coordinates', (units) => [tileOf(units), squareIndexOf(units)]);
  });

  it('neighbours have the codes it says (P-UNIT-6)', () => {
    everyNumericVector('neighbours', (dx = 0, dy = 0) => neighbourCode({ sx: 0, sy: 0 }, { sx: dx, sy: dy }));
  });

  it('screens touch the squares it says (P-SCREEN-2)', () => {
    everyNumericVector('interest', (x = 0, y = 0, width = 0, height = 0) => {
      const { left, top, right, bottom } = squaresOnScreen(x, y, width, height, constants.ENTER_MARGIN_TILES);
      return [left, top, right, bottom];
    });
  });

  it('headings lead where its table says, all 256 of them (P-MOVE-2)', () => {
    const headings = page
      .vectors('headings')
      .flatMap(({ input }) => Array.from({ length: 8 }, (_, i) => Number(input) + i));
    expect(headings).toEqual(Array.from({ length: 256 }, (_, heading) => heading));
    checkedBlocks.add('headings');
    for (const { input, expected } of page.vectors('headings')) {
      const steps = Array.from({ length: 8 }, (_, i) => {
        const heading = Number(input) + i;
        return `${HEADING_DX[heading]},${HEADING_DY[heading]}`;
      });
      expect(expected.split(/\s+/), `headings from ${input}`).toEqual(steps);
    }
  });

  it('steps end where it says, at walls, corners and edges (P-MOVE-3, P-MOVE-4, P-MOVE-5)', () => {
    everyVector('step', (input) => {
      const [x = '', y = '', heading = '', tiles = ''] = input.split(' ');
      const blocked = new Set(tiles.split(';'));
      const body = { x: Number(x), y: Number(y), heading: Number(heading) };
      step(body, (tileX, tileY) => blocked.has(`${tileX},${tileY}`), 1);
      return `${body.x} ${body.y}`;
    });
  });

  it('motions lead where it says, far from the origin too (P-MOVE-1, P-MOVE-6)', () => {
    everyNumericVector('advance', (seed = 0, tick = 0, x = 0, y = 0, heading = 0, until = 0) => {
      const end = advance({ tick, x, y, heading }, until, createTerrain('meadows', seed).blocked);
      return [end.x, end.y];
    });
  });

  it('lattice hashes are those it says (P-TERR-2)', () => {
    everyNumericVector('latticeHash', (seed = 0, x = 0, y = 0) => hex32(latticeHash(seed, x, y)));
  });

  it('value noise is what it says (P-TERR-3)', () => {
    everyNumericVector('valueNoise', (seed = 0, x = 0, y = 0, scale = 0) => valueNoise(seed, x, y, scale));
  });

  it('the ground is what it says, tile by tile (P-TERR-4)', () => {
    everyNumericVector('ground', (seed = 0, x = 0, y = 0) =>
      Array.from({ length: 32 }, (_, i) => meadowsGround(seed, x + i, y)).join(''),
    );
  });

  it('whole squares of ground are what it says (P-TERR-4)', () => {
    everyNumericVector('square', (seed = 0, sx = 0, sy = 0) => {
      const ground = createTerrain('meadows', seed).square(sx, sy);
      const counts = [0, 1, 2, 3, 4].map((kind) => ground.filter((tile) => tile === kind).length);
      const fnv1a = ground.reduce((hash, tile) => Math.imul(hash ^ tile, 0x01000193) >>> 0, 0x811c9dc5);
      return `${counts.join(' ')} ${hex32(fnv1a)}`;
    });
  });

  it('tiles have the squares and indices it says (P-TILE-1)', () => {
    everyNumericVector('tile-index', (tileX = 0, tileY = 0) => {
      const { sx, sy, tile } = tileIndexOf(tileX, tileY);
      return [sx, sy, tile];
    });
  });

  it('tiles of a kind are blocked on the ground it says (P-TILE-3)', () => {
    everyNumericVector('tile-blocked', (kind = 0) =>
      [0, 1, 2, 3, 4].map((ground) => Number(isBlockedTile(kind, isBlockedGround(ground)))).join(''),
    );
  });

  it('tiles can be built on where it says (P-TILE-4)', () => {
    everyNumericVector('buildable', (tileX = 0, tileY = 0) => (isBuildable(tileX, tileY) ? 'yes' : 'no'));
  });

  it('edits count from the ticks it says on (P-GROUND-4)', () => {
    everyVector('kind-at', (input) => {
      const [edits = '', tick = ''] = input.split(' ');
      const ground = new Ground(createTerrain('flat', 0));
      for (const [since = 0, kind = 0] of listOf(edits, ':')) ground.set(0, 0, 0, kind, since);
      return `${ground.kindAt(0, 0, Number(tick))}`;
    });
  });

  it('motions lead where it says over what people build meanwhile (P-MOVE-7)', () => {
    everyVector('advance-built', (input) => {
      const [kind = '', seed = '', tick = '', x = '', y = '', heading = '', until = '', edits = ''] = input.split(' ');
      const ground = new Ground(createTerrain(kind as TerrainKind, Number(seed)));
      for (const [tileX = 0, tileY = 0, built = 0, since = 0] of listOf(edits, ',')) {
        const { sx, sy, tile } = tileIndexOf(tileX, tileY);
        ground.set(sx, sy, tile, built, since);
      }
      const motion = { tick: Number(tick), x: Number(x), y: Number(y), heading: Number(heading) };
      const end = advance(motion, Number(until), ground.blocked);
      return `${end.x} ${end.y}`;
    });
  });

  it('gems change when it says (P-GEM-2)', () => {
    everyNumericVector('gemPeriod', (seed = 0, sx = 0, sy = 0, tick = 0) => gemPeriod(seed, sx, sy, tick));
  });

  it('gems lie where it says, and are worth it (P-GEM-3)', () => {
    everyNumericVector('gems', (seed = 0, most = 0, sx = 0, sy = 0, period = 0) => {
      const gems = gemsOf(createTerrain('meadows', seed), most, sx, sy, period);
      return gems.map(({ index, tile, points }) => `${index}:${tile}:${points}`).join(' ') || '-';
    });
  });

  it('world time lies in the ticks it says (P-CLOCK-1)', () => {
    everyNumericVector('tick', (worldMs) => tickAt(worldMs));
  });

  it('revs are older and newer as it says (P-PAIR-2)', () => {
    everyNumericVector('revs', (a = 0, b = 0) => {
      const distance = revDistance(a, b);
      return distance === 0 ? 'same' : distance > 0 ? 'newer' : 'older';
    });
  });

  it('the low byte of a rev says which it is (P-PAIR-4)', () => {
    everyNumericVector('revNear', (low = 0, known = 0) => `${revNear(low, known)}`);
  });

  it('occupants have the hashes it says (P-CHECK-2)', () => {
    everyNumericVector('occupantHash', (id = 0, generation = 0, rev = 0) => hex32(occupantHash(id, generation, rev)));
  });

  it('squares have the checksums it says (P-CHECK-2)', () => {
    everyVector('checksum', (input) => {
      const occupants = input === '-' ? [] : input.split(';').map((text) => text.split(',').map(Number));
      const sum = occupants.reduce(
        (s, [id = 0, generation = 0, rev = 0]) => addHash(s, occupantHash(id, generation, rev)),
        0,
      );
      return hex32(sum);
    });
  });
});

/** Items of a message as the page writes them: byte strings as "hex:…". */
const written = (value: unknown): unknown =>
  value instanceof Uint8Array ? `hex:${toHex(value)}` : Array.isArray(value) ? value.map(written) : value;
const meant = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(meant);
  return typeof value === 'string' && value.startsWith('hex:') ? fromHex(value.slice(4)) : value;
};
const writtenFrame = (bytes: Uint8Array): string =>
  unpackAll(bytes)
    .map((message) => JSON.stringify(written(message)))
    .join(' ');

describe('the messages of PROTOCOL.md', () => {
  it('each message of a client has the bytes it says (P-ENC-2)', () => {
    everyVector('client-messages', (input) => {
      const bytes = pack(meant(JSON.parse(input)));
      const [message] = decodeClientFrame(bytes);
      expect(message).toBeDefined();
      if (message !== undefined) expect(toHex(encodeClientMessage(message))).toBe(toHex(bytes));
      return toHex(bytes);
    });
  });

  it('each message of a server has the bytes it says (P-ENC-2)', () => {
    everyVector('server-messages', (input) => {
      const bytes = pack(meant(JSON.parse(input)));
      const [message] = decodeServerFrame(bytes);
      expect(message).toBeDefined();
      if (message !== undefined) expect(toHex(encodeServerMessage(message))).toBe(toHex(bytes));
      return toHex(bytes);
    });
  });

  it('every message of either side has an example', () => {
    const types = (block: string): Set<number> =>
      new Set(page.vectors(block).flatMap(({ input }) => JSON.parse(input)[0] ?? []));
    expect(types('client-messages')).toEqual(new Set(Object.values(CLIENT_TYPE)));
    expect(types('server-messages')).toEqual(new Set(Object.values(SERVER_TYPE)));
  });

  it('frames are refused for the reason it says (P-ENC-3, P-ENC-5, P-ENC-6)', () => {
    everyVector('refused', (input) => {
      const code = refusal(fromHex(input === '-' ? '' : input));
      return Object.entries(CLOSE).find(([, reason]) => reason.code === code)?.[0] ?? 'taken';
    });
  });

  it('frames in wasteful encodings are taken, and mean what it says (P-ENC-1, P-ENC-4)', () => {
    everyVector('tolerated', (input) => {
      const bytes = fromHex(input);
      decodeClientFrame(bytes);
      return writtenFrame(bytes);
    });
  });

  it('ages count from the header of their block, whatever stands before it in the frame (P-ORDER-1, P-REC-6)', () => {
    everyVector('blocks', (input) => {
      let tick = 0;
      const begun: string[] = [];
      for (const message of decodeServerFrame(fromHex(input))) {
        if (message.type === 'frame') tick = message.tick;
        if (message.type !== 'motions') continue;
        for (const { id, ago } of readMotions(message.records)) begun.push(`${id}@${tick - ago}`);
      }
      return begun.join(' ');
    });
  });

  it('the numbers and names of messages are those of the code', () => {
    // By number, for a message of either side may have the name of one of the other's.
    const listed = page.numbered('###').map(({ number, title }) => [number, title]);
    const types = [...Object.entries(CLIENT_TYPE), ...Object.entries(SERVER_TYPE)];
    expect(listed).toEqual(types.map(([name, number]) => [number, name]));
  });

  it('the items of every message stand in its table, by name and in order (P-ENC-2)', () => {
    const examples = [...page.vectors('client-messages'), ...page.vectors('server-messages')];
    for (const { number, title } of page.numbered('###')) {
      const example = examples.find(({ input }) => JSON.parse(input)[0] === number);
      const bytes = fromHex(example?.expected ?? '');
      const [message] = number < SERVER_TYPE.motions ? decodeClientFrame(bytes) : decodeServerFrame(bytes);
      const [table = []] = page.tables(`### ${number} ${title}`);
      expect(['type', ...table.map((row) => row.name)], title).toEqual(Object.keys(message ?? {}));
      expect(table.map((row) => Number(row.item))).toEqual(table.map((_, i) => i + 1));
    }
  });

  it('the kinds of terrain have the numbers that the table of welcome gives them (P-TERR-1)', () => {
    const [table = []] = page.tables('### 22 welcome');
    const row = table.find(({ name }) => name === 'terrain');
    for (const [index, kind] of TERRAINS.entries()) expect(row?.meaning).toContain(`${index} ${kind}`);
  });
});

/** Reads one record by the offsets and types of a table of the page, then applies P-REC-6. */
function readByTable(table: readonly Row[], bytes: Uint8Array): Record<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const readers: Record<string, (at: number) => number> = {
    u8: (at) => view.getUint8(at),
    u16: (at) => view.getUint16(at),
    u32: (at) => view.getUint32(at),
    i16: (at) => view.getInt16(at),
    i32: (at) => view.getInt32(at),
  };
  const record: Record<string, number> = {};
  for (const { name = '', type = '', offset } of table) record[name] = readers[type]?.(Number(offset)) ?? Number.NaN;
  const { age, ...fields } = record;
  if (age === undefined) return fields;
  return { ...fields, ago: age & 0x7f, ...((age & 0x80) !== 0 && { heading: STANDING }) };
}

const widthOf = (type: string | undefined): number => Number(type?.slice(1)) / 8;

describe('the records of PROTOCOL.md', () => {
  const TICK = 1000;
  const motionOf = (fields: Record<string, number>) => {
    const { dx = 0, dy = 0, heading = 0, ago = 0 } = fields;
    return { tick: TICK - ago, x: dx, y: dy, heading };
  };
  type Fields = Record<string, number>;
  type Kind = [
    name: string,
    size: number,
    read: (bytes: Uint8Array) => Iterable<object>,
    write: (fields: Fields) => Uint8Array,
  ];
  const byWriter =
    (write: (writer: RecordWriter, fields: Fields) => void) =>
    (fields: Fields): Uint8Array => {
      const writer = new RecordWriter();
      write(writer, fields);
      return writer.take();
    };
  const kinds: Kind[] = [
    [
      'motion',
      MOTION_BYTES,
      readMotions,
      byWriter((writer, fields) => {
        const { id = 0, revLow = 0 } = fields;
        writer.motion(id, revLow, motionOf(fields), 0, 0, TICK);
      }),
    ],
    [
      'enter',
      ENTER_BYTES,
      readEnters,
      byWriter((writer, fields) => {
        const { id = 0, generation = 0, rev = 0, look = 0, profileVersion = 0, from = 0 } = fields;
        writer.enter({ id, generation, rev, look, profileVersion, from }, motionOf(fields), 0, 0, TICK);
      }),
    ],
    [
      'leave',
      LEAVE_BYTES,
      readLeaves,
      byWriter((writer, { id = 0, generationLow = 0, rev = 0, to = 0 }) =>
        writer.leave({ id, generation: generationLow, rev, to }),
      ),
    ],
    [
      'check',
      CHECK_BYTES,
      readChecks,
      byWriter((writer, { sx = 0, sy = 0, count = 0, checksum = 0 }) => writer.check({ sx, sy, count, checksum })),
    ],
    ['tile', TILE_BYTES, readTiles, ({ tile = 0, kind = 0 }) => writeTiles([{ tile, kind }])],
    [
      'edit',
      EDIT_BYTES,
      readEdits,
      ({ revision = 0, tick = 0, player = 0, tile = 0, kind = 0 }) =>
        writeEdits([{ revision, tick, player, tile, kind }]),
    ],
  ];

  it.each(kinds)(
    'a %s record has the bytes it says, and reads the same by its table of offsets (P-REC-1 to P-REC-9)',
    (name, size, read, write) => {
      const title = `#### ${name[0]?.toUpperCase()}${name.slice(1)} record`;
      const [table = []] = page.tables(title);
      let end = 0;
      for (const { offset, type } of table) {
        expect(Number(offset), `${title}: fields follow each other`).toBe(end);
        end += widthOf(type);
      }
      expect(end).toBe(size);
      everyVector(`${name}-records`, (input) => {
        const fields: Fields = JSON.parse(input);
        const bytes = write(fields);
        expect([...read(bytes)]).toEqual([fields]);
        expect(readByTable(table, bytes)).toEqual(fields);
        return toHex(bytes);
      });
    },
  );
});

describe('the tables of PROTOCOL.md', () => {
  it('list every constant with its value, and nothing that is no constant', () => {
    const [table = []] = page.tables('## 17 Constants');
    const listed = table.map(({ name, value }) => [name, value]);
    expect(listed).toEqual(
      expect.arrayContaining(Object.entries(constants).map(([name, value]) => [name, `${value}`])),
    );
    expect(listed).toHaveLength(Object.keys(constants).length);
  });

  it('give the limits that have no constant as the code has them (P-HELLO-3, P-SCREEN-1, P-INPUT-3, P-CONN-7, P-CHAT-1, P-GEM-2)', () => {
    const [, table = []] = page.tables('## 17 Constants');
    const value = (name: string): number => Number(table.find((row) => row.name === name)?.value);
    const hello = (text: string) => pack([CLIENT_TYPE.hello, 1, text, 0, 40, 24, text, null]);
    expect(refusal(hello('x'.repeat(value('MAX_STRING'))))).toBeUndefined();
    expect(refusal(hello('x'.repeat(value('MAX_STRING') + 1)))).toBe(CLOSE.malformed.code);
    const screen = (side: number) => pack([CLIENT_TYPE.screen, side, side]);
    expect(refusal(screen(value('MAX_CLAIMED_SCREEN')))).toBeUndefined();
    expect(refusal(screen(value('MAX_CLAIMED_SCREEN') + 1))).toBe(CLOSE.malformed.code);
    const say = (text: string) => pack([CLIENT_TYPE.say, 1, text]);
    expect(refusal(say('x'.repeat(value('MAX_TEXT'))))).toBeUndefined();
    expect(refusal(say('x'.repeat(value('MAX_TEXT') + 1)))).toBe(CLOSE.malformed.code);
    expect(value('STANDING')).toBe(STANDING);
    expect(value('GEM_PERIOD_TICKS')).toBe(GEM_PERIOD_TICKS);
    expect(value('MAX_GEMS')).toBe(MAX_GEMS);
    for (const [name, limit] of Object.entries(limits)) {
      if (page.text.includes(`\`${name}\``)) expect(value(name), name).toBe(limit);
    }
  });

  it('say what each message counts as (P-CONN-7)', () => {
    const [table = []] = page.tables('## 2 Connection');
    const listed = table.map((row) => [row.message, Number(row['counts as'])]);
    expect(Object.fromEntries(listed)).toEqual(limits.MESSAGE_COST);
  });

  it('list every kind of tile (P-TILE-2)', () => {
    const [table = []] = page.tables('## 9 What people build');
    const listed = table.map(({ number, group, name }) => ({ number: Number(number), group, name }));
    expect(listed).toEqual(TILE_KINDS);
  });

  it('list every close code and whether to come back (P-CLOSE-1)', () => {
    const [table = []] = page.tables('## 16 Closing');
    const listed = table.map((row) => [row.name, Number(row.code), row['come back by itself'] === 'yes']);
    expect(listed).toEqual(Object.entries(CLOSE).map(([name, { code, reconnect }]) => [name, code, reconnect]));
  });

  it('mention a constant by name wherever a name in capitals stands', () => {
    const named = new Set([...page.text.matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]+)`/g)].map(([, name = '']) => name));
    const listed = page
      .tables('## 17 Constants')
      .flat()
      .map(({ name }) => name);
    for (const name of named) expect(listed).toContain(name);
  });
});

describe('the rules of PROTOCOL.md', () => {
  it('are numbered from 1 within each topic, none twice', () => {
    const counts = new Map<string, number>();
    for (const rule of page.rules) {
      const [, topic = '', number] = /^P-([A-Z]+)-(\d+)$/.exec(rule) ?? [];
      const next = (counts.get(topic) ?? 0) + 1;
      expect(`P-${topic}-${number}`).toBe(`P-${topic}-${next}`);
      counts.set(topic, next);
    }
    expect(counts.size).toBeGreaterThan(10);
  });

  it('exist wherever the page, the code or a test cites one', () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const files = ['shared', 'server', 'client', 'test'].flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((file) => join(root, room, file)),
    );
    const rules = new Set(page.rules);
    for (const file of files.filter((name) => /\.(ts|md)$/.test(name))) {
      for (const [cited] of readFileSync(file, 'utf8').matchAll(/\bP-[A-Z]+-\d+\b/g)) {
        expect(rules, `${file} cites ${cited}`).toContain(cited);
      }
    }
  });
});

describe('the examples of PROTOCOL.md', () => {
  it('have all been checked by the tests above, for one that nobody checks would be free to drift', () => {
    expect([...checkedBlocks].sort()).toEqual(page.blockNames.sort());
  });
});
