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

it('tells those who look on elsewhere once a second, and how it ended', async () => {
  const told: unknown[] = [];
  let nowMs = 0;
  const progress = new Progress(
    { write: () => undefined },
    () => nowMs,
    () => 5000 + nowMs,
  );
  expect(progress.isSeen).toBe(false);
  progress.postTo({ setNotice: async (text) => void told.push(JSON.parse(text)) });
  expect(progress.isSeen).toBe(true);
  for (; nowMs <= 1500; nowMs += 100) progress.show('Exporting', nowMs, 2000);
  await progress.ended(true);
  progress.show('Exporting', 2000, 2000);
  expect(told).toEqual([
    { what: 'Exporting', done: 0, of: 2000, phase: 'under way', atMs: 5000 },
    { what: 'Exporting', done: 1000, of: 2000, phase: 'under way', atMs: 6000 },
    { what: 'Exporting', done: 1500, of: 2000, phase: 'done', atMs: 6600 },
  ]);
});

it('is not kept from its task by a board that takes nothing', async () => {
  const progress = new Progress({ write: () => undefined }, () => 0);
  progress.postTo({ setNotice: () => Promise.reject(new Error('read-only')) });
  progress.show('Importing', 1, undefined);
  await progress.ended(false);
});

it('writes nothing elsewhere', () => {
  expect(written(false, [0, 1000], 5)).toEqual([]);
});
