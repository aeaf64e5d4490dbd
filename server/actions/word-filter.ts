/** Entries of a list; what stands behind them is a mistake. */
const MAX_ENTRIES = 20_000;
const MAX_ENTRY_LENGTH = 64;

type Place = 'name' | 'chat';

/** Words as they are compared: `*` before or behind one stands for any letters. */
class Words {
  readonly #whole = new Set<string>();
  readonly #begins: string[] = [];
  readonly #ends: string[] = [];
  readonly #within: string[] = [];

  add(entry: string): void {
    const word = entry.replaceAll('*', '');
    const isOpenBefore = entry.startsWith('*');
    const isOpenBehind = entry.endsWith('*');
    if (isOpenBefore && isOpenBehind) this.#within.push(word);
    else if (isOpenBefore) this.#ends.push(word);
    else if (isOpenBehind) this.#begins.push(word);
    else this.#whole.add(word);
  }

  has(word: string): boolean {
    return (
      this.#whole.has(word) ||
      this.#begins.some((begin) => word.startsWith(begin)) ||
      this.#ends.some((end) => word.endsWith(end)) ||
      this.#within.some((part) => word.includes(part))
    );
  }
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const ENTRY = /^\*?[\p{L}\p{N}]+\*?$/u;

/** Without accents and capitals, and with letters of other widths and styles as plain ones. */
const folded = (word: string): string => word.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** Words that a host wants in no name, or in no line of chat. */
export class WordFilter {
  readonly #words: Readonly<Record<Place, Words>> = { name: new Words(), chat: new Words() };
  #size = 0;

  /**
   * Reads a list: a word to a line, in names and in chat, or behind `name` or `chat` in these alone; `*` at its beginning
   * or end stands for any letters; what follows a `#` is for people.
   * @returns the filter with all that could be read, and a sentence for each line that could not
   */
  static parse(text: string): { readonly filter: WordFilter; readonly mistakes: readonly string[] } {
    const filter = new WordFilter();
    const mistakes: string[] = [];
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      const parts = (line.split('#')[0] as string).trim().split(/\s+/);
      const entry = folded(parts.at(-1) ?? '');
      if (entry === '') continue;
      const place = parts.length === 2 ? parts[0] : undefined;
      const isFit = parts.length === 1 || place === 'name' || place === 'chat';
      if (!isFit || !ENTRY.test(entry) || entry.length > MAX_ENTRY_LENGTH) {
        mistakes.push(`line ${index + 1}: one word, with * before or behind it, and "name" or "chat" before that.`);
      } else if (filter.#size === MAX_ENTRIES) mistakes.push(`line ${index + 1}: more than ${MAX_ENTRIES} words.`);
      else filter.#add(entry, place as Place | undefined);
    }
    return { filter, mistakes };
  }

  /** How many words it has. */
  get size(): number {
    return this.#size;
  }

  /** Whether a name has a word in it that is not to be in names. */
  forbids(name: string): boolean {
    if (this.#size === 0) return false;
    return [...name.matchAll(WORD)].some(([word]) => this.#words.name.has(folded(word)));
  }

  /** A line of chat with stars for the words that are not to be in it. */
  starred(text: string): string {
    if (this.#size === 0) return text;
    return text.replaceAll(WORD, (word) => (this.#words.chat.has(folded(word)) ? '*'.repeat([...word].length) : word));
  }

  #add(entry: string, place: Place | undefined): void {
    this.#size++;
    for (const each of ['name', 'chat'] as const)
      if (place === undefined || place === each) this.#words[each].add(entry);
  }
}
