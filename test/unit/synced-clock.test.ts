import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SyncedClock, type SyncedClockOptions } from '../../shared/synced-clock.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

/** A client's clock and a server's, and what lies between them. All times in ms. */
class Line {
  /** The local clock. */
  nowMs = 500;
  /** World time minus local time. */
  offsetMs: number;
  readonly clock: SyncedClock;

  constructor(offsetMs: number, options?: SyncedClockOptions) {
    this.offsetMs = offsetMs;
    this.clock = new SyncedClock(() => this.nowMs, options);
  }

  get worldMs(): number {
    return this.nowMs + this.offsetMs;
  }

  /** Asks and gets an answer; the server takes `heldMs` to answer, for it waits for its next frame. */
  ask(upMs: number, heldMs: number, downMs: number): void {
    const sentAt = this.nowMs;
    this.nowMs += upMs;
    const receivedMs = this.worldMs;
    this.nowMs += heldMs;
    const sentMs = this.worldMs;
    this.nowMs += downMs;
    this.clock.learn(sentAt, receivedMs, sentMs);
  }

  /** How far the client is off. */
  get errorMs(): number {
    return Math.abs(this.clock.nowMs() - this.worldMs);
  }
}

describe('synced clock', () => {
  it('is not synced before the first answer, and then keeps world time (P-CLOCK-2)', () => {
    const line = new Line(1_000_000);
    expect(line.clock.isSynced).toBe(false);
    line.ask(40, 70, 40);
    expect(line.clock.isSynced).toBe(true);
    expect(line.errorMs).toBe(0);
    line.nowMs += 12_345;
    expect(line.errorMs).toBe(0);
  });

  it('computes the example of PROTOCOL.md (P-CLOCK-2)', () => {
    let now = 1110;
    const clock = new SyncedClock(() => now);
    clock.learn(1000, 61_020, 61_080);
    expect(clock.pingMs).toBe(50);
    now = 2000;
    expect(clock.nowMs()).toBe(2000 + 59_995);
  });

  it('the ping is that of the newest answer, without the time the server took (P-CLOCK-2)', () => {
    const line = new Line(0);
    expect(line.clock.pingMs).toBeUndefined();
    line.ask(30, 100, 20);
    expect(line.clock.pingMs).toBe(50);
    line.ask(60, 10, 20);
    expect(line.clock.pingMs).toBe(80);
  });

  it('under lopsided and jittery delays it comes to within half of the best round trip (P-CLOCK-3)', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({ min: 0, max: 150, noNaN: true }),
        fc.double({ min: 0, max: 150, noNaN: true }),
        fc.double({ min: 0, max: 400, noNaN: true }),
        (seed, up, down, jitter) => {
          const random = seededRandom(seed);
          const line = new Line(random() * 1e9 - 5e8);
          const roundTrips: number[] = [];
          const ask = (): void => {
            // Most packets are lucky, some are late.
            line.ask(up + jitter * random() ** 3, random() * 100, down + jitter * random() ** 3);
            roundTrips.push(line.clock.pingMs as number);
          };
          for (let i = 0; i < 4; i++) {
            ask();
            line.nowMs += 250;
          }
          for (let i = 0; i < 12; i++) {
            ask();
            for (let drawn = 0; drawn < 20; drawn++) {
              line.nowMs += 250;
              line.clock.nowMs();
            }
          }
          expect(line.errorMs).toBeLessThanOrEqual(Math.min(...roundTrips.slice(-8)) / 2 + 1e-3);
        },
      ),
    );
  });

  it('follows a local clock that runs a little wrong, and never runs backwards (P-CLOCK-3)', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: -0.001, max: 0.001, noNaN: true }), (seed, drift) => {
        const random = seededRandom(seed);
        const line = new Line(1e7);
        line.ask(200, 50, 20);
        let last = line.clock.nowMs();
        let backwards = 0;
        for (let i = 0; i < 3000; i++) {
          const elapsed = random() * 40;
          line.nowMs += elapsed;
          line.offsetMs += elapsed * drift;
          const said = line.clock.nowMs();
          backwards = Math.max(backwards, last - said);
          last = said;
          if (random() < 0.01) line.ask(20 + random() * 60, random() * 100, 20 + random() * 60);
        }
        // Nobody asks for less than the round trip explains, and 8 answers' time of drift.
        expect(backwards).toBe(0);
        expect(line.errorMs).toBeLessThan(60 + 40);
      }),
    );
  });

  it('a small difference is approached by 2 % of the time that passes, not taken at once (P-CLOCK-3)', () => {
    const line = new Line(0);
    line.ask(400, 0, 0);
    expect(line.errorMs).toBe(200);
    line.ask(10, 0, 10);
    const error = line.errorMs;
    line.nowMs += 1000;
    expect(line.errorMs).toBeCloseTo(error - 20, 6);
    // Asked often, it comes no sooner.
    for (let i = 0; i < 100; i++) {
      line.nowMs += 10;
      line.clock.nowMs();
    }
    expect(line.errorMs).toBeCloseTo(error - 40, 6);
    line.nowMs += 60_000;
    expect(line.errorMs).toBeCloseTo(0, 6);
  });

  it('a difference of over a second is taken at once, and what was learnt before is forgotten (P-CLOCK-3)', () => {
    for (const jump of [1500, -1500, 3_600_000]) {
      const line = new Line(5000);
      line.ask(1, 0, 1);
      line.offsetMs += jump;
      line.ask(50, 0, 50);
      expect(line.errorMs).toBe(0);
      line.nowMs += 60_000;
      expect(line.errorMs).toBe(0);
    }
  });

  it('an answer that was long under way does not make it jump: that may be the delay of one direction (P-CLOCK-3)', () => {
    for (const [up, down] of [
      [4000, 20],
      [20, 4000],
    ] as const) {
      const line = new Line(5000);
      line.ask(20, 0, 20);
      line.ask(up, 0, down);
      expect(line.errorMs).toBeLessThan(1);
      line.nowMs += 10_000;
      expect(line.errorMs).toBeLessThan(1);
    }
  });

  it('starts anew with every session (P-CLOCK-3)', () => {
    const line = new Line(9_000_000);
    line.ask(5, 0, 5);
    line.clock.reset();
    expect(line.clock.isSynced).toBe(false);
    expect(line.clock.pingMs).toBeUndefined();
    line.offsetMs = 9_000_300;
    line.ask(50, 0, 50);
    expect(line.errorMs).toBe(0);
  });
});

describe('synced clock of a node', () => {
  const NODE = { slew: 0.01, mayStepBack: false };

  it('never says less than it said before, whatever it learns', () => {
    const moment = fc.record({
      elapsed: fc.double({ min: 0, max: 3000, noNaN: true }),
      jump: fc.oneof(fc.constant(0), fc.double({ min: -5000, max: 5000, noNaN: true })),
      up: fc.double({ min: 0, max: 3000, noNaN: true }),
      down: fc.double({ min: 0, max: 3000, noNaN: true }),
      relearns: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 60 }), (moments) => {
        const line = new Line(0, NODE);
        line.ask(1, 0, 1);
        let last = line.clock.nowMs();
        let backwards = 0;
        const look = (): void => {
          const said = line.clock.nowMs();
          backwards = Math.max(backwards, last - said);
          last = said;
        };
        for (const { elapsed, jump, up, down, relearns } of moments) {
          line.nowMs += elapsed;
          look();
          line.offsetMs += jump;
          if (relearns) line.clock.relearn();
          line.ask(up, 0, down);
          look();
        }
        expect(backwards).toBe(0);
      }),
    );
  });

  it('takes more than a second forward at once, and anything back by 1 % of the time that passes', () => {
    const line = new Line(5000, NODE);
    line.ask(1, 0, 1);
    line.offsetMs += 1500;
    line.ask(50, 0, 50);
    expect(line.errorMs).toBe(0);
    line.offsetMs -= 1500;
    line.ask(50, 0, 50);
    expect(line.errorMs).toBeCloseTo(1500 - 1, 6);
    line.nowMs += 100_000;
    expect(line.errorMs).toBeCloseTo(500 - 1, 6);
    line.nowMs += 100_000;
    expect(line.errorMs).toBeCloseTo(0, 6);
  });

  it('that relearns goes on from where it is, and believes the next answer whatever came before', () => {
    const line = new Line(5000, NODE);
    for (let i = 0; i < 8; i++) line.ask(1, 0, 1);
    line.offsetMs += 100;
    line.ask(20, 0, 20);
    expect(line.errorMs).toBeCloseTo(100, 6);
    line.clock.relearn();
    expect(line.clock.isSynced).toBe(true);
    line.ask(20, 0, 20);
    const error = line.errorMs;
    expect(error).toBeGreaterThan(99);
    line.nowMs += 1000;
    expect(line.errorMs).toBeCloseTo(error - 10, 6);
  });
});
