/** Names kept, of the players and of the looks that names have; the longest known go first. */
const MAX_KEPT = 4000;

/** Letters of other alphabets that look like Latin ones only when they are capitals, or look like other ones then. */
const CAPITALS = pairs('ΗH ΝN ΥY');
/** … and small ones, or both, with digits and signs that pass for letters. One stands for all that look the same. */
const LETTERS = pairs(
  [
    // Cyrillic.
    'аa вb гr ԁd еe єe һh іi јj кk ӏl мm нh оo рp ԛq сc ѕs тt уy үy ѵv ԝw хx',
    // Greek.
    'αa βb ϲc εe ζz ηn ιi κk λl μm νv οo ρp τt υu χx γy ωw',
    // Latin letters that no decomposition leads to, and Armenian ones.
    'ıi łl øo đd ħh ɑa ɡg օo սu',
    '0o 1l',
  ].join(' '),
);
/** In many typefaces a capital i, a small L, a one and a bar are one stroke. */
const STROKES = /[i|!]/gu;

/**
 * What is left of a name when everything is taken away that a reader overlooks: two names with the same skeleton can
 * be taken for each other. After Unicode's UTS #39, section 4, with a table of common look-alikes only.
 */
export function skeletonOf(name: string): string {
  const bare = name.normalize('NFKD').replace(/[\p{M}\p{C}\s]/gu, '');
  const small = [...bare].map((letter) => CAPITALS.get(letter) ?? letter).join('');
  const letters = [...small.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '')];
  const skeleton = letters.map((letter) => LETTERS.get(letter) ?? letter).join('');
  return skeleton.replace(STROKES, 'l').replaceAll('rn', 'm').replaceAll('vv', 'w');
}

/** Tells people apart whose names look alike: the first is shown by the name alone, those after with their id. */
export class LookAlikes {
  /** Who has which look of a name. */
  readonly #holders = new Map<string, number>();
  /** The last answer about everybody, for a name is asked for in every frame. */
  readonly #answers = new Map<number, { readonly name: string; readonly shown: string }>();
  #version = 0;

  /** Rises when anybody may be shown by another name than before. */
  get version(): number {
    return this.#version;
  }

  /** How a player's name is to be shown. */
  shownAs(id: number, name: string): string {
    const known = this.#answers.get(id);
    if (known?.name === name) return known.shown;
    const skeleton = skeletonOf(name);
    const holder = this.#holders.get(skeleton);
    if (holder === undefined) keep(this.#holders, skeleton, id);
    const shown = holder === undefined || holder === id ? name : `${name}#${id}`;
    keep(this.#answers, id, { name, shown });
    return shown;
  }

  /** This name is one's own, whoever came first: others do not pass for oneself. */
  claim(id: number, name: string): void {
    const skeleton = skeletonOf(name);
    if (this.#holders.get(skeleton) === id) return;
    this.#holders.delete(skeleton);
    keep(this.#holders, skeleton, id);
    this.#answers.clear();
    this.#version++;
  }

  /** Other people are met from now on. */
  clear(): void {
    this.#holders.clear();
    this.#answers.clear();
    this.#version++;
  }
}

function keep<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= MAX_KEPT) break;
    map.delete(oldest);
  }
}

/** `'аa вb'` → each first letter to its second. */
function pairs(list: string): ReadonlyMap<string, string> {
  return new Map(list.split(' ').map((pair) => [...pair] as unknown as [string, string]));
}
