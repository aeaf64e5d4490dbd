import { Distribution } from './histogram.ts';

const noThings = () => ({
  expected: 0,
  seen: 0,
  missed: 0,
  late: 0,
  ghosts: 0,
  duplicated: 0,
  disordered: 0,
  disagreed: 0,
});

/** What became of edits, or of lines; once for the fault window and once for all the rest. */
export class ThingTally {
  readonly counts = noThings();
  readonly inFault = noThings();
  /** From the asking until somebody else has it, in ms, outside the fault window. */
  readonly latency = new Distribution();

  judged(isInFault: boolean): ReturnType<typeof noThings> {
    return isInFault ? this.inFault : this.counts;
  }
}

/** Sentences of refusals that are counted apart; what else is refused is counted under the last of them. */
const MAX_SENTENCES = 20;
const OTHER = 'for other reasons';

/** What was asked of the server, and what it answered. */
export class RequestTally {
  asked = 0;
  done = 0;
  refused = 0;
  /** In the fault window: requests that nobody will answer any more. They are taken back from those asked. */
  lostInFault = 0;
  readonly refusals = new Map<string, number>();

  refuse(sentence: string): void {
    this.refused++;
    const key = this.refusals.has(sentence) || this.refusals.size < MAX_SENTENCES ? sentence : OTHER;
    this.refusals.set(key, (this.refusals.get(key) ?? 0) + 1);
  }
}
