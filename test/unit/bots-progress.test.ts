import { describe, expect, it } from 'vitest';
import { type Progress, ProgressLine } from '../../client/bots/progress.ts';

const PROGRESS: Progress = {
  phase: 'measuring',
  asked: 5,
  joined: 5,
  settled: 5,
  elapsedSeconds: 0,
  seconds: 30,
  faults: { fromSeconds: 8, toSeconds: 20 },
  stir: '',
  seen: 70,
  late: 0,
  errors: 0,
  p99Ms: 90,
};

/** What is written of a run that is told of every second, where lines cannot be written over. */
function written(some: Partial<Progress>, upTo: number): string[] {
  let nowMs = 0;
  const lines: string[] = [];
  const line = new ProgressLine({ write: (text) => lines.push(text.trimEnd()) }, () => nowMs);
  for (let second = 0; second <= upTo; second++) {
    nowMs = second * 1000;
    line.show({ ...PROGRESS, ...some, elapsedSeconds: second });
  }
  return lines.map((text) => text.split(' · ').slice(1, 3).join(' · '));
}

describe('the line of progress', () => {
  it('says when the fault window opens and when it is over, at once', () => {
    expect(written({}, 21)).toEqual([
      'measuring, fault window from 8 s · 0/30 s',
      'measuring, fault window from 8 s · 5/30 s',
      'fault window until 20 s · 8/30 s',
      'fault window until 20 s · 13/30 s',
      'fault window until 20 s · 18/30 s',
      'measuring, fault window over · 20/30 s',
    ]);
  });

  it('says who comes and goes, at once', () => {
    const lines: string[] = [];
    const line = new ProgressLine({ write: (text) => lines.push(text.split(' · ')[1] ?? '') }, () => 0);
    for (const stir of ['', 'crowd +80', 'crowd +80', 'crowd +80, phones −30', '']) {
      line.show({ ...PROGRESS, faults: undefined, stir });
    }
    expect(lines).toEqual(['measuring', 'measuring, crowd +80', 'measuring, crowd +80, phones −30', 'measuring']);
  });

  it('says nothing of one that was not asked for', () => {
    expect(written({ faults: undefined }, 5)).toEqual(['measuring · 0/30 s', 'measuring · 5/30 s']);
  });

  it('makes room on a terminal for a sentence that stays', () => {
    const texts: string[] = [];
    const line = new ProgressLine({ isTTY: true, write: (text) => texts.push(text) }, () => 0);
    line.show(PROGRESS);
    line.say('Break it now.');
    expect(texts[1]).toBe('\r\x1b[KBreak it now.\n');
  });
});
