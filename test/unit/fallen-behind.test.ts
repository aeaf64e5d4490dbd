import { describe, expect, it } from 'vitest';
import { occupantHash } from '../../shared/checksum.ts';
import { UNITS_PER_SQUARE, UNITS_PER_TILE } from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';
import type { ServerMessage } from '../../shared/protocol.ts';
import { writeTiles } from '../../shared/tile-records.ts';
import { ScriptedServer } from '../helpers/scripted-server.ts';
import { changes, check, type Entering, snapshot } from '../helpers/told.ts';

// A client that had fallen behind was told nothing of squares for a while. When it has caught up it gets fresh pictures
// of the squares that it knows, in one frame, and is told to forget those that have left its interest meanwhile (O2).

const EAST = 0;
const SOUTH = 64;
/** Steps of a tick along an axis, in units (M1). */
const STEP = 51;
const RED_WALL = 20;
/** What each of these people does meanwhile. */
const STAYS = 11;
const WALKS_ON = 12;
const CROSSES_EAST = 13;
const CROSSES_WEST = 14;
const COMES_NEARER = 15;
const LEAVES = 16;
const IS_OUT_OF_SIGHT = 17;
const IS_NEW = 18;

const BEFORE: readonly (readonly [sx: number, people: readonly Entering[]])[] = [
  [
    0,
    [
      { id: STAYS, rev: 1, dx: 500, dy: 500 },
      { id: WALKS_ON, rev: 1, dx: 800, dy: 800, heading: EAST },
      { id: CROSSES_EAST, rev: 1, dx: UNITS_PER_SQUARE - 300, dy: 4000, heading: EAST },
    ],
  ],
  [
    1,
    [
      { id: CROSSES_WEST, rev: 5, dx: 100, dy: 5000, heading: STANDING },
      { id: LEAVES, rev: 1, dx: 700, dy: 700 },
    ],
  ],
  [
    2,
    [
      { id: COMES_NEARER, rev: 1, dx: 60, dy: 900 },
      { id: IS_OUT_OF_SIGHT, rev: 1, dx: 4000, dy: 4000 },
    ],
  ],
];

/** Ticks for which nothing was told. */
const BEHIND_TICKS = 40;

const AFTER: readonly (readonly [sx: number, people: readonly Entering[]])[] = [
  [
    0,
    [
      { id: STAYS, rev: 1, dx: 500, dy: 500, ago: BEHIND_TICKS },
      { id: WALKS_ON, rev: 2, dx: 800 + 30 * STEP, dy: 800, heading: SOUTH, ago: BEHIND_TICKS - 30 },
      { id: CROSSES_WEST, rev: 7, dx: UNITS_PER_SQUARE - 200, dy: 5000, ago: 10 },
    ],
  ],
  [
    1,
    [
      { id: CROSSES_EAST, rev: 2, dx: -300, dy: 4000, heading: EAST, ago: BEHIND_TICKS },
      { id: COMES_NEARER, rev: 3, dx: UNITS_PER_SQUARE - 200, dy: 900, ago: 5 },
      { id: IS_NEW, rev: 9, dx: 10, dy: 10 },
    ],
  ],
];

/** Onlooker whose server has just brought it up to date, the messages in an order that the test chooses. */
function catchUp(inOrder: (messages: readonly ServerMessage[]) => readonly ServerMessage[]) {
  const log: string[] = [];
  const server = new ScriptedServer({
    observer: {
      entered: (id) => log.push(`entered ${id}`),
      left: (id) => log.push(`left ${id}`),
      duplicated: (id) => log.push(`duplicated ${id}`),
    },
  }).join();
  server.frame(...BEFORE.map(([sx, people]) => snapshot(sx, 0, people)), {
    type: 'profiles',
    profiles: BEFORE.flatMap(([, people]) => people.map(({ id }) => ({ id, version: 1, name: `N${id}`, look: 0 }))),
  });
  server.pass(BEHIND_TICKS * 50, 25, () => server.client.peopleShown());
  server.take();
  log.splice(0);
  const before = places(server);
  const fresh = AFTER.map(([sx, people]) => snapshot(sx, 0, people));
  server.frame(...inOrder([{ type: 'forget', sx: 2, sy: 0 }, ...fresh]));
  return { server, log, before };
}

const places = ({ client }: ScriptedServer): Map<number, { x: number; y: number; name: string | undefined }> =>
  new Map([...client.people()].map(({ id, x, y, name }) => [id, { x, y, name }]));

const IDS = [STAYS, WALKS_ON, CROSSES_EAST, CROSSES_WEST, COMES_NEARER, IS_NEW];

describe('a client that is brought up to date', () => {
  const orders = {
    'forgotten first': (messages: readonly ServerMessage[]) => messages,
    'forgotten last': (messages: readonly ServerMessage[]) => messages.toReversed(),
  };

  it.each(Object.entries(orders))(
    'keeps on the screen whoever is still there, and nobody else (P-ALIVE-4; %s)',
    (_, order) => {
      const { server, log } = catchUp(order);
      expect([...places(server).keys()].sort()).toEqual(IDS);
      expect(log.toSorted()).toEqual([`entered ${IS_NEW}`, `left ${LEAVES}`, `left ${IS_OUT_OF_SIGHT}`].toSorted());
      expect([...server.client.squares.keys()].sort()).toEqual(['0,0', '1,0']);
      expect(server.client.counters).toMatchObject({ divergences: 0, duplicates: 0 });
    },
  );

  it.each(Object.entries(orders))('shows nobody jumping who has not come far (M3; %s)', (_, order) => {
    const { server, before } = catchUp(order);
    const after = places(server);
    // Who has crossed goes on along the same line, and the rest is taken back little by little.
    for (const id of [STAYS, WALKS_ON, CROSSES_EAST, CROSSES_WEST, COMES_NEARER]) {
      expect(after.get(id), `${id}`).toEqual(before.get(id));
    }
    server.pass(1000, 25, () => server.client.peopleShown());
    const { tick } = server;
    const shown = places(server);
    const shownTick = tick - server.client.playbackDelayMs / 50;
    expect(shown.get(CROSSES_EAST)?.x).toBeCloseTo(UNITS_PER_SQUARE - 300 + (shownTick - 20) * STEP, 6);
    expect(shown.get(CROSSES_WEST)).toMatchObject({ x: UNITS_PER_SQUARE - 200, y: 5000 });
    expect(shown.get(COMES_NEARER)).toMatchObject({ x: 2 * UNITS_PER_SQUARE - 200, y: 900 });
    expect(shown.get(WALKS_ON)).toMatchObject({ x: 800 + 30 * STEP });
  });

  it('knows everybody’s name still, and asks for those alone whom it has not met (P-PROF-2)', () => {
    const { server } = catchUp(orders['forgotten first']);
    server.pass(500, 50);
    expect(server.took('who')).toEqual([{ type: 'who', ids: [IS_NEW] }]);
    expect(places(server).get(CROSSES_EAST)?.name).toBe(`N${CROSSES_EAST}`);
  });

  it('agrees with the server’s checks from then on, and goes on with its changes (P-CHECK-3)', () => {
    const { server } = catchUp(orders['forgotten last']);
    const checks = AFTER.map(([sx, people]) => {
      const sum = people.reduce((total, { id, rev }) => (total + occupantHash(id, 1, rev)) >>> 0, 0);
      return check(sx, 0, people.length, sum);
    });
    server.frame(...checks);
    server.frame(changes(0, 0, [], [{ id: STAYS, rev: 2 }]));
    expect(places(server).has(STAYS)).toBe(false);
    expect(server.took('ask')).toEqual([]);
    expect(server.client.counters.divergences).toBe(0);
  });

  it('shows whoever has come far where they are, at once (M3, P-PICT-12)', () => {
    const server = new ScriptedServer().join();
    server.frame(snapshot(0, 0, [{ id: STAYS, rev: 1, dx: 100, dy: 100 }]), snapshot(1, 0, []));
    server.pass(2000, 25, () => server.client.peopleShown());
    const far = 20 * UNITS_PER_TILE;
    server.frame(snapshot(0, 0, []), snapshot(1, 0, [{ id: STAYS, rev: 2, dx: far, dy: far, ago: 10 }]));
    expect(places(server).get(STAYS)).toMatchObject({ x: UNITS_PER_SQUARE + far, y: far });
  });
});

describe('what was built and said while a client was behind', () => {
  it('is read as news, once, in the order in which it was said (P-CHAT-4, P-ALIVE-4)', () => {
    const server = new ScriptedServer().join();
    server.frame(snapshot(0, 0, []));
    server.lines(0, 0, true, { id: 1 });
    server.lines(0, 0, false, { id: 2 });
    const missed = [{ id: 3 }, { id: 5 }, { id: 6 }];
    server.lines(0, 0, false, ...missed);
    const entries = (): unknown[] => server.client.chat.entries.map(({ text, isHistory }) => [text, isHistory]);
    const all = [
      ['line 1', true],
      ['line 2', false],
      ['line 3', false],
      ['line 5', false],
      ['line 6', false],
    ];
    expect(entries()).toEqual(all);
    // Nobody looks at the log for what is known.
    const { version } = server.client.chat;
    server.lines(0, 0, false, { id: 2 }, ...missed);
    server.lines(0, 0, true, ...missed);
    expect(server.client.chat.version).toBe(version);
    expect(entries()).toEqual(all);
  });

  it('is built on the ground as it is told afresh, and edits go on from its revision (P-GROUND-2, P-GROUND-3)', () => {
    const server = new ScriptedServer().join();
    server.frame(snapshot(0, 0, []));
    // Tile 20,20, and the one beside it.
    const tile = 20 * 32 + 20;
    server.ground(0, 0, 4, [{ tile, kind: RED_WALL }]);
    server.pass(2000, 50);
    const kindAt = (tileX: number): number | undefined => server.client.ground?.kindAt(tileX, 20, server.tick);
    server.frame(snapshot(0, 0, []), {
      type: 'ground',
      sx: 0,
      sy: 0,
      revision: 9,
      tiles: writeTiles([{ tile: tile + 1, kind: RED_WALL }]),
    });
    expect([kindAt(20), kindAt(21)]).toEqual([0, RED_WALL]);
    server.edits(0, 0, { revision: 9, tile, kind: RED_WALL }, { revision: 10, tile: tile + 1, kind: 0 });
    expect([kindAt(20), kindAt(21)]).toEqual([0, 0]);
  });

  it('leaves no gem there that somebody has claimed meanwhile (P-GEM-4)', () => {
    const server = new ScriptedServer();
    server.client.connect();
    server.welcome({ gems: 8 });
    server.frame(snapshot(0, 0, []));
    const [first, ...others] = [...server.client.gems()];
    expect(others.length).toBeGreaterThan(0);
    server.frame({ type: 'claim', sx: 0, sy: 0, period: 0, index: first?.index ?? 0, player: 2 });
    expect([...server.client.gems()]).toEqual(others);
    const claimed = others.reduce((mask, { index }) => mask + 2 ** index, 0);
    server.frame(snapshot(0, 0, []), { type: 'gems', sx: 0, sy: 0, period: 0, claimed });
    expect([...server.client.gems()]).toEqual([]);
  });
});
