import { spreadOut } from '../../client/bots/place.ts';
import { createRandom } from '../../client/bots/random.ts';
import { Account } from '../../server/actions/account.ts';
import { TokenBucket } from '../../server/gateway/token-bucket.ts';
import { Directory } from '../../server/grid/directory.ts';
import { GridSquare } from '../../server/grid/grid-square.ts';
import { Interest } from '../../server/grid/interest.ts';
import { type Occupant, Occupants } from '../../server/grid/occupant.ts';
import { SquareThings } from '../../server/grid/square-things.ts';
import { Player } from '../../server/world/player.ts';
import { TILES_PER_SQUARE, UNITS_PER_SQUARE } from '../../shared/constants.ts';
import { Ground } from '../../shared/ground.ts';
import { STANDING } from '../../shared/motion.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { atMost, type Benchmark, type BenchmarkOptions, type Row } from './benchmark.ts';
import { medianOf } from './median.ts';
import { LiveHeap } from './memory/live-heap.ts';
import { SmallWorld } from './memory/small-world.ts';

export const memory: Benchmark = {
  name: 'memory',
  about: 'what a session, a square and a replica entry take on the heap, and what is left of a walk and of a visit',
  run: measureMemory,
};

interface Scale {
  readonly parts: number;
  readonly rounds: number;
  readonly walkSquares: number;
  readonly visits: number;
}

const FULL: Scale = { parts: 10_000, rounds: 5, walkSquares: 2000, visits: 10_000 };
const QUICK: Scale = { parts: 4000, rounds: 3, walkSquares: 500, visits: 2000 };

/** As in the meadows of the other benchmarks. */
const TILES_EACH = 205;
const SCREEN = { width: 40, height: 24 };
/** In the middle of a side, so that six squares come within the margin. */
const SIX_SQUARES = { x: 0, y: UNITS_PER_SQUARE / 2, width: 70, height: 24 };
const EAST = 0;
/** People stay in the world for a moment after they are gone, and squares with the broker, in ticks. */
const REST_TICKS = 400;
/**
 * Per square walked, and per visit. Code that is compiled on the way makes 100 to 200 kB more or less of the whole; of
 * three squares that stay behind for each there would be 10 kB.
 */
const LEFT_BEHIND_BYTES = 500;
/** Those who come again and again: the store keeps everybody who was ever there. */
const REGULARS = 100;
const KB = 1000;

async function measureMemory({ quick, say }: BenchmarkOptions): Promise<readonly Row[]> {
  const scale = quick ? QUICK : FULL;
  const heap = new LiveHeap();
  const rows: Row[] = [];
  for (const [name, part] of Object.entries(PARTS)) {
    const rounds: number[] = [];
    // The first round is of code that has not been compiled yet.
    for (let i = 0; i <= scale.rounds; i++) rounds.push((await heap.added(() => part(scale.parts))) / scale.parts);
    rows.push({ name, value: medianOf(rounds.slice(1), (bytes) => bytes), unit: 'B' });
  }
  say('a session and its squares');
  rows.push(...(await measureWorld(heap, scale.parts / 4)));
  say(`${scale.walkSquares} squares on foot`);
  rows.push(...(await measureWalk(heap, scale.walkSquares)));
  say(`${scale.visits} visits`);
  rows.push(await measureVisits(heap, scale.visits));
  return rows;
}

/** An array that has its length from the beginning takes 8 bytes for each. */
function many<T>(count: number, make: (i: number) => T): T[] {
  const all = new Array<T>(count);
  for (let i = 0; i < count; i++) all[i] = make(i);
  return all;
}

const playerOf = (id: number): Player =>
  new Player({ id, generation: 1, name: 'Ada', look: 0, profileVersion: 1 }, id, id, 1000);

const occupantOf = (id: number): Occupant => ({
  id,
  generation: 1,
  rev: 1,
  motion: { tick: 1000, x: id, y: id, heading: STANDING },
  look: 0,
  profileVersion: 1,
  name: 'Ada',
  from: 0,
});

/** Parts of which so many are made; what each takes is looked at by itself, without what it points to and shares. */
const PARTS: { readonly [name: string]: (count: number) => unknown } = {
  'player who stands': (count) => many(count, playerOf),
  'player who walks': (count) =>
    many(count, (id) => {
      const player = playerOf(id);
      player.turn(1001, EAST);
      return player;
    }),
  'interest of 6 squares': (count) => {
    const squares = new Map<number, GridSquare>();
    const acquire = (sx: number, sy: number): GridSquare => {
      const square = squares.get(sx * 100 + sy) ?? new GridSquare(sx, sy);
      squares.set(sx * 100 + sy, square);
      return square;
    };
    return many(count, () => {
      const interest = new Interest({ acquire, release: () => undefined });
      interest.update(SIX_SQUARES, 1000);
      return interest;
    });
  },
  'token bucket': (count) => many(count, (i) => new TokenBucket(0.7, 6, i + 0.5)),
  'account with one allowance drawn on': (count) =>
    many(count, (i) => {
      const account = new Account();
      account.draw('emotes', i + 0.5);
      return account;
    }),
  'replica entry': (count) => {
    const occupants = new Occupants();
    const directory = new Directory();
    for (let id = 1; id <= count; id++) {
      const occupant = occupantOf(id);
      occupants.put(occupant);
      directory.shown(occupant, true);
    }
    return [occupants, directory];
  },
  "a square's things, nothing there": (count) => many(count, (i) => thingsOf(i, 0)),
  "a square's things, with 50 lines of chat": (count) => many(count, (i) => thingsOf(i, 50)),
};

const GROUND = new Ground(createTerrain('flat', 7));

function thingsOf(sx: number, lineCount: number): SquareThings {
  const things = new SquareThings({ sx, sy: 0 }, GROUND, { groundChanged: () => undefined }, 1000);
  const lines = many(lineCount, (i) => ({ id: i + 1, player: 1, name: 'Ada', text: `This is line ${i}.`, atMs: i }));
  things.read({ revision: 0, tiles: [], lines, gems: { period: 0, claimed: 0 } }, 1000);
  return things;
}

/** A joined session in a meadow without its socket; squares that only somebody looks at, and that somebody is in. */
async function measureWorld(heap: LiveHeap, sessions: number): Promise<Row[]> {
  const world = await SmallWorld.open();
  const meadow = spreadOut(sessions, TILES_EACH, createRandom(1));
  const meadowBytes = await heap.added(async () => {
    for (const { tileX, tileY } of meadow) world.join({ at: [tileX, tileY] });
    await world.ticks(REST_TICKS);
  });
  const { grid } = world.node;
  const crowded = grid.subscribedCount;
  const people = sessions / 10;
  // Far from the meadow and from each other, with one square each; and then with as many as a screen can touch.
  const alone = await heap.added(async () => {
    for (let i = 0; i < people; i++) {
      world.join({ at: [(1000 + 10 * i + 0.5) * TILES_PER_SQUARE, TILES_PER_SQUARE / 2], width: 1, height: 1 });
    }
    await world.ticks(REST_TICKS);
  });
  const few = grid.subscribedCount;
  const wide = await heap.added(async () => {
    for (const dweller of [...world.dwellers].slice(-people)) dweller.say({ type: 'screen', width: 128, height: 96 });
    await world.ticks(REST_TICKS);
  });
  const looked = wide / (grid.subscribedCount - few);
  return [
    { name: 'joined session in a meadow, without its socket', value: meadowBytes / sessions / KB, unit: 'kB' },
    { name: 'squares for each of them', value: crowded / sessions, unit: '' },
    { name: 'joined session by itself, in a square of its own', value: alone / people / KB, unit: 'kB' },
    { name: 'square that is looked at', value: looked / KB, unit: 'kB' },
  ];
}

/** Walks east, away from where everything began. */
async function measureWalk(heap: LiveHeap, squares: number): Promise<Row[]> {
  const world = await SmallWorld.open();
  const walker = world.join({ at: [0, 16], ...SCREEN });
  await world.ticks(REST_TICKS);
  const { grid } = world.node;
  const walk = async (count: number): Promise<void> => {
    const player = walker.session.joined?.player;
    if (player === undefined) throw new Error('Nobody has joined who could walk.');
    const goal = player.sx + count;
    walker.walk(EAST, world.tick);
    while (player.sx < goal) await world.ticks(20);
    walker.walk(STANDING, world.tick);
    await world.ticks(REST_TICKS);
  };
  // In the first squares the code is compiled.
  await walk(Math.ceil(squares / 2));
  const before = grid.subscribedCount;
  const left = await heap.added(() => walk(squares));
  return [
    atMost(LEFT_BEHIND_BYTES, { name: 'left behind per square walked', value: left / squares, unit: 'B' }),
    atMost(before, { name: 'squares held after the walk', value: grid.subscribedCount, unit: '' }),
  ];
}

async function measureVisits(heap: LiveHeap, visits: number): Promise<Row> {
  const world = await SmallWorld.open();
  const tokens: (string | null)[] = Array.from({ length: REGULARS }, () => null);
  const come = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += REGULARS) {
      const here = tokens.map((token) => world.join({ token, at: [(i / REGULARS) * 7, 16] }));
      await world.ticks(10);
      for (const [index, dweller] of here.entries()) {
        tokens[index] = dweller.token;
        world.leave(dweller);
      }
      await world.ticks(10);
    }
    await world.ticks(REST_TICKS);
  };
  await come(visits / 2);
  const left = await heap.added(() => come(visits));
  return atMost(LEFT_BEHIND_BYTES, { name: 'left behind per visit', value: left / visits, unit: 'B' });
}
