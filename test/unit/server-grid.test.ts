import { describe, expect, it } from 'vitest';
import { createMemoryBroker } from '../../server/broker/memory-broker.ts';
import { Sight } from '../../server/gateway/sight.ts';
import { Channels } from '../../server/grid/channels.ts';
import { readControl, writeControl } from '../../server/grid/control-wire.ts';
import { Grid } from '../../server/grid/grid.ts';
import { BEAT_TICKS, LEASE_TICKS, UNSUBSCRIBE_TICKS } from '../../server/grid/limits.ts';
import { NodeWriter, readNodeMessage } from '../../server/grid/wire.ts';
import { LoadGovernor } from '../../server/load-governor.ts';
import { Node } from '../../server/node.ts';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import { ID_BLOCK } from '../../server/store/store.ts';
import type { Player } from '../../server/world/player.ts';
import { World } from '../../server/world/world.ts';
import { CLOSE } from '../../shared/closing.ts';
import { TICK_MS } from '../../shared/constants.ts';
import { advance, STANDING } from '../../shared/motion.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { HandBroker } from '../helpers/hand-broker.ts';
import { occupant } from '../helpers/occupants.ts';
import { Seat } from '../helpers/seat.ts';
import { ShownOutbox } from '../helpers/shown-outbox.ts';
import { free } from '../helpers/walls.ts';

const EAST = 0;
const CHANNEL = 'flatlands:test:sq:0,0';
const CONTROL = 'flatlands:test:nodes';
const INBOX = 'flatlands:test:node:here';

/** A node's world and grid on a broker that answers by hand, from tick 1000 on, with a flush every two ticks. */
class Bench {
  readonly broker = new HandBroker();
  readonly world = new World(free, 1000);
  readonly superseded: number[] = [];
  readonly grid = new Grid({
    node: 'here',
    channels: new Channels('test'),
    blocked: free,
    connectBroker: this.broker.connect,
    tick: 1000,
    arrived: () => undefined,
    superseded: (id) => this.superseded.push(id),
    census: () => ({ players: this.world.players.size, lastId: 0, isOpen: true }),
    brokerFailed: () => undefined,
  });
  readonly there = new NodeWriter('there');

  /** Somebody in the middle of a square of the first row whose small screen touches no other. */
  join(id: number, sx = 0): { player: Player; outbox: ShownOutbox; leave: () => void } {
    const player = this.world.join(
      { id, generation: 1, name: `P${id}`, look: 0, profileVersion: 1 },
      sx * 8192 + 4096,
      4096,
    );
    const outbox = new ShownOutbox();
    const viewer = this.grid.view(outbox, new Sight(player, { width: 2, height: 2 }));
    const leave = (): void => {
      this.grid.unview(viewer);
      this.world.leave(id);
    };
    return { player, outbox, leave };
  }

  /** Ticks pass; the broker answers at once unless it is kept waiting. */
  async pass(ticks: number, answers = true): Promise<void> {
    for (let i = 0; i < ticks; i++) {
      this.world.step();
      const { tick } = this.world;
      if (tick % 2 === 0) {
        this.grid.tell(tick, this.world.drain());
        this.grid.show(tick, undefined);
        this.grid.sendSome(Number.MAX_SAFE_INTEGER);
      }
      this.grid.settle(tick);
      if (answers) await this.broker.answer();
    }
  }

  /** Ticks are made up for, after a stall of the node's process. */
  async stall(ticks: number): Promise<void> {
    for (let i = 0; i < ticks; i++) {
      this.world.step();
      this.grid.settle(this.world.tick, true);
    }
    this.grid.tell(this.world.tick, this.world.drain());
    await this.broker.answer();
  }

  /** A message of the other node arrives. */
  hear(payload: Uint8Array, channel = CHANNEL): void {
    this.broker.events.message(channel, payload);
  }

  enterBatch(epoch: number, seq: number, id: number): Uint8Array {
    const enters = [occupant({ id })];
    return this.there.batch(0, 0, epoch, seq, this.world.tick, { enters, moves: [], leaves: [] });
  }

  nothingFrom(epoch: number): Uint8Array {
    return this.there.answer(0, 0, epoch, 0, this.world.tick, []);
  }
}

describe('grid', () => {
  it('asks on the square’s channel once it is subscribed, never before (G3)', async () => {
    const bench = new Bench();
    bench.join(1);
    await bench.pass(4, false);
    const asked = (): unknown[] =>
      bench.broker
        .takePublished()
        .map(({ channel, payload }) => [channel, readNodeMessage(payload)?.message.type])
        .filter(([, type]) => type === 'question');
    expect(asked()).toEqual([]);
    await bench.pass(2);
    expect(asked()).toEqual([[CHANNEL, 'question']]);
  });

  it('publishes one batch a square and flush, all of them in one go, and none without news (G4)', async () => {
    const bench = new Bench();
    for (const id of [1, 2, 3]) bench.join(id);
    const far = bench.world.join({ id: 4, generation: 1, name: 'far', look: 0, profileVersion: 1 }, 90_000, 90_000);
    await bench.pass(10);
    bench.broker.takePublished();
    bench.world.input(far, 1, bench.world.tick, EAST);
    for (const id of [1, 2, 3]) {
      bench.world.input(bench.world.players.get(id) as Player, 1, bench.world.tick, STANDING);
      bench.world.input(bench.world.players.get(id) as Player, 2, bench.world.tick, EAST);
    }
    bench.broker.published.length = 0;
    await bench.pass(2);
    const withBatches = bench.broker.published.filter((messages) =>
      messages.some(({ payload }) => readNodeMessage(payload)?.message.type === 'batch'),
    );
    expect(withBatches.length).toBe(1);
    const batches = withBatches[0]?.map(({ channel, payload }) => [channel, readNodeMessage(payload)?.message]);
    expect(batches).toMatchObject([
      [CHANNEL, { type: 'batch', moves: [{ id: 1 }, { id: 2 }, { id: 3 }] }],
      ['flatlands:test:sq:10,10', { type: 'batch', moves: [{ id: 4 }] }],
    ]);
  });

  it('shows players of another node as they enter, move and leave (G3)', async () => {
    const bench = new Bench();
    const { outbox } = bench.join(1);
    await bench.pass(10);
    bench.hear(bench.enterBatch(1, 1, 77));
    await bench.pass(2);
    expect(outbox.shown()).toEqual([1, 77]);
    bench.hear(
      bench.there.batch(0, 0, 1, 2, bench.world.tick, {
        enters: [],
        moves: [],
        leaves: [{ id: 77, generation: 1, rev: 5, to: 0 }],
      }),
    );
    await bench.pass(2);
    expect(outbox.shown()).toEqual([1]);
  });

  it('“I have nothing there” that was said before a stream began does not take that stream away (G3, G7)', async () => {
    const bench = new Bench();
    const { outbox } = bench.join(1);
    await bench.pass(10);
    // Asked when it had nothing, the other node answered to the inbox; then its stream began on the channel.
    bench.hear(bench.enterBatch(6, 1, 77));
    bench.broker.events.message(INBOX, bench.nothingFrom(5));
    await bench.pass(2);
    expect(outbox.shown()).toEqual([1, 77]);
    await bench.pass(20);
    expect(outbox.departed).toEqual([]);
  });

  it('“I have nothing there” about a stream that is known takes its players away (G5)', async () => {
    const bench = new Bench();
    const { outbox } = bench.join(1);
    await bench.pass(10);
    bench.hear(bench.enterBatch(6, 1, 77));
    await bench.pass(2);
    bench.broker.events.message(INBOX, bench.nothingFrom(6));
    await bench.pass(2);
    expect(outbox.shown()).toEqual([1]);
  });

  it('a square whose subscription is still awaited is not let go of and begun a second time (G2)', async () => {
    const bench = new Bench();
    const first = bench.join(1);
    await bench.pass(2, false);
    first.leave();
    // Its farewells are said, and nobody looks at it any more; the broker takes its time.
    await bench.pass(100, false);
    const second = bench.join(2);
    await bench.pass(4);
    expect(bench.broker.subscribed.has(CHANNEL)).toBe(true);
    await bench.pass(2 * UNSUBSCRIBE_TICKS);
    expect(bench.broker.subscribed.has(CHANNEL), 'somebody looks at it all the time').toBe(true);
    bench.hear(bench.enterBatch(1, 1, 77));
    await bench.pass(2);
    expect(second.outbox.shown()).toEqual([2, 77]);
  });

  it('players of one node see each other whatever the broker does', async () => {
    const bench = new Bench();
    const first = bench.join(1);
    await bench.pass(4, false);
    const second = bench.join(2);
    await bench.pass(4, false);
    expect([first.outbox.shown(), second.outbox.shown()]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    second.leave();
    await bench.pass(4, false);
    expect([first.outbox.shown(), bench.broker.subscribed.size]).toEqual([[1], 0]);
    await bench.pass(4);
    expect([first.outbox.shown(), first.outbox.duplicated, bench.broker.subscribed.size]).toEqual([[1], [], 1]);
  });

  it('the players of a node that says goodbye, or is missed for a lease, vanish (G6)', async () => {
    const bench = new Bench();
    const { outbox } = bench.join(1);
    await bench.pass(10);
    bench.hear(bench.enterBatch(1, 1, 77));
    await bench.pass(LEASE_TICKS - 2);
    expect(outbox.shown()).toEqual([1, 77]);
    await bench.pass(4);
    expect(outbox.shown()).toEqual([1]);
    bench.hear(bench.enterBatch(2, 1, 77));
    await bench.pass(2);
    expect(outbox.shown()).toEqual([1, 77]);
    bench.hear(writeControl({ type: 'goodbye', node: 'there' }), CONTROL);
    await bench.pass(2);
    expect(outbox.shown()).toEqual([1]);
    bench.hear(bench.enterBatch(2, 2, 78));
    bench.hear(bench.enterBatch(3, 1, 78));
    await bench.pass(2);
    expect(outbox.shown(), 'what was still on its way changes nothing').toEqual([1]);
  });

  it('they vanish from every square at once (G6)', async () => {
    const bench = new Bench();
    const outboxes = [0, 5, 9].map((sx) => bench.join(sx + 1, sx).outbox);
    await bench.pass(10);
    for (const sx of [0, 5, 9]) {
      const enters = [occupant({ id: 70 + sx, motion: { tick: 1000, x: sx * 8192 + 9, y: 9, heading: STANDING } })];
      const batch = bench.there.batch(sx, 0, sx + 1, 1, bench.world.tick, { enters, moves: [], leaves: [] });
      bench.hear(batch, `flatlands:test:sq:${sx},0`);
    }
    await bench.pass(2);
    const shown = (): number[][] => outboxes.map((outbox) => outbox.shown());
    expect(shown()).toEqual([
      [1, 70],
      [6, 75],
      [10, 79],
    ]);
    bench.hear(writeControl({ type: 'goodbye', node: 'there' }), CONTROL);
    await bench.pass(2);
    expect(shown()).toEqual([[1], [6], [10]]);
  });

  it('asks who else is there as soon as it listens, for who starts must know before it takes players (G6)', async () => {
    const bench = new Bench();
    const starting = bench.grid.start();
    expect([bench.broker.take(), bench.broker.takePublished()]).toEqual([[`subscribe ${INBOX} ${CONTROL}`], []]);
    await bench.broker.answer();
    await starting;
    const said = bench.broker.takePublished();
    expect(said.map(({ channel, payload }) => [channel, readControl(payload)?.type])).toEqual([[CONTROL, 'beat']]);
  });

  it('who was silent for longer than its lease begins its streams anew, and says so (G6)', async () => {
    const bench = new Bench();
    bench.join(1);
    await bench.pass(10);
    const epochs = (): number[] =>
      bench.broker.takePublished().flatMap(({ payload }) => {
        const message = readNodeMessage(payload)?.message;
        return message?.type === 'announcement' ? [message.epoch] : [];
      });
    epochs();
    await bench.stall(LEASE_TICKS + BEAT_TICKS);
    expect(epochs().at(-1)).toBe(1);
    await bench.pass(1);
    expect(epochs()).toEqual([2]);
    bench.hear(bench.there.question(0, 0), INBOX);
    await bench.pass(1);
    const answers = bench.broker.takePublished().map(({ payload }) => readNodeMessage(payload)?.message);
    expect(answers).toMatchObject([{ type: 'answer', epoch: 2, seq: 1, occupants: [{ id: 1 }] }]);
    await bench.stall(LEASE_TICKS + BEAT_TICKS);
    await bench.pass(1);
    expect(epochs().at(-1), 'an epoch is never used twice').toBe(3);
    bench.hear(bench.there.question(9, 9), INBOX);
    await bench.pass(1);
    const [nothing] = bench.broker.takePublished().map(({ payload }) => readNodeMessage(payload)?.message);
    expect(nothing, 'none up to the newest').toMatchObject({ type: 'answer', epoch: 3, seq: 0 });
  });

  it('answers a question with its stream; with “nothing” only when it is asked by name (G5)', async () => {
    const bench = new Bench();
    bench.join(1);
    await bench.pass(10);
    const answered = async (): Promise<unknown[]> => {
      await bench.pass(1);
      return bench.broker
        .takePublished()
        .filter(({ channel }) => channel === 'flatlands:test:node:there')
        .map(({ payload }) => readNodeMessage(payload)?.message);
    };
    bench.broker.takePublished();
    const stream = { type: 'answer', sx: 0, seq: 1, occupants: [{ id: 1, name: 'P1' }] };
    bench.hear(bench.there.question(0, 0));
    bench.hear(bench.there.question(9, 9));
    expect(await answered()).toMatchObject([stream]);
    bench.hear(bench.there.question(0, 0), INBOX);
    bench.hear(bench.there.question(9, 9), INBOX);
    expect(await answered()).toMatchObject([stream, { type: 'answer', sx: 9, seq: 0, occupants: [] }]);
  });

  it('after a reconnect of the broker it both asks and tells (G5)', async () => {
    const bench = new Bench();
    bench.join(1);
    await bench.pass(10);
    bench.hear(bench.enterBatch(1, 1, 77));
    await bench.pass(2);
    bench.broker.takePublished();
    bench.broker.events.reconnected();
    const said = bench.broker
      .takePublished()
      .filter(({ channel }) => channel === CHANNEL)
      .map(({ payload }) => readNodeMessage(payload)?.message.type);
    expect(said.sort()).toEqual(['announcement', 'question']);
  });

  it('a player who signs in elsewhere ends the session here (P-HELLO-5)', async () => {
    const bench = new Bench();
    bench.join(1);
    await bench.pass(10);
    const enters = [occupant({ id: 1, generation: 2 })];
    bench.hear(bench.there.batch(0, 0, 1, 1, bench.world.tick, { enters, moves: [], leaves: [] }));
    expect(bench.superseded).toEqual([1]);
  });

  it('drops its own echo, and passes over what is no message (G4)', async () => {
    const bench = new Bench();
    const { outbox } = bench.join(1);
    await bench.pass(10);
    const echo = new NodeWriter('here');
    bench.hear(echo.batch(0, 0, 9, 1, bench.world.tick, { enters: [occupant({ id: 5 })], moves: [], leaves: [] }));
    bench.hear(new Uint8Array([0xc1, 1, 2]));
    await bench.pass(2);
    expect(outbox.shown()).toEqual([1]);
    expect(bench.grid.counters).toMatchObject({ batchesIn: 0, foreign: 1 });
  });

  it('after a stall of many seconds other nodes are told motions that lead to the truth (M1, G8)', async () => {
    const bench = new Bench();
    const { player } = bench.join(1);
    await bench.pass(10);
    bench.world.input(player, 1, bench.world.tick, STANDING);
    bench.world.input(player, 2, bench.world.tick, EAST);
    bench.world.sign(player);
    bench.broker.takePublished();
    // No flush for ten seconds of world time; the motion ends by itself after three of them.
    for (let i = 0; i < 200; i++) bench.world.step();
    await bench.pass(2);
    const truth = { x: player.x, y: player.y, heading: player.heading };
    const batch = bench.broker
      .takePublished()
      .filter(({ channel }) => channel.startsWith('flatlands:test:sq:'))
      .map(({ payload }) => readNodeMessage(payload)?.message)
      .find((message) => message?.type === 'batch');
    if (batch?.type !== 'batch') throw new Error('no batch');
    const [move] = batch.moves;
    if (move === undefined) throw new Error('no move');
    const motion = { tick: batch.tick - move.ago, x: move.dx, y: move.dy, heading: move.heading };
    expect(advance(motion, batch.tick, free)).toMatchObject(truth);
  });
});

const HOLD_MS = 15;
const FLUSH_MS = 2 * TICK_MS;

/** A node with one session on a clock that the test moves, and another node that is only a voice. */
class Pair {
  /** World time, in ms: a flush has just been. */
  nowMs = 100_000;
  readonly there = new NodeWriter('there');
  /** The highest ids that the store was told of when it was asked for a block. */
  readonly floors: number[] = [];
  readonly #connect = createMemoryBroker();
  readonly #store = createMemoryStore();
  readonly #terrain = createTerrain('flat', 7);
  readonly #voice = this.#connect({ message: () => undefined, reconnected: () => undefined });
  readonly #failed = (error: unknown): never => {
    throw error;
  };
  readonly node = new Node({
    name: 'here',
    world: 'test',
    terrain: this.#terrain,
    openSpawn: true,
    flushMs: FLUSH_MS,
    holdMs: HOLD_MS,
    defer: (run) => run(),
    governor: new LoadGovernor(),
    channelSquares: 1,
    maxSessions: 9,
    gems: 2,
    wallMs: () => 0,
    clock: { nowMs: () => this.nowMs },
    monotonic: () => this.nowMs,
    random: () => 0.5,
    newToken: () => 'token',
    connectBroker: this.#connect,
    store: {
      ...this.#store,
      takeIdBlock: (above) => {
        this.floors.push(above);
        return this.#store.takeIdBlock(above);
      },
    },
    brokerFailed: this.#failed,
    storeFailed: this.#failed,
    sessionFailed: this.#failed,
  });

  get tick(): number {
    return this.nowMs / TICK_MS;
  }

  /** Somebody whose picture is there. */
  async join(): Promise<Seat> {
    await this.node.start();
    const seat = new Seat(this.node, () => Math.floor(this.tick), this.#terrain.blocked);
    seat.hello({ at: [16, 16], width: 2, height: 2 });
    for (let i = 0; i < 8; i++) await this.pass(TICK_MS);
    seat.clear();
    return seat;
  }

  /** Time passes at once; gives when the node wants to be called again, in ms from now. */
  async pass(ms: number): Promise<number> {
    this.nowMs += ms;
    const dueMs = this.node.advance() - this.nowMs;
    for (let i = 0; i < 8; i++) await Promise.resolve();
    return dueMs;
  }

  async say(payload: Uint8Array, channel = CHANNEL): Promise<void> {
    this.#voice.publish([{ channel, payload }]);
    for (let i = 0; i < 8; i++) await Promise.resolve();
  }

  async beat(lastId = 0): Promise<void> {
    await this.say(
      writeControl({ type: 'beat', node: 'there', players: 1, lastId, squares: [], isOpen: true }),
      CONTROL,
    );
  }

  /** So many people come and go. */
  async visits(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const seat = new Seat(this.node, () => Math.floor(this.tick), this.#terrain.blocked);
      seat.hello({});
      for (let turn = 0; turn < 8; turn++) await Promise.resolve();
      seat.leave();
    }
  }

  async enter(id: number, seq: number): Promise<void> {
    const enters = [occupant({ id, motion: { tick: this.tick, x: 100, y: 200, heading: STANDING } })];
    await this.say(this.there.batch(0, 0, 1, seq, this.tick, { enters, moves: [], leaves: [] }));
  }
}

describe('a flush of a node', () => {
  it('goes to the sessions at once while there is no other node', async () => {
    const pair = new Pair();
    const seat = await pair.join();
    seat.turn(EAST);
    await pair.pass(TICK_MS);
    await pair.pass(TICK_MS);
    expect(seat.frames.map(({ tick }) => tick)).toEqual([pair.tick]);
  });

  it('waits for the batches of other nodes, which flush at the same tick, and asks to be called in time', async () => {
    const pair = new Pair();
    const seat = await pair.join();
    await pair.beat();
    seat.turn(EAST);
    expect(await pair.pass(TICK_MS)).toBe(TICK_MS);
    expect(await pair.pass(TICK_MS)).toBe(HOLD_MS);
    const { tick } = pair;
    await pair.enter(77, 1);
    expect(await pair.pass(HOLD_MS - 1)).toBe(1);
    expect(seat.frames).toEqual([]);
    expect(await pair.pass(1)).toBe(TICK_MS - HOLD_MS);
    expect(seat.frames.map((frame) => frame.tick)).toEqual([tick]);
    expect(seat.replica.players.has(77)).toBe(true);
    await pair.pass(TICK_MS - HOLD_MS);
    expect(seat.frames.length, 'once').toBe(1);
  });

  it('that was not shown in time is shown before the next is told', async () => {
    const pair = new Pair();
    const seat = await pair.join();
    await pair.beat();
    seat.turn(EAST);
    await pair.pass(TICK_MS);
    await pair.pass(TICK_MS);
    const { tick } = pair;
    seat.turn(STANDING);
    await pair.pass(FLUSH_MS);
    expect(seat.frames.map((frame) => frame.tick)).toEqual([tick]);
    await pair.pass(HOLD_MS);
    expect(seat.frames.map((frame) => frame.tick)).toEqual([tick, tick + 2]);
    expect(seat.faults).toEqual([]);
  });
});

describe('a node among others', () => {
  it('asks the store for ids above all that it or another node knows of, for the store may have lost its count', async () => {
    const pair = new Pair();
    await pair.join();
    expect(pair.floors).toEqual([0]);
    await pair.visits(ID_BLOCK);
    expect(pair.floors).toEqual([0, ID_BLOCK]);
    await pair.beat(5 * ID_BLOCK);
    await pair.visits(ID_BLOCK);
    expect(pair.floors).toEqual([0, ID_BLOCK, 5 * ID_BLOCK]);
  });

  it('ends a session when its player has signed in elsewhere later, and for no other news of a sign-in (P-HELLO-5)', async () => {
    const pair = new Pair();
    const seat = await pair.join();
    const arrival = (id: number, generation: number): Promise<void> =>
      pair.say(writeControl({ type: 'arrival', node: 'there', id, generation }), CONTROL);
    await arrival(seat.id + 1, 9);
    await arrival(seat.id, seat.welcome.generation);
    expect(seat.ending).toBeUndefined();
    await arrival(seat.id, seat.welcome.generation + 1);
    expect(seat.ending?.code).toBe(CLOSE.takenOver.code);
  });
});
