/** Lines kept for being said again. */
const MOST = 50;

/** What one has said before, to be called back line by line. */
export class ChatRecall {
  readonly #lines: string[] = [];
  /** How far back one has gone, 0 for not at all. */
  #back = 0;
  /** What was being typed before one went back. */
  #draft = '';

  /** A line has been sent. */
  add(line: string): void {
    this.#back = 0;
    if (this.#lines.at(-1) === line) return;
    this.#lines.push(line);
    if (this.#lines.length > MOST) this.#lines.shift();
  }

  /** The line before the one that is shown now, undefined at the first. */
  older(shown: string): string | undefined {
    if (this.#back >= this.#lines.length) return undefined;
    if (this.#back === 0) this.#draft = shown;
    this.#back++;
    return this.#lines.at(-this.#back);
  }

  /** The line after it, and in the end what was being typed; undefined where one has not gone back. */
  newer(): string | undefined {
    if (this.#back === 0) return undefined;
    this.#back--;
    return this.#back === 0 ? this.#draft : this.#lines.at(-this.#back);
  }
}
