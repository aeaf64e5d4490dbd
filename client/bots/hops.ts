import { Distribution } from './histogram.ts';

/** What an input goes through on its way to somebody else's screen, in this order. */
export const HOPS = ['up', 'flush', 'broker', 'frames', 'write', 'down'] as const;
export type Hop = (typeof HOPS)[number];

/** For people. */
export const HOP_WORDS: Readonly<Record<Hop, string>> = {
  up: 'client to its node',
  flush: 'waits for the flush',
  broker: 'through the broker',
  frames: 'waits for the frames',
  write: 'until it is written',
  down: 'node to the other client',
};

/** How long each hop took, in ms, in the order of HOPS; null for one that there was not. */
export type HopTimes = readonly (number | null)[];

/** The distributions of a `HopTally`, as `Distribution.encode` writes them. */
export type EncodedHops = Readonly<Record<'whole' | Hop, string>>;

/** Distributions of what each hop took, and all of them together. */
export class HopTally {
  readonly whole = new Distribution();
  readonly hops: Readonly<Record<Hop, Distribution>> = {
    up: new Distribution(),
    flush: new Distribution(),
    broker: new Distribution(),
    frames: new Distribution(),
    write: new Distribution(),
    down: new Distribution(),
  };

  record(times: HopTimes): void {
    let whole = 0;
    for (const [index, hop] of HOPS.entries()) {
      const ms = times[index] ?? null;
      if (ms === null) continue;
      whole += ms;
      this.hops[hop].record(ms);
    }
    this.whole.record(whole);
  }

  /** @throws Error when a distribution cannot be read */
  add({ whole, ...hops }: EncodedHops): void {
    this.whole.add(Distribution.decode(whole));
    for (const hop of HOPS) this.hops[hop].add(Distribution.decode(hops[hop]));
  }

  encode(): EncodedHops {
    const { up, flush, broker, frames, write, down } = this.hops;
    return {
      whole: this.whole.encode(),
      up: up.encode(),
      flush: flush.encode(),
      broker: broker.encode(),
      frames: frames.encode(),
      write: write.encode(),
      down: down.encode(),
    };
  }
}
