import { beforeEach, describe, expect, it } from 'vitest';
import { RuleBook, ruleWords } from '../../server/moderation/rule-book.ts';
import { readRule, ruleText } from '../../server/moderation/rule-text.ts';
import { type Rule, ruleKey } from '../../shared/moderation.ts';

const BAN: Rule = { kind: 'ban', player: 12, untilMs: 5000, reason: 'spam' };
const MUTE: Rule = { kind: 'mute', player: 12, untilMs: null, reason: '' };
const ADDRESS: Rule = { kind: 'address', address: '2001:db8:0:7', untilMs: null, reason: 'no' };
const AREA: Rule = { kind: 'area', name: 'the square', left: -2, top: 0, right: 3, bottom: 0 };

let now: number;
let book: RuleBook;

const texts = (...rules: readonly Rule[]): Map<string, string> =>
  new Map(rules.map((rule) => [ruleKey(rule), ruleText(rule)]));

beforeEach(() => {
  now = 0;
  book = new RuleBook(() => now);
});

describe('rules', () => {
  it.each([BAN, MUTE, ADDRESS, AREA])('%j comes back from the store as it went', (rule) => {
    expect(readRule(ruleKey(rule), ruleText(rule))).toEqual(rule);
  });

  it.each<[string, unknown]>([
    ['ban:12', { ...BAN, player: 13 }],
    ['ban:12', { ...BAN, player: '12' }],
    ['ban:12', { ...BAN, untilMs: 'tomorrow' }],
    ['ban:12', { ...BAN, reason: 'x'.repeat(101) }],
    ['ban:12', { ...BAN, reason: undefined }],
    ['ban:12', null],
    ['ban:12', 7],
    ['area:the square', { ...AREA, left: 0.5 }],
    ['area:the square', { ...AREA, bottom: undefined }],
    ['exile:12', { ...BAN, kind: 'exile' }],
    ['__proto__', { kind: '__proto__' }],
  ])('what no version has laid down under %s is none: %j', (key, value) => {
    expect(readRule(key, JSON.stringify(value))).toBeUndefined();
  });

  it('hold for whom and as long as they say', () => {
    book.replace(new Map([...texts(BAN, MUTE, ADDRESS, AREA), ['ban:1', 'no JSON'], ['ban:2', '{}']]));
    expect(book.rules).toEqual([BAN, MUTE, ADDRESS, AREA]);
    expect([book.banOf(12), book.banOf(1), book.banOf(13)]).toEqual([BAN, undefined, undefined]);
    expect(book.muteOf(12)).toEqual(MUTE);
    expect([book.addressBanOf('2001:db8:0:7'), book.addressBanOf('2001:db8:0:8')]).toEqual([ADDRESS, undefined]);
    now = 4999;
    expect(book.banOf(12)).toEqual(BAN);
    now = 5000;
    expect(book.banOf(12)).toBeUndefined();
    expect(book.outlived).toEqual([BAN]);
    expect(book.rules).toEqual([MUTE, ADDRESS, AREA]);
    book.replace(new Map());
    expect([book.rules, book.muteOf(12), book.areaAt(0, 0)]).toEqual([[], undefined, undefined]);
  });

  it('protect an area up to its last tiles', () => {
    book.replace(texts(AREA));
    for (const [x, y] of [
      [-2, 0],
      [3, 0],
      [0, 0],
    ] as const)
      expect(book.areaAt(x, y)).toEqual(AREA);
    for (const [x, y] of [
      [-3, 0],
      [4, 0],
      [0, 1],
      [0, -1],
    ] as const)
      expect(book.areaAt(x, y)).toBeUndefined();
  });

  it('are told to those they are about, with what there is to tell', () => {
    expect(ruleWords(BAN)).toBe('spam, until 1970-01-01 00:00 UTC');
    expect(ruleWords(ADDRESS)).toBe('no');
    expect(ruleWords(MUTE)).toBe('');
  });
});
