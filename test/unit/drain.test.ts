import { describe, expect, it } from 'vitest';
import { drain } from '../../server/drain.ts';

/** A node whose clock runs as it is looked at, and whose players go one by one from when they were told to. */
class Bench {
  sessionCount: number;
  isOpenElsewhere = true;
  /** What it told its players: within how many ms. */
  told: number[] = [];
  nowMs = 0;
  readonly #goes: boolean;
  readonly grid = { membership: this as { readonly isOpenElsewhere: boolean } };

  constructor(sessions: number, { goes = true } = {}) {
    this.sessionCount = sessions;
    this.#goes = goes;
  }

  get isEmpty(): boolean {
    return this.sessionCount === 0;
  }

  drain(withinMs: number): void {
    this.told.push(withinMs);
  }

  readonly monotonic = (): number => {
    this.nowMs += 10;
    if (this.#goes && this.told.length > 0 && this.sessionCount > 0) this.sessionCount--;
    return this.nowMs;
  };

  run(withinMs: number, signal = new AbortController().signal): Promise<void> {
    return drain({ node: this, withinMs, monotonic: this.monotonic, signal });
  }
}

describe('draining a node', () => {
  it('tells its players once, and is over when the last has gone', async () => {
    const bench = new Bench(5);
    await bench.run(10_000);
    expect(bench.told).toEqual([2000]);
    expect(bench.sessionCount).toBe(0);
    expect(bench.nowMs).toBeLessThan(200);
  });

  it.each([
    [10, 10_000, 2000],
    [500, 10_000, 2500],
    [5000, 10_000, 6000],
    [500, 1000, 600],
  ])('has %i players who have %i ms go within %i', async (sessions, withinMs, told) => {
    const bench = new Bench(sessions, { goes: false });
    await bench.run(withinMs, AbortSignal.abort());
    expect(bench.told).toEqual([told]);
  });

  it('does not wait for those who stay for longer than it may', async () => {
    const bench = new Bench(3, { goes: false });
    await bench.run(100);
    expect(bench.sessionCount).toBe(3);
    expect(bench.nowMs).toBeGreaterThanOrEqual(100);
    expect(bench.nowMs).toBeLessThan(200);
  });

  it('tells nobody to go where no other node takes them, nor where there is no time', async () => {
    const alone = new Bench(3);
    alone.isOpenElsewhere = false;
    await alone.run(10_000);
    const hurried = new Bench(3);
    await hurried.run(0);
    expect([alone.told, hurried.told]).toEqual([[], []]);
  });
});
