import { expect, it } from 'vitest';
import { TICK_MS } from '../../shared/constants.ts';
import { Stage } from '../helpers/stage.ts';

it('A node says how old the oldest frame is that a client has not acknowledged (O2)', async () => {
  const stage = await Stage.start();
  const [ada, bob] = [await stage.join(), await stage.join()];
  for (const seat of [ada, bob]) {
    seat.isLively = false;
    seat.isAcknowledging = true;
    seat.alive();
  }
  await stage.ticks(40);
  for (const seat of [ada, bob]) seat.alive();
  expect(stage.node.oldestUnacknowledgedSeconds()).toBe(0);
  bob.isAcknowledging = false;
  ada.turn(0);
  await stage.ticks(2);
  const toldAt = stage.tick;
  await stage.ticks(18);
  ada.alive();
  const seconds = stage.node.oldestUnacknowledgedSeconds();
  expect(seconds).toBeGreaterThanOrEqual(((stage.tick - toldAt) * TICK_MS) / 1000);
  expect(seconds).toBeLessThanOrEqual(((stage.tick - toldAt + 4) * TICK_MS) / 1000);
  bob.isAcknowledging = true;
  bob.alive();
  expect(stage.node.oldestUnacknowledgedSeconds()).toBe(0);
});
