import type { Span } from './scenario.ts';

/** Who comes and who goes next in the measured part. Its clock is that part's, and only goes on. */
export class Attendance {
  /** How many are there from before the beginning. */
  readonly first: number;
  readonly #spans: readonly Span[];
  /** Those who go before the end, as they go. */
  readonly #goers: readonly { readonly index: number; readonly atMs: number }[];
  #come: number;
  #gone = 0;

  /** @param spans those who are there from before the beginning, then the others as they come */
  constructor(spans: readonly Span[]) {
    this.#spans = spans;
    this.first = spans.filter(({ comesAtMs }) => comesAtMs === undefined).length;
    this.#come = this.first;
    this.#goers = spans
      .flatMap(({ goesAtMs }, index) => (goesAtMs === undefined ? [] : [{ index, atMs: goesAtMs }]))
      .sort((a, b) => a.atMs - b.atMs);
  }

  /** How many are to have come by then: the first so many. */
  comeBy(elapsedMs: number): number {
    while ((this.#spans[this.#come]?.comesAtMs ?? Number.POSITIVE_INFINITY) <= elapsedMs) this.#come++;
    return this.#come;
  }

  /**
   * Who is to go by then and was not told of before.
   * @param come how many have come: nobody goes before that
   */
  goBy(elapsedMs: number, come: number): number[] {
    const going: number[] = [];
    for (;;) {
      const next = this.#goers[this.#gone];
      if (next === undefined || next.atMs > elapsedMs || next.index >= come) return going;
      this.#gone++;
      going.push(next.index);
    }
  }
}
