/** So many attempts in a row that come to nothing, and the next one goes elsewhere. */
const ATTEMPTS = 3;

/** Where a bot connects: to its own server as long as that answers, else to the next, as a load balancer has it. */
export class UrlRotation {
  readonly #urls: readonly string[];
  #at: number;
  #failures = 0;

  /** @param first which of the urls, at least one, is its own; counted round */
  constructor(urls: readonly string[], first: number) {
    this.#urls = urls;
    this.#at = first % urls.length;
  }

  get url(): string {
    return this.#urls[this.#at] as string;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#failures++;
    if (this.#failures >= ATTEMPTS) this.next();
  }

  /** It is to go elsewhere at once. */
  next(): void {
    this.#failures = 0;
    this.#at = (this.#at + 1) % this.#urls.length;
  }
}
