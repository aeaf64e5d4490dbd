import { expect, it } from 'vitest';
import { Progress } from '../../server/upkeep/progress.ts';

function written(isTTY: boolean, times: readonly number[], of: number | undefined): string[] {
  const texts: string[] = [];
  let nowMs = 0;
  const progress = new Progress({ isTTY, write: (text) => texts.push(text.replace('\r\x1b[K', '')) }, () => nowMs);
  for (const ms of times) {
    nowMs = ms;
    progress.show('Exporting', ms * 10, of);
  }
  progress.end();
  return texts;
}

it('shows on a terminal how far a task is, ten times a second, and clears up', () => {
  expect(written(true, [0, 50, 99, 123], 1_234_567)).toEqual([
    'Exporting: 0 of 1,234,567',
    'Exporting: 1,230 of 1,234,567',
    '',
  ]);
  expect(written(true, [5], undefined)).toEqual(['Exporting: 50', '']);
});

it('writes nothing elsewhere', () => {
  expect(written(false, [0, 1000], 5)).toEqual([]);
});
