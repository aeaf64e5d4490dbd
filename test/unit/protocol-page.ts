import { readFileSync } from 'node:fs';

/** An example of PROTOCOL.md: what stands before and after its arrow. */
export interface Vector {
  readonly input: string;
  readonly expected: string;
}

/** A row of a table, by the names in the table's head. */
export type Row = Readonly<Record<string, string>>;

/** PROTOCOL.md as data: its example blocks, tables and rules, so that tests can hold the code to the page. */
export class ProtocolPage {
  readonly text: string;
  readonly #blocks = new Map<string, readonly Vector[]>();

  constructor(text: string) {
    this.text = text;
    for (const [, name = '', body = ''] of text.matchAll(/^```vectors ([\w-]+)\n(.*?)^```$/gms)) {
      if (this.#blocks.has(name)) throw new Error(`two blocks of vectors are called ${name}`);
      this.#blocks.set(name, body.split('\n').filter(isExample).map(vectorOf));
    }
  }

  get blockNames(): string[] {
    return [...this.#blocks.keys()];
  }

  /** The examples of a block; there is at least one. */
  vectors(name: string): readonly Vector[] {
    const vectors = this.#blocks.get(name);
    if (vectors === undefined || vectors.length === 0) throw new Error(`PROTOCOL.md has no vectors ${name}`);
    return vectors;
  }

  /** The headings of a level that begin with a number, with that number, in order: `### 2 input`. */
  numbered(level: string): { readonly number: number; readonly title: string }[] {
    const headings = this.text.matchAll(new RegExp(`^${level} (\\d+) (.*)$`, 'gm'));
    return [...headings].map(([, number, title = '']) => ({ number: Number(number), title }));
  }

  /** The tables under a heading, up to the next heading. Code marks are taken off. */
  tables(heading: string): Row[][] {
    const start = this.text.indexOf(`\n${heading}\n`);
    if (start < 0) throw new Error(`PROTOCOL.md has no heading ${heading}`);
    const [section = ''] = this.text.slice(start + heading.length + 1).split(/^#/m);
    return [...section.matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => rowsOf(table));
  }

  /** Numbers of the rules, in the order in which they are laid down. */
  get rules(): string[] {
    return [...this.text.matchAll(/^\*\*(P-[A-Z]+-\d+)\*\*/gm)].map(([, rule = '']) => rule);
  }
}

export const readProtocolPage = (): ProtocolPage =>
  new ProtocolPage(readFileSync(new URL('../../shared/PROTOCOL.md', import.meta.url), 'utf8'));

const isExample = (line: string): boolean => line.trim() !== '' && !line.startsWith('#');

function vectorOf(line: string): Vector {
  const [input, expected, more] = line.split(' -> ');
  if (input === undefined || expected === undefined || more !== undefined) throw new Error(`no example: ${line}`);
  return { input: input.trim(), expected: expected.trim() };
}

function rowsOf(table: string): Row[] {
  const [head = [], , ...rows] = table
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
  return rows.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i] ?? ''])));
}
