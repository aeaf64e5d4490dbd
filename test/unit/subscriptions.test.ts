import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GridSquare } from '../../server/grid/grid-square.ts';
import { RESUBSCRIBE_TICKS, UNSUBSCRIBE_TICKS } from '../../server/grid/limits.ts';
import { Subscriptions } from '../../server/grid/subscriptions.ts';
import { HandBroker } from '../helpers/hand-broker.ts';

/** Subscriptions on a broker that answers by hand, and a log of what they told. */
class Bench {
  readonly broker = new HandBroker();
  readonly log: string[] = [];
  readonly subscriptions = new Subscriptions(this.broker.connect(this.broker.events), ({ key }) => key, {
    subscribing: () => undefined,
    subscribed: ({ key }) => this.log.push(`subscribed ${key}`),
    unsubscribed: ({ key }) => this.log.push(`unsubscribed ${key}`),
    failed: (error) => this.log.push(`failed ${(error as Error).message}`),
  });
  tick = 0;

  acquire(...squares: GridSquare[]): void {
    for (const square of squares) this.subscriptions.acquire(square, this.tick);
  }

  release(...squares: GridSquare[]): void {
    for (const square of squares) this.subscriptions.release(square, this.tick);
  }

  /** One tick; what is asked of the broker succeeds, or fails, or waits. */
  async next(outcome: 'succeeds' | 'fails' | 'waits' = 'succeeds'): Promise<void> {
    this.tick++;
    this.subscriptions.settle(this.tick);
    if (outcome !== 'waits') await this.broker.answer(outcome === 'fails' ? new Error('no broker') : undefined);
  }

  async pass(ticks: number): Promise<void> {
    for (let i = 0; i < ticks; i++) await this.next();
  }

  take(): string[] {
    return this.log.splice(0);
  }
}

const a = (): GridSquare => new GridSquare(0, 0);
const b = (): GridSquare => new GridSquare(1, 0);

describe('subscriptions', () => {
  it('the first viewer of a square subscribes, the others do not (G2)', async () => {
    const bench = new Bench();
    const square = a();
    bench.acquire(square, square);
    expect(bench.broker.take(), 'nothing before the tick is over').toEqual([]);
    await bench.next();
    bench.acquire(square);
    await bench.pass(3);
    expect(bench.broker.take()).toEqual(['subscribe 0,0']);
    expect(bench.take()).toEqual(['subscribed 0,0']);
    expect(square.viewers).toBe(3);
  });

  it('a tick’s changes go out in one call each way (G2, G4)', async () => {
    const bench = new Bench();
    const squares = Array.from({ length: 30 }, (_, i) => new GridSquare(i, i));
    bench.acquire(...squares);
    await bench.next();
    bench.release(...squares.slice(0, 20));
    await bench.pass(UNSUBSCRIBE_TICKS - 1);
    const more = Array.from({ length: 5 }, (_, i) => new GridSquare(i, -9));
    bench.acquire(...more);
    await bench.pass(3);
    const kinds = bench.broker.take().map((call) => [call.split(' ')[0], call.split(' ').length - 1]);
    expect(kinds).toEqual([
      ['subscribe', 30],
      ['subscribe', 5],
      ['unsubscribe', 20],
    ]);
    expect(bench.subscriptions.size).toBe(15);
  });

  it('the last viewer unsubscribes after a linger (G2)', async () => {
    const bench = new Bench();
    const square = a();
    bench.acquire(square);
    await bench.next();
    bench.release(square);
    await bench.pass(UNSUBSCRIBE_TICKS - 1);
    expect(bench.broker.take()).toEqual(['subscribe 0,0']);
    await bench.next();
    expect(bench.broker.take()).toEqual(['unsubscribe 0,0']);
    expect(bench.take()).toEqual(['subscribed 0,0', 'unsubscribed 0,0']);
    expect(bench.subscriptions.size).toBe(0);
  });

  it('whoever comes back within the linger finds the square subscribed, and the linger begins anew (G2)', async () => {
    const bench = new Bench();
    const square = a();
    bench.acquire(square);
    await bench.next();
    for (let i = 0; i < 3; i++) {
      bench.release(square);
      await bench.pass(UNSUBSCRIBE_TICKS - 5);
      bench.acquire(square);
      await bench.pass(5);
    }
    expect(bench.broker.take()).toEqual(['subscribe 0,0']);
  });

  it('who leaves before the subscription went out costs no call (G2)', async () => {
    const bench = new Bench();
    const square = a();
    bench.acquire(square);
    bench.release(square);
    await bench.pass(200);
    expect(bench.broker.take()).toEqual([]);
    expect(bench.subscriptions.size).toBe(0);
  });

  it('who leaves while the broker is asked: the square lingers and goes (G2)', async () => {
    const bench = new Bench();
    const square = a();
    bench.acquire(square);
    await bench.next('waits');
    bench.release(square);
    await bench.pass(UNSUBSCRIBE_TICKS + 2);
    expect(bench.broker.take()).toEqual(['subscribe 0,0', 'unsubscribe 0,0']);
    expect(bench.take()).toEqual(['subscribed 0,0', 'unsubscribed 0,0']);
  });

  it('a failure is told, rolled back, and tried again a second later (G2)', async () => {
    const bench = new Bench();
    const [one, two] = [a(), b()];
    bench.acquire(one, two);
    await bench.next('fails');
    expect(bench.take()).toEqual(['failed no broker']);
    for (let i = 1; i < RESUBSCRIBE_TICKS; i++) await bench.next();
    expect(bench.broker.take()).toEqual(['subscribe 0,0 1,0']);
    await bench.next('fails');
    await bench.pass(RESUBSCRIBE_TICKS);
    expect(bench.broker.take()).toEqual(['subscribe 0,0 1,0', 'subscribe 0,0 1,0']);
    expect(bench.take()).toEqual(['failed no broker', 'subscribed 0,0', 'subscribed 1,0']);
  });

  it('what nobody wants any more after a failure is not tried again (G2)', async () => {
    const bench = new Bench();
    const [one, two] = [a(), b()];
    bench.acquire(one, two);
    await bench.next('fails');
    bench.release(one);
    await bench.next();
    expect(bench.take(), 'what was begun for it while it was asked for ends').toEqual([
      'failed no broker',
      'unsubscribed 0,0',
    ]);
    await bench.pass(3 * RESUBSCRIBE_TICKS);
    expect(bench.broker.take()).toEqual(['subscribe 0,0 1,0', 'subscribe 1,0']);
    expect(bench.subscriptions.size).toBe(1);
  });

  it('a square that is wanted again right after it was given up is subscribed anew, in that order (G2)', async () => {
    const bench = new Bench();
    const square = a();
    bench.acquire(square);
    await bench.next();
    bench.release(square);
    await bench.pass(UNSUBSCRIBE_TICKS - 1);
    await bench.next('waits');
    bench.acquire(square);
    await bench.next();
    expect(bench.broker.take()).toEqual(['subscribe 0,0', 'unsubscribe 0,0', 'subscribe 0,0']);
    expect(bench.take()).toEqual(['subscribed 0,0', 'unsubscribed 0,0', 'subscribed 0,0']);
  });

  it('an unsubscription that fails is tried again: the broker is asked for exactly what is wanted (G2)', async () => {
    const bench = new Bench();
    const square = a();
    bench.acquire(square);
    await bench.next();
    bench.release(square);
    await bench.pass(UNSUBSCRIBE_TICKS - 1);
    bench.broker.take();
    await bench.next('fails');
    expect(bench.take()).toEqual(['subscribed 0,0', 'unsubscribed 0,0', 'failed no broker']);
    await bench.pass(RESUBSCRIBE_TICKS - 1);
    expect(bench.broker.calls.length, 'not before a second has passed').toBe(1);
    await bench.pass(RESUBSCRIBE_TICKS);
    expect(bench.broker.take()).toEqual(['unsubscribe 0,0', 'unsubscribe 0,0']);
  });

  it('an unsubscription that failed is not tried again once the square is wanted (G2)', async () => {
    const bench = new Bench();
    const square = a();
    bench.acquire(square);
    await bench.next();
    bench.release(square);
    await bench.pass(UNSUBSCRIBE_TICKS - 1);
    await bench.next('fails');
    bench.acquire(square);
    await bench.pass(3 * RESUBSCRIBE_TICKS);
    expect(bench.broker.take()).toEqual(['subscribe 0,0', 'unsubscribe 0,0', 'subscribe 0,0']);
  });

  it('nor is it forgotten when whoever wanted it is gone at once (G2)', async () => {
    const bench = new Bench();
    const square = a();
    bench.acquire(square);
    await bench.next();
    bench.release(square);
    await bench.pass(UNSUBSCRIBE_TICKS - 1);
    await bench.next('fails');
    bench.acquire(square);
    bench.release(square);
    await bench.pass(2);
    expect([...bench.broker.subscribed]).toEqual([]);
    expect(bench.subscriptions.has(square)).toBe(false);
  });

  it('a square given up while the broker keeps one waiting is let go of after the linger (G2)', async () => {
    const bench = new Bench();
    const [given, kept] = [a(), b()];
    bench.acquire(given, kept);
    await bench.next('waits');
    bench.release(given);
    for (let i = 0; i <= UNSUBSCRIBE_TICKS; i++) await bench.next('waits');
    expect(bench.take()).toEqual(['unsubscribed 0,0']);
    expect(bench.broker.take()).toEqual(['subscribe 0,0 1,0', 'unsubscribe 0,0']);
    await bench.next();
    expect(bench.take(), 'an answer that comes now is about the other').toEqual(['subscribed 1,0']);
    expect([bench.subscriptions.has(given), bench.subscriptions.has(kept)]).toEqual([false, true]);
  });

  it('whoever comes back while the broker keeps one waiting finds the square asked for (G2)', async () => {
    const bench = new Bench();
    const square = a();
    bench.acquire(square);
    await bench.next('waits');
    for (let i = 0; i < 3 * UNSUBSCRIBE_TICKS; i++) {
      if (i % 50 === 0) bench.release(square);
      if (i % 50 === 40) bench.acquire(square);
      await bench.next('waits');
    }
    for (let i = 0; i < 2 * UNSUBSCRIBE_TICKS; i++) await bench.next('waits');
    await bench.next();
    expect(bench.broker.take()).toEqual(['subscribe 0,0']);
    expect(bench.take()).toEqual(['subscribed 0,0']);
  });

  it('an answer that comes late is about the call it belongs to, not about a later one (G2)', async () => {
    const calls: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
    const call = (): Promise<void> => new Promise((resolve, reject) => calls.push({ resolve, reject }));
    const broker = { subscribe: call, unsubscribe: call, publish: () => undefined, close: async () => undefined };
    const log: string[] = [];
    const subscriptions = new Subscriptions(broker, ({ key }) => key, {
      subscribing: () => log.push('subscribing'),
      subscribed: () => log.push('subscribed'),
      unsubscribed: () => log.push('unsubscribed'),
      failed: () => log.push('failed'),
    });
    const pass = async (from: number, to: number): Promise<void> => {
      for (let tick = from; tick <= to; tick++) subscriptions.settle(tick);
      for (let i = 0; i < 4; i++) await Promise.resolve();
    };
    const square = a();
    subscriptions.acquire(square, 0);
    await pass(1, 1);
    subscriptions.release(square, 1);
    await pass(2, 1 + UNSUBSCRIBE_TICKS);
    subscriptions.acquire(square, 2 + UNSUBSCRIBE_TICKS);
    await pass(2 + UNSUBSCRIBE_TICKS, 3 + UNSUBSCRIBE_TICKS);
    expect(calls.length, 'subscribed, given up, subscribed').toBe(3);
    calls[0]?.reject(new Error('too late'));
    await pass(4 + UNSUBSCRIBE_TICKS, 4 + UNSUBSCRIBE_TICKS + 2 * RESUBSCRIBE_TICKS);
    calls[2]?.resolve();
    await pass(200 + UNSUBSCRIBE_TICKS, 200 + UNSUBSCRIBE_TICKS);
    expect(calls.length).toBe(3);
    expect(log).toEqual(['subscribing', 'unsubscribed', 'subscribing', 'failed', 'subscribed']);
  });

  it('whatever comes and goes and fails, in the end the broker has exactly what is looked at (G2)', async () => {
    const step = fc.record({
      square: fc.integer({ min: 0, max: 3 }),
      acquires: fc.boolean(),
      ticks: fc.integer({ min: 0, max: 60 }),
      outcome: fc.constantFrom('succeeds', 'succeeds', 'fails', 'waits'),
    } as const);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const bench = new Bench();
        const squares = [0, 1, 2, 3].map((sx) => new GridSquare(sx, 0));
        for (const { square: index, acquires, ticks, outcome } of steps) {
          const square = squares[index] as GridSquare;
          if (acquires) bench.acquire(square);
          else if (square.viewers > 0) bench.release(square);
          for (let i = 0; i < ticks; i++) await bench.next(outcome);
        }
        await bench.broker.answer();
        await bench.pass(UNSUBSCRIBE_TICKS + 2 * RESUBSCRIBE_TICKS + 2);
        const wanted = squares.filter(({ viewers }) => viewers > 0).map(({ key }) => key);
        expect([...bench.broker.subscribed].sort()).toEqual(wanted);
        expect(bench.subscriptions.size).toBe(wanted.length);
        for (const { key } of squares) {
          const told = bench.log.findLast((line) => line.endsWith(` ${key}`)) ?? `unsubscribed ${key}`;
          expect(told).toBe(`${wanted.includes(key) ? 'subscribed' : 'unsubscribed'} ${key}`);
        }
      }),
      { numRuns: 40 },
    );
  });
});
