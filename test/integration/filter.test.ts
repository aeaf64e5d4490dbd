import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { CLOSE } from '../../shared/closing.ts';
import { HELLO, RawClient } from '../helpers/raw-client.ts';
import { startTestApp } from '../helpers/test-app.ts';

function fileWith(words: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'flatlands-filter-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'words.txt');
  writeFileSync(file, words);
  return file;
}

it('words that a host does not want are in no name and no line, and can be changed as the server runs', async () => {
  const file = fileWith('troll\n');
  const app = await startTestApp({ filter: file });
  const turnedAway = await RawClient.open(app.url);
  turnedAway.send({ ...HELLO, name: 'The Troll' });
  expect(await turnedAway.closed()).toEqual({ code: CLOSE.badName.code, reason: CLOSE.badName.sentence });

  const { client: ada } = await RawClient.join(app.url, { name: 'Ada' });
  ada.send({ type: 'profile', n: 1, name: 'Troll', look: 0 });
  expect(await ada.next('refused')).toMatchObject({ n: 1, sentence: 'That name is not for here: choose another one.' });
  const said = async (text: string): Promise<string | undefined> => {
    ada.send({ type: 'say', n: 2, text });
    const { lines } = await ada.next('lines');
    return lines.at(-1)?.text;
  };
  expect(await said('what a troll')).toBe('what a *****');

  writeFileSync(file, 'two words are none\n');
  expect(() => app.reload()).toThrow('line 1: one word');
  expect(await said('still a troll')).toBe('still a *****');
  writeFileSync(file, 'other\n');
  app.reload();
  expect(await said('no troll, no other')).toBe('no troll, no *****');
  for (let i = 0; i < 2; i++) await said('again').catch(() => undefined);
  ada.send({ type: 'say', n: 9, text: 'Again' });
  expect(await ada.next('refused')).toMatchObject({ n: 9, sentence: expect.stringContaining('said that twice') });
});

it('a list that cannot be read is said before anybody comes in', async () => {
  await expect(startTestApp({ filter: fileWith('fine\nnot fine\n') })).rejects.toThrow('words.txt, line 2: one word');
  await expect(startTestApp({ filter: '/nowhere/words.txt' })).rejects.toThrow('/nowhere/words.txt cannot be read');
});
