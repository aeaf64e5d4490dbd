import { describe, expect, it } from 'vitest';
import { Sight } from '../../server/gateway/sight.ts';
import { Channels } from '../../server/grid/channels.ts';
import { Grid, type HeldBack } from '../../server/grid/grid.ts';
import { MAX_TRACES } from '../../server/grid/limits.ts';
import type { ShownTrace } from '../../server/grid/trace.ts';
import type { Player } from '../../server/world/player.ts';
import { World } from '../../server/world/world.ts';
import { UNITS_PER_SQUARE } from '../../shared/constants.ts';
import { HandBroker } from '../helpers/hand-broker.ts';
import { ShownOutbox } from '../helpers/shown-outbox.ts';
import { free } from '../helpers/walls.ts';

const FLUSH_TICKS = 2;

/** A node with one session that watches inputs which are followed, on a screen of five squares. */
class Bench {
  readonly broker = new HandBroker();
  readonly world = new World(free, 1000);
  readonly grid = new Grid({
    node: 'here',
    channels: new Channels('test'),
    blocked: free,
    connectBroker: this.broker.connect,
    tick: 1000,
    worldMs: () => this.world.tick,
    arrived: () => undefined,
    superseded: () => undefined,
    census: () => ({ players: this.world.players.size, lastId: 0, isOpen: true }),
    brokerFailed: () => undefined,
  });
  readonly outbox = new ShownOutbox();
  readonly told: { readonly trace: ShownTrace; readonly atMs: number }[] = [];

  constructor() {
    const watcher = this.join(1, 0, 0);
    const viewer = this.grid.view(this.outbox, new Sight(watcher, { width: 40, height: 40 }));
    this.grid.watchTraces(viewer, (trace) => this.told.push({ trace, atMs: this.world.tick }));
  }

  /** Somebody in the middle of a square. */
  join(id: number, sx: number, sy: number): Player {
    const person = { id, generation: 1, name: `P${id}`, look: 0, profileVersion: 1 };
    return this.world.join(person, (sx + 0.5) * UNITS_PER_SQUARE, (sy + 0.5) * UNITS_PER_SQUARE);
  }

  async flush(held: HeldBack): Promise<void> {
    for (let i = 0; i < FLUSH_TICKS; i++) {
      this.world.step();
      this.grid.settle(this.world.tick);
      await this.broker.answer();
    }
    const { tick } = this.world;
    this.grid.tell(tick, this.world.drain());
    this.grid.show(tick, undefined, held);
    this.grid.sendSome(Number.MAX_SAFE_INTEGER);
  }

  /** A turn of somebody's, which is followed. */
  turn(player: Player, id: number, heading: number): void {
    const { tick } = this.world;
    this.world.input(player, id, tick, heading);
    this.grid.follow(player, { id, player: player.id, sentMs: tick, readMs: tick, flushedMs: tick });
  }
}

describe('inputs that are followed', () => {
  it.each<HeldBack>(['nothing', 'all'])(
    'come in the frame that tells of them, where %s is held back of squares further away (P-TRACE-1)',
    async (held) => {
      const bench = new Bench();
      const mover = bench.join(2, 0, 1);
      for (let i = 0; i < 10; i++) await bench.flush(held);
      let waited = 0;
      for (let id = 1; id <= 6; id++) {
        const heading = id % 2 === 0 ? 0 : 128;
        bench.turn(mover, id, heading);
        const sinceTick = bench.world.tick;
        const isShown = (): boolean => bench.outbox.replica.players.get(2)?.occupant.motion.heading === heading;
        const isTold = (): boolean => bench.told.some(({ trace }) => trace.id === id);
        for (let i = 0; i < 2 && !isShown(); i++) {
          expect(isTold()).toBe(false);
          await bench.flush(held);
        }
        expect(isShown()).toBe(true);
        expect(isTold()).toBe(true);
        if (bench.world.tick - sinceTick > FLUSH_TICKS) waited++;
      }
      expect(bench.told.map(({ trace }) => trace.id)).toEqual([1, 2, 3, 4, 5, 6]);
      if (held === 'nothing') expect(waited).toBe(0);
      else expect(waited).toBeGreaterThan(0);
      // The wait is one for the frame to be written: it was ready to be made before.
      for (const { trace, atMs } of bench.told) expect(atMs - trace.plannedMs).toBeLessThanOrEqual(FLUSH_TICKS);
    },
  );

  it(`are no more than ${MAX_TRACES} in a flush, and the next flush has as many again`, async () => {
    const bench = new Bench();
    const mover = bench.join(2, 0, 0);
    for (let i = 0; i < 10; i++) await bench.flush('nothing');
    for (const first of [0, 100]) {
      for (let i = 0; i < MAX_TRACES + 5; i++) bench.turn(mover, first + i, 0);
      await bench.flush('nothing');
      const ids = bench.told.splice(0).map(({ trace }) => trace.id);
      expect(ids).toEqual(Array.from({ length: MAX_TRACES }, (_, i) => first + i));
    }
  });

  it('of squares out of sight are not told', async () => {
    const bench = new Bench();
    const mover = bench.join(2, 3, 0);
    for (let i = 0; i < 10; i++) await bench.flush('nothing');
    bench.turn(mover, 1, 0);
    await bench.flush('nothing');
    expect(bench.told).toEqual([]);
  });
});
