import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { Breather } from '../../client/breather.ts';

/** Until what had been posted before has been delivered. */
async function delivered(): Promise<void> {
  const channel = new MessageChannel();
  await new Promise((resolve) => {
    channel.port1.onmessage = resolve;
    channel.port2.postMessage(null);
  });
  channel.port1.close();
  await turn();
}

it('holds the next frame until something else has run, and only then', async () => {
  const breather = new Breather();
  onTestFinished(() => breather.stop());
  expect(breather.isHeld).toBe(false);
  breather.drawn();
  expect(breather.isHeld).toBe(true);
  breather.drawn();
  await delivered();
  expect(breather.isHeld).toBe(false);
  await delivered();
  breather.drawn();
  expect(breather.isHeld).toBe(true);
});
