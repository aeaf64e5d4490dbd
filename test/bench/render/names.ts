const SYLLABLES = ['Al', 'ba', 'Cor', 'di', 'en', 'fa', 'go', 'hu', 'i', 'jo', 'ka', 'lin', 'mo', 'no', 'ra', 'sel'];

/** A name for everybody, of two to four syllables; two in some thousands may have the same. */
export function nameOf(id: number): string {
  let rest = Math.imul(id, 0x9e3779b1) >>> 0;
  let name = '';
  for (let i = 0; i < 2 + (id % 3); i++) {
    name += SYLLABLES[rest & 15] ?? '';
    rest >>>= 4;
  }
  return name.charAt(0).toUpperCase() + name.slice(1).toLowerCase();
}
