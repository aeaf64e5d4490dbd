import { describe, expect, it } from 'vitest';
import { quantile, readTrace, type TraceEvent } from '../bench/render/trace.ts';

const [PAGE, OTHER] = [10, 20] as const;

/** An event of the page's main thread; times in µs, processor time half of that on the clock. */
const span = (name: string, ts: number, dur: number, pid: number = PAGE): TraceEvent => ({
  name,
  ph: 'X',
  pid,
  tid: pid,
  ts,
  dur,
  tdur: dur / 2,
});
const task = (ts: number, dur: number, ...within: readonly TraceEvent[]): TraceEvent[] => [
  span('ThreadControllerImpl::RunTask', ts, dur),
  ...within,
];
const thread = (pid: number): TraceEvent => ({
  name: 'thread_name',
  ph: 'M',
  pid,
  tid: pid,
  ts: 0,
  args: { name: 'CrRendererMain' },
});

describe('what is read from a trace', () => {
  it('is script by frame: that of the frame itself and of the tasks before it, each counted once', () => {
    const { frames, longestTaskMs, longestTaskClockMs } = readTrace([
      thread(OTHER),
      thread(PAGE),
      span('FireAnimationFrame', 500, 100, OTHER),
      ...task(0, 3000, span('FireAnimationFrame', 0, 2000)),
      ...task(5000, 1500, span('FunctionCall', 5000, 1000), span('MinorGC', 5100, 200)),
      // Drawing is no script, and neither is what happens outside all tasks.
      ...task(7000, 9000, span('Paint', 7000, 8000)),
      span('FunctionCall', 16_100, 300),
      ...task(
        16_600,
        5000,
        span('FireAnimationFrame', 16_600, 400),
        span('FireAnimationFrame', 17_000, 4000),
        span('FunctionCall', 17_100, 3000),
      ),
    ]);
    expect(frames).toEqual([{ scriptMs: 0.5 + 0.2 + 2, frameMs: 16.6 }]);
    expect(longestTaskMs).toBe(2.2);
    expect(longestTaskClockMs).toBe(4.4);
  });

  it('is no figure without frames', () => {
    expect(() => readTrace([thread(PAGE), ...task(0, 10, span('FireAnimationFrame', 0, 5))])).toThrow('no two frames');
    expect(() => readTrace([])).toThrow('no two frames');
  });

  it('a quantile is one of the values: the first that so many do not reach', () => {
    const values = Array.from({ length: 200 }, (_, at) => 199 - at);
    expect([0, 0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([0, 100, 198, 199]);
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});
