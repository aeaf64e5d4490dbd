import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Broker, ConnectBroker, Publication } from '../../server/broker/broker.ts';
import { until } from '../helpers/until.ts';

/** A broker under test, with no channel in use by anybody else. */
export interface BrokerUnderTest {
  /** Makes one more connection, as one more node would. */
  readonly connect: ConnectBroker;
  close(): Promise<void>;
}

/** One connection and what came in on it. */
class Peer {
  readonly broker: Broker;
  readonly received: Publication[] = [];
  /** Called with every message, before it counts as received. */
  onMessage: (publication: Publication) => void = () => undefined;

  constructor(connect: ConnectBroker) {
    this.broker = connect({
      message: (channel, payload) => {
        this.onMessage({ channel, payload });
        this.received.push({ channel, payload });
      },
      reconnected: () => undefined,
    });
  }

  publish(channel: string, ...texts: string[]): void {
    this.broker.publish(texts.map((text) => ({ channel, payload: Buffer.from(text) })));
  }

  /** What came in on a channel, as texts. */
  texts(channel: string): string[] {
    return this.received.filter((one) => one.channel === channel).map(({ payload }) => Buffer.from(payload).toString());
  }

  async got(channel: string, text: string): Promise<void> {
    await until(`"${text}" came on ${channel}`, () => this.texts(channel).includes(text));
  }
}

const numbers = (count: number, prefix = ''): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

/** The guarantees written on the Broker interface, for any implementation of it. */
export function describeBroker(name: string, open: () => Promise<BrokerUnderTest>): void {
  describe(`${name} keeps the guarantees of a broker`, () => {
    let under: BrokerUnderTest;
    let peers: Peer[];

    beforeEach(async () => {
      under = await open();
      peers = [];
    });

    afterEach(async () => {
      await Promise.all(peers.map(({ broker }) => broker.close()));
      await under.close();
    });

    const connect = (): Peer => {
      const peer = new Peer(under.connect);
      peers.push(peer);
      return peer;
    };

    it("delivers to every subscriber, the publisher's own connection included, and to nobody else", async () => {
      const [a, b, c] = [connect(), connect(), connect()];
      await Promise.all([a.broker.subscribe(['x']), b.broker.subscribe(['x']), c.broker.subscribe(['y'])]);
      a.publish('x', 'to both');
      a.publish('y', 'to the third');
      await Promise.all([a.got('x', 'to both'), b.got('x', 'to both'), c.got('y', 'to the third')]);
      expect([a, b, c].map((peer) => peer.received.length)).toEqual([1, 1, 1]);
    });

    it('delivers what one publisher sends on one channel in order, and once', async () => {
      const [sender, receiver] = [connect(), connect()];
      await receiver.broker.subscribe(['x']);
      const expected = numbers(500);
      // One by one, in a batch, and over several turns of the event loop.
      for (const text of expected.slice(0, 200)) sender.publish('x', text);
      sender.publish('x', ...expected.slice(200, 400));
      for (const text of expected.slice(400)) {
        await Promise.resolve();
        sender.publish('x', text);
      }
      await receiver.got('x', '499');
      expect(receiver.texts('x')).toEqual(expected);
    });

    it('keeps each publisher in order when several publish on one channel', async () => {
      const [receiver, ...senders] = [connect(), connect(), connect(), connect()] as const;
      await receiver.broker.subscribe(['x']);
      for (let i = 0; i < 100; i++) {
        for (const [index, sender] of senders.entries()) sender.publish('x', `${index}:${i}`);
      }
      await until('all messages came', () => receiver.received.length >= 300);
      senders.forEach((_, index) => {
        const own = receiver.texts('x').filter((text) => text.startsWith(`${index}:`));
        expect(own).toEqual(numbers(100, `${index}:`));
      });
    });

    it('delivers everything that is published after subscribe has resolved', async () => {
      const [a, b] = [connect(), connect()];
      for (let round = 0; round < 50; round++) {
        const channel = `round ${round}`;
        await a.broker.subscribe([channel]);
        b.publish(channel, 'from another');
        a.publish(channel, 'from itself');
      }
      await until('every message came', () => a.received.length >= 100);
      for (let round = 0; round < 50; round++) {
        expect(a.texts(`round ${round}`).sort()).toEqual(['from another', 'from itself']);
      }
    });

    it('delivers nothing that was published before a subscription, for nothing is stored', async () => {
      const [early, late] = [connect(), connect()];
      await early.broker.subscribe(['x']);
      early.publish('x', 'before');
      await early.got('x', 'before');
      await late.broker.subscribe(['x']);
      early.publish('x', 'after');
      await late.got('x', 'after');
      expect(late.texts('x')).toEqual(['after']);
    });

    it('delivers nothing that is published after unsubscribe has resolved', async () => {
      const [a, b] = [connect(), connect()];
      await a.broker.subscribe(['x', 'y']);
      await b.broker.subscribe(['x']);
      await a.broker.unsubscribe(['x']);
      b.publish('x', 'unheard');
      b.publish('y', 'heard');
      await Promise.all([b.got('x', 'unheard'), a.got('y', 'heard')]);
      // Back again: had the message been delivered, it would stand before the next one.
      await a.broker.subscribe(['x']);
      b.publish('x', 'heard again');
      await a.got('x', 'heard again');
      expect(a.texts('x')).toEqual(['heard again']);
    });

    it("one connection's unsubscribe takes nothing from another", async () => {
      const [a, b] = [connect(), connect()];
      await Promise.all([a.broker.subscribe(['x']), b.broker.subscribe(['x'])]);
      await a.broker.unsubscribe(['x']);
      a.publish('x', 'still heard');
      await b.got('x', 'still heard');
      expect(a.received).toEqual([]);
    });

    it('lets calls take effect in the order in which they were made, awaited or not', async () => {
      const a = connect();
      await Promise.all([
        a.broker.subscribe(['on', 'off']),
        a.broker.unsubscribe(['on', 'off']),
        a.broker.subscribe(['on']),
      ]);
      a.publish('off', 'unheard');
      a.publish('on', 'heard');
      await a.got('on', 'heard');
      await a.broker.subscribe(['off']);
      a.publish('off', 'heard');
      await a.got('off', 'heard');
      expect(a.texts('off')).toEqual(['heard']);
    });

    it('counts a channel that is subscribed twice once', async () => {
      const a = connect();
      await a.broker.subscribe(['x', 'x']);
      await a.broker.subscribe(['x']);
      a.publish('x', 'once', 'end');
      await a.got('x', 'end');
      expect(a.texts('x')).toEqual(['once', 'end']);
      await a.broker.unsubscribe(['x']);
      await a.broker.unsubscribe(['x', 'never subscribed']);
    });

    it('carries bytes of any value and length as they are', async () => {
      const [a, b] = [connect(), connect()];
      await b.broker.subscribe(['x']);
      const all = Uint8Array.from({ length: 256 }, (_, i) => i);
      const large = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7) & 0xff);
      // A view into the middle of something larger, as an encoder may hand out.
      const view = new Uint8Array(Uint8Array.from({ length: 300 }, (_, i) => i).buffer, 20, 256);
      const payloads = [all, new Uint8Array(0), large, view, Buffer.from([0xc1, 0x0d, 0x0a, 0x00])];
      a.broker.publish(payloads.map((payload) => ({ channel: 'x', payload })));
      await until('all payloads came', () => b.received.length >= payloads.length);
      const isIntact = b.received.map(({ payload }, i) => Buffer.compare(payload, payloads[i] as Uint8Array) === 0);
      expect(isIntact).toEqual(payloads.map(() => true));
    });

    it('leaves a delivered payload alone afterwards', async () => {
      const [a, b] = [connect(), connect()];
      await b.broker.subscribe(['x']);
      a.publish('x', ...numbers(200, 'message '));
      await b.got('x', 'message 199');
      for (let round = 0; round < 5; round++) a.publish('x', ...numbers(200, 'overwrite '));
      await until('all came', () => b.received.length >= 1200);
      expect(b.texts('x').slice(0, 200)).toEqual(numbers(200, 'message '));
    });

    it('takes many channels in one call, and many messages for many channels', async () => {
      const [a, b] = [connect(), connect()];
      const channels = numbers(1000, 'square ');
      await a.broker.subscribe(channels);
      b.broker.publish(channels.map((channel) => ({ channel, payload: Buffer.from(channel) })));
      await until('every channel was heard', () => a.received.length >= channels.length);
      expect(a.received.every(({ channel, payload }) => Buffer.from(payload).toString() === channel)).toBe(true);
      expect(new Set(a.received.map(({ channel }) => channel)).size).toBe(channels.length);

      const [kept, dropped] = [channels.slice(0, 10), channels.slice(10)];
      await a.broker.unsubscribe(dropped);
      a.received.length = 0;
      b.broker.publish([...dropped, ...kept].map((channel) => ({ channel, payload: Buffer.from('again') })));
      await until('the kept channels were heard', () => a.received.length >= kept.length);
      expect(a.received.map(({ channel }) => channel).sort()).toEqual([...kept].sort());
    });

    it('takes calls without channels and without messages', async () => {
      const a = connect();
      await a.broker.subscribe([]);
      await a.broker.unsubscribe([]);
      a.broker.publish([]);
      await a.broker.subscribe(['x']);
      a.publish('x', 'heard');
      await a.got('x', 'heard');
    });

    it('never calls back from within publish or subscribe', async () => {
      const a = connect();
      let calls = 0;
      const within = <T>(call: () => T): T => {
        calls++;
        try {
          return call();
        } finally {
          calls--;
        }
      };
      const nested: string[] = [];
      let answered = false;
      let subscribed: Promise<void> | undefined;
      a.onMessage = ({ payload }) => {
        const text = Buffer.from(payload).toString();
        if (calls > 0) nested.push(text);
        if (text !== 'first' || answered) return;
        answered = true;
        within(() => a.publish('x', 'published by a subscriber'));
        subscribed = within(() => a.broker.subscribe(['y']));
      };
      await within(() => a.broker.subscribe(['x']));
      within(() => a.publish('x', 'first', 'second'));
      await a.got('x', 'published by a subscriber');
      expect(nested).toEqual([]);
      expect(a.texts('x')).toEqual(['first', 'second', 'published by a subscriber']);
      await subscribed;
    });

    it('delivers nothing to a connection that has been closed, and everything to the others', async () => {
      const [a, b] = [connect(), connect()];
      await Promise.all([a.broker.subscribe(['x']), b.broker.subscribe(['x'])]);
      a.publish('x', 'said before closing');
      await a.broker.close();
      const heard = a.received.length;
      b.publish('x', 'said afterwards');
      await b.got('x', 'said afterwards');
      expect(a.received.length).toBe(heard);
      expect(b.texts('x')).toEqual(['said before closing', 'said afterwards']);
    });

    it('delivers what was published before the connection stood and closed at once', async () => {
      const b = connect();
      await b.broker.subscribe(['x']);
      const a = connect();
      a.publish('x', 'said in passing');
      await a.broker.close();
      await b.got('x', 'said in passing');
    });
  });
}
