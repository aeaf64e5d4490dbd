import { readFileSync } from 'node:fs';
import { WordFilter } from './actions/word-filter.ts';
import { StartFailure } from './workers/start-failure.ts';

/** The words of a file, read at the start and whenever that is asked for. */
export class FilterFile {
  readonly #file: string | null;
  #filter: WordFilter;

  /** @throws StartFailure when the file cannot be read, or has a line that is none */
  constructor(file: string | null) {
    this.#file = file;
    this.#filter = file === null ? WordFilter.parse('').filter : read(file);
  }

  get current(): WordFilter {
    return this.#filter;
  }

  /** Reads the file again. @throws StartFailure when that fails; then all is as it was */
  reload(): void {
    if (this.#file !== null) this.#filter = read(this.#file);
  }
}

function read(file: string): WordFilter {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new StartFailure(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const { filter, mistakes } = WordFilter.parse(text);
  const [mistake, ...others] = mistakes;
  if (mistake === undefined) return filter;
  const more = others.length === 0 ? '' : ` There are ${others.length} more such lines.`;
  throw new StartFailure(`${file}, ${mistake}${more}`);
}
