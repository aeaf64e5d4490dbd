import { expect, it } from 'vitest';
import { BrokerLag } from '../../server/grid/broker-lag.ts';

it('how long the broker takes is what it took last, and grows while nothing comes back', () => {
  let nowMs = 0;
  const lag = new BrokerLag(() => nowMs);
  lag.heard();
  expect(lag.ms, 'nothing was said').toBe(0);
  lag.said();
  nowMs = 5;
  lag.heard();
  expect(lag.ms).toBe(5);
  lag.said();
  nowMs = 8;
  expect(lag.ms, 'what is on its way is younger').toBe(5);
  lag.said();
  nowMs = 1005;
  expect(lag.ms, 'the first of what was said counts').toBe(1000);
  lag.heard();
  lag.said();
  nowMs = 1006;
  lag.heard();
  expect(lag.ms).toBe(1);
});
