import { describe, expect, it } from 'vitest';
import { SILENT_MS } from '../../server/gateway/limits.ts';
import { IDLE_STOP_TICKS, TICK_MS } from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';
import { Stage } from '../helpers/stage.ts';

describe('a node that could not listen for a while', () => {
  it('takes nobody for silent because of it: sessions stay and walkers walk on (M2)', async () => {
    const stage = await Stage.start();
    const seat = await stage.join();
    seat.turn(0);
    await stage.ticks(4);
    const [player] = stage.node.world.players.values();
    await stage.stall(2 * SILENT_MS);
    expect(seat.ending).toBeUndefined();
    expect(player?.heading).toBe(0);
    expect(stage.node.world.tick).toBe(stage.tick);

    // From then on silence counts again.
    seat.isLively = false;
    await stage.ticks(IDLE_STOP_TICKS + 2);
    expect(player?.heading).toBe(STANDING);
    await stage.until('the silent session is closed', () => seat.ending !== undefined, SILENT_MS / TICK_MS + 40);
  });

  it('for a very long while, or whose time jumped, makes up for nothing: walkers stand where they were', async () => {
    for (const jumpMs of [60_000, 30 * 86_400_000]) {
      const stage = await Stage.start({ nodes: 2 });
      const seat = await stage.join({ at: [0, 0] });
      const watcher = await stage.join({ at: [2, 0] }, stage.nodes[1]);
      seat.turn(0);
      await stage.ticks(10);
      const [player] = stage.node.world.players.values();
      const x = player?.x ?? 0;
      await stage.stall(jumpMs);
      expect(player?.heading).toBe(STANDING);
      expect((player?.x ?? 0) - x).toBeLessThan(100);
      expect([seat.ending, watcher.ending]).toEqual([undefined, undefined]);
      expect(stage.node.world.tick).toBe(stage.tick);
      expect(stage.nodes.every(({ grid }) => grid.counters.questions < 100)).toBe(true);
      await stage.until(
        'both see each other again',
        () => watcher.timesIn(seat.id) === 1 && seat.timesIn(watcher.id) === 1,
      );
      seat.turn(64);
      await stage.ticks(4);
      expect(watcher.replica.players.get(seat.id)?.occupant.motion).toMatchObject({ heading: 64, x: player?.x });
    }
  });
});
