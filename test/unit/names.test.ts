import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanName } from '../../server/world/names.ts';
import { MAX_NAME_LENGTH } from '../../shared/constants.ts';

describe('names (P-HELLO-3)', () => {
  it('a decent name stays as it is', () => {
    for (const name of ['Ada', 'Zoë', '王小明', 'Åse Ö', 'Ada Lovelace', '😀', 'नमस्ते', 'O’Neill-2']) {
      expect(cleanName(name, 1)).toBe(name);
    }
  });

  it('composes characters, takes out controls and formatting, and turns white space into single spaces', () => {
    for (const [wanted, name] of [
      ['Zoe\u0308', 'Zoë'],
      ['A\u0000d\u0007a\u007f', 'Ada'],
      ['\u202eadA', 'adA'],
      ['A\u200bd\ufeffa', 'Ada'],
      ['  Ada \u00a0 \u3000 Lovelace ', 'Ada Lovelace'],
      ['A\ud800da', 'Ada'],
      ['A\u2028d\u2029a', 'Ada'],
      ['Ada#7', 'Ada7'],
      ['"Ada"', 'Ada'],
    ] as const) {
      expect(cleanName(wanted, 1)).toBe(name);
    }
  });

  it('characters that only a formatting one kept apart are composed too', () => {
    expect(cleanName('Zoe\u200d\u0308', 1)).toBe('Zoë');
  });

  it('is cut to MAX_NAME_LENGTH code points, never through the middle of one', () => {
    expect(cleanName('x'.repeat(100), 1)).toBe('x'.repeat(MAX_NAME_LENGTH));
    expect([...cleanName('😀'.repeat(60), 1)].length).toBe(MAX_NAME_LENGTH);
    expect(cleanName(`${'x'.repeat(MAX_NAME_LENGTH - 1)} y`, 1)).toBe('x'.repeat(MAX_NAME_LENGTH - 1));
  });

  it('of what leaves nothing, the server makes a name by the id', () => {
    for (const wanted of ['', '   ', '\u200b\u202e', '\n\t', '\ud800']) expect(cleanName(wanted, 42)).toBe('Guest 42');
  });

  it('whatever is wanted, the name is composed, visible, of bounded length, and clean for good', () => {
    const character = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 1 }),
      fc.constantFrom(' ', '\t', '\u0301', '\u0308', '\u200d', '\u200b', '\u202e', '\ud800', 'e', 'ᄀ', 'ᅡ', '\u00ad'),
    );
    fc.assert(
      fc.property(fc.array(character, { maxLength: 128 }), (characters) => {
        const name = cleanName(characters.join(''), 7);
        expect(name.length).toBeGreaterThan(0);
        expect([...name].length).toBeLessThanOrEqual(MAX_NAME_LENGTH);
        expect(name.normalize('NFC')).toBe(name);
        expect(name).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]|^\s|\s$|\s\s/u);
        expect(cleanName(name, 7)).toBe(name);
      }),
      { numRuns: 1000 },
    );
  });
});
