import { describe, expect, test } from 'vitest';
import { bubbleMs } from '../../client/ui/bubbles.ts';
import { ChatRecall } from '../../client/ui/chat-recall.ts';
import { findNamed, matchingCommands, readPageCommand, whisperTo } from '../../client/ui/chat-words.ts';
import { readUtterance } from '../../server/actions/words.ts';

const words = (text: string): string[] => matchingCommands(text).map(({ word, rest }) => `${word} ${rest}`.trim());

describe('commands', () => {
  test('a slash shows all of them, more letters those that are left, and none for plain words', () => {
    expect(words('/')).toHaveLength(7);
    expect(words('/m')).toEqual(['/me waves', '/mute NAME']);
    expect(words('/home')).toEqual(['/home', '/home here']);
    expect(words('/to Ada')).toEqual(['/to NAME hello']);
    expect(words('/dance')).toEqual([]);
    expect(words('hello /me')).toEqual([]);
  });

  test('the page carries out mute and unmute, the server all others that are shown', () => {
    expect(readPageCommand('/mute Ada')).toEqual({ kind: 'mute', name: 'Ada' });
    expect(readPageCommand('/unmute "Quiet Heron"#12 ')).toEqual({ kind: 'unmute', name: 'Quiet Heron#12' });
    expect(readPageCommand('/mute')).toEqual({ kind: 'mute', name: '' });
    expect(readPageCommand('/muted Ada')).toBeUndefined();
    expect(readPageCommand('I said /mute Ada')).toBeUndefined();
    for (const { word, rest } of matchingCommands('/')) {
      const text = `${word} ${rest}`.trim();
      if (readPageCommand(text) === undefined) expect(readUtterance(text).kind, text).not.toBe('wrong');
    }
  });
});

describe('names', () => {
  const people = [
    { id: 7, name: 'ada' },
    { id: 9, name: 'Ada' },
    { id: 12, name: 'Quiet Heron' },
  ];

  test('a name means who spells it so, or else who spells it alike, and a number whom it counts', () => {
    expect(findNamed('Ada', people)?.id).toBe(9);
    expect(findNamed('ADA', people)?.id).toBe(7);
    expect(findNamed('quiet heron', people)?.id).toBe(12);
    expect(findNamed('Ada#7', people)?.id).toBe(7);
    expect(findNamed('Ben', people)).toBeUndefined();
  });

  test.each([
    [{ id: 12, name: 'Ada' }, 'Ada'],
    [{ id: 12, name: 'Ada#12' }, 'Ada'],
    [{ id: 12, name: 'Quiet Heron' }, 'Quiet Heron'],
    [{ id: 12, name: 'Quiet Heron#12' }, 'Quiet Heron'],
    [{ id: 12, name: 'C# and "quotes"' }, ''],
  ])('a whisper to %j is understood by the server', (person, toName) => {
    expect(readUtterance(`${whisperTo(person)}hello there`)).toEqual({
      kind: 'whisper',
      toId: 12,
      toName,
      text: 'hello there',
    });
  });
});

describe('recall', () => {
  test('goes back line by line, and forth again to what was being typed', () => {
    const recall = new ChatRecall();
    expect(recall.older('draft')).toBeUndefined();
    for (const line of ['one', 'two', 'two']) recall.add(line);
    expect(recall.older('draft')).toBe('two');
    expect(recall.older('two')).toBe('one');
    expect(recall.older('one')).toBeUndefined();
    expect(recall.newer()).toBe('two');
    expect(recall.newer()).toBe('draft');
    expect(recall.newer()).toBeUndefined();
  });

  test('keeps fifty lines', () => {
    const recall = new ChatRecall();
    for (let line = 0; line < 60; line++) recall.add(String(line));
    let oldest: string | undefined;
    for (let line = recall.older(''); line !== undefined; line = recall.older('')) oldest = line;
    expect(oldest).toBe('10');
  });
});

test('a bubble stays from five to eight seconds, the longer the more there is to read', () => {
  expect(bubbleMs('')).toBe(5000);
  expect(bubbleMs('x'.repeat(40))).toBeGreaterThan(bubbleMs('x'.repeat(20)));
  expect(bubbleMs('x'.repeat(200))).toBe(8000);
});
