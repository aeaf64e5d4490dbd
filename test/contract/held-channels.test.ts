import { describe, expect, it } from 'vitest';
import { holdChannels } from '../../server/broker/held-channels.ts';
import { createMemoryBroker } from '../../server/broker/memory-broker.ts';
import { HandBroker } from '../helpers/hand-broker.ts';

/** Held channels on a broker that answers by hand. */
function bench() {
  const broker = new HandBroker();
  return { broker, held: holdChannels(broker.connect)(broker.events) };
}

/** Held channels on a broker that answers its calls one by one, each as the test says. */
function oneByOne() {
  const calls: { readonly call: string; readonly settle: (error?: Error) => void }[] = [];
  const note = (kind: string) => (names: readonly string[]) =>
    new Promise<void>((resolve, reject) => {
      const settle = (error?: Error): void => (error === undefined ? resolve() : reject(error));
      calls.push({ call: `${kind} ${names.join(' ')}`, settle });
    });
  const broker = { subscribe: note('subscribe'), unsubscribe: note('unsubscribe') };
  const rest = { publish: () => undefined, close: async () => undefined };
  const held = holdChannels(() => ({ ...broker, ...rest }))({ message: () => undefined, reconnected: () => undefined });
  /** The oldest call that waits succeeds, or fails with an error. */
  const settle = (error?: Error): string | undefined => {
    const oldest = calls.shift();
    oldest?.settle(error);
    return oldest?.call;
  };
  return { held, calls, settle };
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

  it('whoever is refused when letting go keeps a hold beside that of one who has come meanwhile', async () => {
    const { held, calls, settle } = oneByOne();
    const first = held.subscribe(['x']);
    expect(settle()).toBe('subscribe x');
    await first;
    const leaving = held.unsubscribe(['x']);
    const second = held.subscribe(['x']);
    expect(settle(new Error('no'))).toBe('unsubscribe x');
    await expect(leaving).rejects.toThrow('no');
    expect(settle()).toBe('subscribe x');
    await second;
    await held.unsubscribe(['x']);
    expect(calls.length, 'the other one still looks at it').toBe(0);
    const last = held.unsubscribe(['x']);
    expect(settle()).toBe('unsubscribe x');
    await last;
  });

  it('a refusal that comes after one was given up takes nothing from those who have come meanwhile', async () => {
    const { held, calls, settle } = oneByOne();
    const refused = held.subscribe(['x']);
    const leaving = held.unsubscribe(['x']);
    const others = [held.subscribe(['x']), held.subscribe(['x'])];
    expect(settle(new Error('no'))).toBe('subscribe x');
    await expect(refused).rejects.toThrow('no');
    expect([settle(), settle()]).toEqual(['unsubscribe x', 'subscribe x']);
    await Promise.all([leaving, ...others]);
    await held.unsubscribe(['x']);
    expect(calls.length, 'one of the two still looks at it').toBe(0);
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
