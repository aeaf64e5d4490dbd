import { describe, expect, it } from 'vitest';
import { IntervalTally } from '../../client/bots/interval-tally.ts';
import { Sampler } from '../../client/bots/sampler.ts';
import { coarsened, concatenated, MAX_SAMPLES, TimelineWriter } from '../../client/bots/timeline.ts';
import { sampleAt } from './sample-report.ts';

describe('a timeline', () => {
  it('keeps every second of less than an hour', () => {
    const writer = new TimelineWriter();
    for (let second = 1; second < MAX_SAMPLES; second++) writer.add(sampleAt(second));
    expect(writer.timeline).toMatchObject({ stepSeconds: 1, samples: { length: MAX_SAMPLES - 1 } });
  });

  it('has bounded memory: it goes on in coarser steps, and loses no count', () => {
    const writer = new TimelineWriter();
    let seconds = 0;
    let added = 0;
    while (seconds < 5 * MAX_SAMPLES) {
      const step = writer.stepSeconds;
      seconds += step;
      added++;
      writer.add(sampleAt(seconds, { seconds: step, missed: 1 }));
    }
    const { stepSeconds, samples } = writer.timeline;
    expect(stepSeconds).toBe(8);
    expect(samples.length).toBeLessThan(MAX_SAMPLES);
    expect(samples.reduce((sum, { missed }) => sum + missed, 0)).toBe(added);
    expect(samples.reduce((sum, sample) => sum + sample.seconds, 0)).toBe(seconds);
    expect(samples.at(-1)?.atSeconds).toBe(seconds);
  });

  it('merges a pair into what is true of both', () => {
    const first = sampleAt(1, { seen: 300, latencyMs: { p50: 40, p99: 200 }, players: 10, frameGapMs: null });
    const second = sampleAt(2, {
      seen: 100,
      latencyMs: { p50: 80, p99: 100 },
      bots: { delayMs: 9, cpuShare: 0.4 },
      server: { cpuShare: null, residentBytes: 90e6, delayMs: null, flushLevel: 2, brokerBytes: 5, unreadSeconds: 0.3 },
    });
    expect(coarsened({ stepSeconds: 1, samples: [first, second, sampleAt(3)] }, 2)).toEqual({
      stepSeconds: 2,
      samples: [
        {
          atSeconds: 2,
          seconds: 2,
          players: 20,
          seen: 400,
          missed: 0,
          late: 0,
          ghosts: 0,
          duplicated: 0,
          latencyMs: { p50: 50, p99: 200 },
          frameGapMs: 110,
          bots: { delayMs: 9, cpuShare: expect.closeTo(0.3, 6) },
          server: { cpuShare: 0.1, residentBytes: 90e6, delayMs: 2, flushLevel: 2, brokerBytes: 5, unreadSeconds: 0.3 },
        },
        sampleAt(3),
      ],
    });
  });

  it('goes on after another one', () => {
    const { samples } = concatenated([
      { stepSeconds: 1, samples: [sampleAt(1), sampleAt(2)] },
      { stepSeconds: 1, samples: [] },
      { stepSeconds: 1, samples: [sampleAt(1), sampleAt(1.4, { seconds: 0.4 })] },
    ]);
    expect(samples.map(({ atSeconds }) => atSeconds)).toEqual([1, 2, 3, 3.4]);
  });
});

/** A sampler of a tally, told the time by hand; looked at every 100 ms. */
function sampled() {
  const interval = new IntervalTally();
  let nowMs = 1000;
  let isStopped = false;
  const sampler = new Sampler(
    {
      interval,
      meter: {
        take: () => ({ delayMs: 4, cpuShare: 0.5 }),
        stop: () => {
          isStopped = true;
        },
      },
      players: () => 12,
      server: () => null,
    },
    nowMs,
  );
  return {
    interval,
    sampler,
    pass: (ms: number) => {
      for (const end = nowMs + ms; nowMs < end; ) {
        nowMs += 100;
        sampler.look(nowMs);
      }
    },
    end: () => sampler.end(nowMs),
    get isStopped() {
      return isStopped;
    },
  };
}

describe('a sampler', () => {
  it('takes a sample every second, of that second alone', () => {
    const { interval, sampler, pass, end } = sampled();
    for (const ms of [50, 50, 200]) {
      interval.count('seen');
      interval.latency.record(ms);
    }
    interval.frameGap.record(100);
    pass(1000);
    interval.count('missed');
    pass(1000);
    end();
    const { samples } = sampler.finish();
    expect(samples).toHaveLength(2);
    expect(samples[0]).toMatchObject({ atSeconds: 1, seconds: 1, seen: 3, missed: 0, players: 12, server: null });
    expect(samples[0]?.latencyMs?.p50).toBeCloseTo(50, 0);
    expect(samples[0]?.latencyMs?.p99).toBeCloseTo(200, 0);
    expect(samples[0]?.frameGapMs).toBeCloseTo(100, 0);
    expect(samples[1]).toMatchObject({ atSeconds: 2, seen: 0, missed: 1, latencyMs: null, frameGapMs: null });
  });

  it('counts nothing of what was before its beginning', () => {
    const interval = new IntervalTally();
    interval.count('ghosts');
    const meter = { take: () => ({ delayMs: 0, cpuShare: 0 }), stop: () => undefined };
    const sampler = new Sampler({ interval, meter, players: () => 1, server: () => null }, 0);
    sampler.look(1000);
    expect(sampler.finish().samples).toMatchObject([{ ghosts: 0 }]);
  });

  it('ends with a shorter sample, and counts with it what is judged later', () => {
    const run = sampled();
    run.pass(1500);
    run.end();
    expect(run.isStopped).toBe(true);
    run.interval.count('missed');
    run.interval.count('late');
    run.interval.count('seen');
    expect(run.sampler.finish().samples).toMatchObject([
      { atSeconds: 1, missed: 0 },
      { atSeconds: 1.5, seconds: 0.5, missed: 1, late: 1, seen: 0 },
    ]);
  });

  it('that was stopped at once has no samples', () => {
    const { interval, sampler, end } = sampled();
    end();
    interval.count('missed');
    expect(sampler.finish().samples).toEqual([]);
  });
});
