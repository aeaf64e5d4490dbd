import { describe, expect, it } from 'vitest';
import { holdChannels } from '../../server/broker/held-channels.ts';
import { createMemoryBroker } from '../../server/broker/memory-broker.ts';
import { HandBroker } from '../helpers/hand-broker.ts';

/** Held channels on a broker that answers by hand. */
function bench() {
  const broker = new HandBroker();
  return { broker, held: holdChannels(broker.connect)(broker.events) };
}

describe('channels that several hold', () => {
  it('are subscribed by the first and let go of by the last', async () => {
    const { broker, held } = bench();
    const both = Promise.all([held.subscribe(['x', 'x', 'y']), held.subscribe(['x'])]);
    await broker.answer();
    await both;
    expect(broker.take()).toEqual(['subscribe x y']);
    await held.unsubscribe(['x']);
    await held.unsubscribe(['x']);
    expect(broker.take()).toEqual([]);
    const last = held.unsubscribe(['x']);
    await broker.answer();
    await last;
    expect(broker.take()).toEqual(['unsubscribe x']);
  });

  it('are not held before the broker delivers, whoever asked first', async () => {
    const { broker, held } = bench();
    let isHeld = false;
    void held.subscribe(['x']);
    const second = held.subscribe(['x']).then(() => {
      isHeld = true;
    });
    for (let i = 0; i < 10; i++) await Promise.resolve();
    expect(isHeld).toBe(false);
    await broker.answer();
    await second;
  });

  it('when the broker refuses nobody holds them, and they can be asked for again', async () => {
    const { broker, held } = bench();
    const outcomes = Promise.allSettled([held.subscribe(['x', 'y']), held.subscribe(['x'])]);
    await broker.answer(new Error('no'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const again = held.subscribe(['x']);
    await broker.answer();
    await again;
    expect(broker.take()).toEqual(['subscribe x y', 'subscribe x']);
  });

  it('what had been held before is kept by a call that fails for another channel', async () => {
    const { broker, held } = bench();
    const first = held.subscribe(['x']);
    await broker.answer();
    await first;
    const second = Promise.allSettled([held.subscribe(['x', 'y'])]);
    await broker.answer(new Error('no'));
    await second;
    broker.take();
    const last = held.unsubscribe(['x']);
    await broker.answer();
    await last;
    expect(broker.take()).toEqual(['unsubscribe x']);
  });

  it('one that the broker would not let go of is let go of when asked again, and subscribed anew when wanted', async () => {
    const { broker, held } = bench();
    const first = held.subscribe(['x']);
    await broker.answer();
    await first;
    const failing = Promise.allSettled([held.unsubscribe(['x'])]);
    await broker.answer(new Error('no'));
    expect((await failing)[0]?.status).toBe('rejected');
    broker.take();
    const second = held.subscribe(['x']);
    await broker.answer();
    await second;
    expect(broker.take()).toEqual(['subscribe x']);
    // The one who was refused asks again: the other's hold is not theirs.
    await held.unsubscribe(['x']);
    expect(broker.take()).toEqual([]);
  });

  it('carry messages like those of the broker behind', async () => {
    const heard: string[] = [];
    const events = { message: (channel: string) => heard.push(channel), reconnected: () => undefined };
    const held = holdChannels(createMemoryBroker())(events);
    await held.subscribe(['x', 'x']);
    held.publish([{ channel: 'x', payload: Uint8Array.of(1) }]);
    await Promise.resolve();
    expect(heard).toEqual(['x']);
    expect(held.status?.isConnected).toBe(true);
    await held.close();
  });
});
