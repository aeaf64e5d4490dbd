import { describe, expect, it } from 'vitest';
import { Channels } from '../../server/grid/channels.ts';
import { writeControl } from '../../server/grid/control-wire.ts';
import { Grid } from '../../server/grid/grid.ts';
import { BEAT_TICKS, LEASE_TICKS, UNSUBSCRIBE_TICKS } from '../../server/grid/limits.ts';
import { NodeWriter, readNodeMessage } from '../../server/grid/wire.ts';
import type { Player } from '../../server/world/player.ts';
import { World } from '../../server/world/world.ts';
import { advance, STANDING } from '../../shared/motion.ts';
import { HandBroker } from '../helpers/hand-broker.ts';
import { occupant } from '../helpers/occupants.ts';
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
    census: () => ({ players: this.world.players.size, lastId: 0 }),
    brokerFailed: () => undefined,
  });
  readonly there = new NodeWriter('there');

  /** Somebody in the middle of square 0,0 whose small screen touches no other. */
  join(id: number): { player: Player; outbox: ShownOutbox; leave: () => void } {
    const player = this.world.join({ id, generation: 1, name: `P${id}`, look: 0 }, 4096, 4096);
    const outbox = new ShownOutbox();
    const viewer = this.grid.view(outbox, () => ({ x: player.x, y: player.y, width: 2, height: 2 }));
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
    const far = bench.world.join({ id: 4, generation: 1, name: 'far', look: 0 }, 90_000, 90_000);
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
    await bench.pass(2);
    expect(outbox.shown(), 'what was still on its way changes nothing').toEqual([1]);
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
