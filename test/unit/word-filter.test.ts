import { describe, expect, it } from 'vitest';
import { Account } from '../../server/actions/account.ts';
import { MAX_SAME_LINES, SAME_LINE_MS } from '../../server/actions/limits.ts';
import { WordFilter } from '../../server/actions/word-filter.ts';

const LIST = ['# words that are not for here', 'troll   # anywhere', 'name admin*', 'chat *spam*', '*müll', ''].join(
  '\n',
);

const { filter, mistakes } = WordFilter.parse(LIST);

describe('words that are not for here', () => {
  it('are read from a list, without what is for people', () => {
    expect(mistakes).toEqual([]);
    expect(filter.size).toBe(4);
  });

  it.each([
    ['Troll', true],
    ['the TRÖLL of it', true],
    ['ｔｒｏｌｌ', true],
    ['trolley', false],
    ['Administrator', true],
    ['Sysadmin', false],
    ['spammer', false],
    ['Sperrmüll', true],
    ['Ada', false],
  ])('forbid the name %s: %s', (name, isForbidden) => {
    expect(filter.forbids(name)).toBe(isForbidden);
  });

  it.each([
    ['you troll!', 'you *****!'],
    ['Trolls and trolleys', 'Trolls and trolleys'],
    ['antispam, spammer; spam', '********, *******; ****'],
    ['admins are fine here', 'admins are fine here'],
    ['Sperrmull', '*********'],
    ['no words', 'no words'],
  ])('make of "%s" "%s"', (text, starred) => {
    expect(filter.starred(text)).toBe(starred);
  });

  it('that are none are told by their lines', () => {
    const wrong = WordFilter.parse('fine\ntwo words\nb*d\n*\nnowhere word\nname chat word\n');
    expect(wrong.filter.size).toBe(1);
    expect(wrong.mistakes.map((mistake) => mistake.split(':')[0])).toEqual([
      'line 2',
      'line 3',
      'line 4',
      'line 5',
      'line 6',
    ]);
  });

  it('cost nothing where there are none', () => {
    const { filter: none } = WordFilter.parse('# nothing\n');
    expect([none.size, none.forbids('troll'), none.starred('troll')]).toEqual([0, false, 'troll']);
  });
});

describe('the same line', () => {
  it('is refused once it has been said often enough of late, however it is written', () => {
    const account = new Account();
    expect(MAX_SAME_LINES).toBe(2);
    const said = ['Buy gold', 'buy  GOLD', 'b u y gôld'].map((text) => account.isRepeated(text, 0));
    expect(said).toEqual([false, false, true]);
    expect(account.isRepeated('something else', 0)).toBe(false);
    expect(account.isRepeated('buy gold', SAME_LINE_MS - 1)).toBe(true);
    expect(account.isRepeated('buy gold', SAME_LINE_MS)).toBe(false);
  });
});
