import { expect, it } from 'vitest';
import { createMemoryBroker } from '../../server/broker/memory-broker.ts';
import { describeBroker } from './broker-contract.ts';

describeBroker('the in-process broker', async () => ({ connect: createMemoryBroker(), close: async () => undefined }));

it('two in-process brokers know nothing of each other', async () => {
  const heard: string[] = [];
  const events = { message: (channel: string) => heard.push(channel), reconnected: () => undefined };
  const one = createMemoryBroker()(events);
  const other = createMemoryBroker()(events);
  await one.subscribe(['x']);
  other.publish([{ channel: 'x', payload: Uint8Array.of(1) }]);
  one.publish([{ channel: 'x', payload: Uint8Array.of(2) }]);
  await Promise.resolve();
  expect(heard).toEqual(['x']);
});
