import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS, cleanText, readUtterance, rollDice, type Utterance } from '../../server/actions/words.ts';
import { MAX_CHAT_LENGTH } from '../../shared/constants.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

/** What is said by a text as it was typed. */
const utter = (typed: string): Utterance => readUtterance(cleanText(typed));
const sentenceOf = (typed: string): string => {
  const said = utter(typed);
  return said.kind === 'wrong' ? said.sentence : `it was ${said.kind}`;
};

describe('clean text (P-CHAT-1)', () => {
  it('is on one line, without what cannot be seen or turns the writing around', () => {
    expect(cleanText('  a\t b\r\n\u2028c\u2029d  ')).toBe('a b c d');
    expect(cleanText('\u202eabc\u202c \u2066d\u2069 \u061cx \u200f')).toBe('abc d x');
    expect(cleanText('a\u200bb\u2060c\ufeffd\u00ade')).toBe('a b c d e');
    expect(cleanText('\u0000\u0007\u009f\ue000\u{e0001}\ud800')).toBe('');
  });

  it('is composed, and has a few accents on a letter at most', () => {
    expect(cleanText('e\u0301')).toBe('é');
    expect(cleanText(`z${'\u0336\u0300\u0301\u0302'.repeat(20)}algo`)).toMatch(/^z\p{M}{3}algo$/u);
    expect(cleanText('Việt Nam, हिन्दी, ภาษาไทยนี้')).toBe('Việt Nam, हिन्दी, ภาษาไทยนี้'.normalize('NFC'));
  });

  it('keeps emoji whole, with joiners, colours of skin and flags', () => {
    for (const emoji of ['👨‍👩‍👧‍👦', '🏳️‍🌈', '❤️‍🔥', '👩🏽‍🚀', '🧑🏿‍🤝‍🧑🏻', '🐈‍⬛', '👍🏼', '🇪🇺', '1️⃣', '🙅🏾‍♀️']) {
      expect(cleanText(`so ${emoji} it is`)).toBe(`so ${emoji} it is`);
    }
  });

  it('has joiners nowhere else', () => {
    expect(cleanText('a\u200db')).toBe('a b');
    expect(cleanText('\u200d\u200d')).toBe('');
    expect(cleanText('❤\u200dabc')).toBe('❤ abc');
    expect(cleanText('❤\u200d')).toBe('❤');
    expect(cleanText('❤\u200d\u200d❤')).not.toContain('\u200d\u200d');
  });

  it('is clean: cleaning it again changes nothing', () => {
    const nasty = fc.constantFrom(
      '\u200d',
      '\u202e',
      '\ufe0f',
      '\u0301',
      '❤',
      '🏽',
      '👩',
      ' ',
      '\n',
      'a',
      '\ud83d',
      '\u00a0',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.array(nasty).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (typed) => {
        const clean = cleanText(typed);
        expect(cleanText(clean)).toBe(clean);
        expect(clean).not.toMatch(/^\s|\s$|\s\s|[^\S ]/u);
        expect(clean.replaceAll('\u200d', '')).not.toMatch(/\p{C}/u);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what a text asks for (P-CHAT-2)', () => {
  it('is a line where no slash begins it, as long as it may be', () => {
    expect(utter(' Hello,  world ')).toEqual({ kind: 'line', text: 'Hello, world' });
    expect(utter('and/or')).toEqual({ kind: 'line', text: 'and/or' });
    expect(utter('😀'.repeat(MAX_CHAT_LENGTH))).toMatchObject({ kind: 'line' });
    expect(sentenceOf('😀'.repeat(MAX_CHAT_LENGTH + 1))).toBe(`That is longer than ${MAX_CHAT_LENGTH} characters.`);
    expect(sentenceOf(' \u200b ')).toBe('There is nothing to say.');
  });

  it('is a doing, whose command is no part of its length', () => {
    expect(utter('/me waves')).toEqual({ kind: 'line', text: '/me waves' });
    expect(utter('/ME waves')).toEqual({ kind: 'line', text: '/me waves' });
    expect(utter(`/me ${'x'.repeat(MAX_CHAT_LENGTH)}`)).toMatchObject({ kind: 'line' });
    expect(sentenceOf(`/me ${'x'.repeat(MAX_CHAT_LENGTH + 1)}`)).toContain('longer');
    expect(sentenceOf('/me')).toContain('/me waves');
    expect(sentenceOf('/mewaves')).toContain('There is no /mewaves');
  });

  it('is dice, within bounds', () => {
    const roll = (dice: number, sides: number) => ({ kind: 'roll', dice, sides });
    expect(['/roll', '/roll 2d6', '/roll d20', '/roll 20D1000', '/roll 1d2'].map(utter)).toEqual([
      roll(1, 6),
      roll(2, 6),
      roll(1, 20),
      roll(20, 1000),
      roll(1, 2),
    ]);
    for (const wrong of [
      '0d6',
      '21d6',
      '2d1',
      '2d1001',
      '2d',
      'd',
      '-1d6',
      '1e1d6',
      '2d6 3',
      '2 d6',
      '2d6+1',
      '٢d٦',
      'x',
    ]) {
      expect(sentenceOf(`/roll ${wrong}`), wrong).toBe('Roll 1 to 20 dice of 2 to 1000 sides: /roll 2d6.');
    }
  });

  it('is a whisper, by name or number or both', () => {
    const to = (toName: string, toId: number, text: string) => ({ kind: 'whisper', toName, toId, text });
    expect(utter('/to Ada hi there')).toEqual(to('Ada', 0, 'hi there'));
    expect(utter('/to Ada#12 hi')).toEqual(to('Ada', 12, 'hi'));
    expect(utter('/to #12 hi')).toEqual(to('', 12, 'hi'));
    expect(utter('/to "Ada Lovelace" hi')).toEqual(to('Ada Lovelace', 0, 'hi'));
    expect(utter('/to "Ada Lovelace"#12 "hi"')).toEqual(to('Ada Lovelace', 12, '"hi"'));
    expect(utter('/to Zoë 🎉')).toEqual(to('Zoë', 0, '🎉'));
    expect(utter(`/to Ada ${'x'.repeat(MAX_CHAT_LENGTH)}`)).toMatchObject({ kind: 'whisper' });
    expect(sentenceOf(`/to Ada ${'x'.repeat(MAX_CHAT_LENGTH + 1)}`)).toContain('longer');
    for (const wrong of [
      '',
      'Ada',
      '"Ada" ',
      '"" hi',
      '"Ada hi',
      '#0 hi',
      '#4294967296 hi',
      '#x hi',
      '#99999999999 hi',
    ]) {
      expect(sentenceOf(`/to ${wrong}`), wrong).toBe('Say to whom, and what: /to NAME TEXT.');
    }
  });

  it('is the way home, or making this one’s home', () => {
    expect(utter('/home')).toEqual({ kind: 'home' });
    expect(utter('/home  here ')).toEqual({ kind: 'home here' });
    expect(sentenceOf('/home there')).toContain('/home here');
  });

  it('is refused otherwise, with all the commands there are', () => {
    for (const typed of ['/', '//', '/dance', '/to\u200b', '/quit now']) {
      const sentence = sentenceOf(typed);
      if (typed.startsWith('/to')) expect(sentence).toContain('/to NAME TEXT');
      else expect(sentence).toContain(COMMANDS);
    }
  });
});

describe('dice', () => {
  it('fall by chance, and say how they fell', () => {
    expect(rollDice(1, 6, () => 0.5)).toBe('/roll 1d6: 4');
    expect(rollDice(3, 6, () => 0)).toBe('/roll 3d6: 1 + 1 + 1 = 3');
    expect(rollDice(2, 1000, () => 1 - 2 ** -53)).toBe('/roll 2d1000: 1000 + 1000 = 2000');
    const random = seededRandom(5);
    const seen = new Set(Array.from({ length: 400 }, () => rollDice(1, 6, random)));
    expect(seen.size).toBe(6);
    expect([...rollDice(20, 1000, () => 0.9999)].length).toBeLessThanOrEqual(MAX_CHAT_LENGTH);
  });
});
