import type { FaultWindow } from './fault-window.ts';
import type { Participant } from './participant.ts';
import type { Tally } from './tally.ts';
import type { ThingTally } from './thing-tally.ts';

/** Who is named where nobody in particular is meant. */
export const SOMEBODY = 'somebody';

/** Counts what is wrong with edits and lines at one moment, and keeps it for the report. */
export class ThingFaults {
  readonly #tally: Tally;
  readonly #window: FaultWindow;
  readonly #monotonic: () => number;

  constructor(tally: Tally, window: FaultWindow, monotonic: () => number) {
    this.#tally = tally;
    this.#window = window;
    this.#monotonic = monotonic;
  }

  ghost(things: ThingTally, observer: Participant, author: Participant | undefined, detail: string): void {
    this.#count('ghost', 'ghosts', things, observer, author?.setup.name ?? SOMEBODY, detail);
  }

  duplicated(things: ThingTally, observer: Participant, author: string, detail: string): void {
    this.#count('duplicated', 'duplicated', things, observer, author, detail);
  }

  disordered(things: ThingTally, observer: Participant, detail: string): void {
    this.#count('disordered', 'disordered', things, observer, SOMEBODY, detail);
  }

  disagreed(things: ThingTally, observer: Participant, what: string): void {
    this.#count('disagreed', 'disagreed', things, observer, SOMEBODY, `${what} not as others have them`);
  }

  /** What had been acknowledged did not come with a square that was had for `ms`. */
  owed(things: ThingTally, observer: Participant, ms: number, detail: string): void {
    const counts = things.judged(this.#window.isOpen);
    counts.expected++;
    counts.missed++;
    if (!this.#window.isOpen) this.#tally.found('missed', observer, SOMEBODY, ms, detail);
  }

  #count(
    kind: 'ghost' | 'duplicated' | 'disordered' | 'disagreed',
    count: 'ghosts' | 'duplicated' | 'disordered' | 'disagreed',
    things: ThingTally,
    observer: Participant,
    author: string,
    detail: string,
  ): void {
    const isInFault = this.#window.isOpen;
    things.judged(isInFault)[count]++;
    if (isInFault) this.#window.wrong(this.#monotonic());
    else this.#tally.found(kind, observer, author, 0, detail);
  }
}
