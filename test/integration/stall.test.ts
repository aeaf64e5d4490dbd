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
});
