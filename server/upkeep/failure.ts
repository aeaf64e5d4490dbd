/** Why a task was not done; the message is a sentence for the host. */
export class UpkeepFailure extends Error {
  override readonly name = 'UpkeepFailure';
}

/** What is wrong with a file that is to be imported; the message says of a line what is. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
  /** From 1. */
  readonly line: number;

  constructor(line: number, what: string) {
    super(what);
    this.line = line;
  }

  /** For a sentence to begin with. */
  of(file: string): string {
    return `Line ${this.line} of ${file}: ${this.message}`;
  }
}

/** What the system says of a file, as a sentence. */
export function fileFailure(what: 'read from' | 'written to', file: string, error: unknown): UpkeepFailure {
  if (error instanceof UpkeepFailure) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new UpkeepFailure(`Nothing can be ${what} ${file} (${said}).`, { cause: error });
}

/** A sentence without its full stop, to go on with. */
export const begunSentence = (sentence: string): string => sentence.replace(/\.$/, '');

/** Anything that was thrown, as one sentence on one line. */
export function sentenceOf(error: unknown): string {
  const said = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim();
  return `${begunSentence(said === '' ? 'Something went wrong' : said)}.`;
}
