import type { Budgets } from './budgets.ts';
import type { FaultWindow } from './fault-window.ts';
import type { Tally } from './tally.ts';
import type { ThingTally } from './thing-tally.ts';
import type { Act, Deed, Hold } from './things.ts';

/**
 * Follows edits, or lines, from their acknowledgement until every picture that has the square shows them, or has had
 * its time. As with motions: what was on its way at any moment of the fault window is counted with it, and what a
 * picture still lacks when the time for it has passed since the window closed has not healed and counts outside too.
 */
export class ThingWatch {
  readonly #type: Act['type'];
  readonly #things: ThingTally;
  readonly #tally: Tally;
  readonly #window: FaultWindow;
  readonly #budgets: Budgets;
  readonly #monotonic: () => number;
  /** Acknowledged deeds that somebody has yet to see, in the order of acknowledgement. */
  #waiting: Deed[] = [];
  #outstanding = 0;
  /** Those that lack what was given up in the fault window. */
  readonly #lacking = new Set<Hold>();
  /** In patient ms: when what is still lacking has not healed. */
  #healedByMs = Number.POSITIVE_INFINITY;
  #isHealingOver = false;

  constructor(
    type: Act['type'],
    things: ThingTally,
    tally: Tally,
    window: FaultWindow,
    budgets: Budgets,
    monotonic: () => number,
  ) {
    this.#type = type;
    this.#things = things;
    this.#tally = tally;
    this.#window = window;
    this.#budgets = budgets;
    this.#monotonic = monotonic;
  }

  /** Expected sights of which nobody knows yet whether they will come. */
  get outstanding(): number {
    return this.#outstanding + this.#lacking.size;
  }

  /** A deed is acknowledged and its square known: some have seen it already, the others have yet to. */
  await(deed: Deed, patientMs: number): void {
    const { square, number } = deed;
    if (square === undefined || number === undefined || !deed.isMeasured) return;
    deed.expectedOf = [...square.holds];
    const isTooOld = this.#isMissed(deed, patientMs);
    for (const hold of deed.expectedOf) {
      const seenMs = deed.early.get(hold) ?? seenAt(hold, deed, number);
      if (seenMs !== undefined) this.#seen(deed, hold, seenMs);
      else if (isTooOld) this.#missed(deed, hold);
      else {
        hold.pending[this.#type].add(deed);
        deed.pending++;
        this.#outstanding++;
      }
    }
    deed.early.clear();
    if (deed.pending > 0) this.#waiting.push(deed);
    else deed.expectedOf = [];
  }

  /** A picture shows a deed now. */
  reached(deed: Deed, hold: Hold, nowMs: number): void {
    if (hold.pending[this.#type].delete(deed)) {
      this.#settle(deed);
      this.#seen(deed, hold, nowMs);
    } else if (!deed.isAcknowledged && deed.isMeasured && !deed.early.has(hold)) deed.early.set(hold, nowMs);
    if (hold.lacking[this.#type].delete(deed) && hold.lacking[this.#type].size === 0) this.#lacking.delete(hold);
  }

  /** What has not come is nobody's fault any more. */
  excuse(hold: Hold): void {
    for (const deed of hold.pending[this.#type]) this.#settle(deed);
    hold.pending[this.#type].clear();
    hold.lacking[this.#type].clear();
    this.#lacking.delete(hold);
  }

  /** Something acknowledged was told to nobody at all. */
  unseen(deed: Deed): void {
    const isInFault = this.#window.touches(deed.askedMs, this.#monotonic());
    this.#count(isInFault, deed, deed.author.setup.name, deed.author);
  }

  /** Whether a picture lacks what it ought to show by now. */
  isAnyOverdue(patientMs: number): boolean {
    if (this.#lacking.size > 0) return true;
    const oldest = this.#waiting.find(({ pending }) => pending > 0);
    return oldest !== undefined && patientMs - oldest.askedPatientMs > this.#budgets.lateAfterMs;
  }

  /** The fault window has closed. */
  windowClosed(patientMs: number): void {
    this.#healedByMs = patientMs + this.#budgets.missedAfterMs;
  }

  /** Deeds that have been waited for long enough are missed wherever they are still pending. */
  giveUp(patientMs: number): void {
    let given = 0;
    for (const deed of this.#waiting) {
      if (deed.pending > 0 && !this.#isMissed(deed, patientMs)) break;
      given++;
      for (const hold of deed.expectedOf) {
        if (!hold.pending[this.#type].delete(deed)) continue;
        this.#settle(deed);
        this.#missed(deed, hold);
      }
    }
    if (given > 0) this.#waiting = this.#waiting.slice(given);
    if (this.#isHealingOver || patientMs <= this.#healedByMs) return;
    this.#isHealingOver = true;
    for (const hold of this.#lacking) {
      for (const deed of hold.lacking[this.#type]) this.#count(false, deed, deed.author.setup.name, hold.observer);
      hold.lacking[this.#type].clear();
    }
    this.#lacking.clear();
  }

  #isMissed({ askedPatientMs }: Deed, patientMs: number): boolean {
    return patientMs - askedPatientMs > this.#budgets.missedAfterMs;
  }

  #settle(deed: Deed): void {
    deed.pending--;
    this.#outstanding--;
    if (deed.pending === 0) deed.expectedOf = [];
  }

  #seen(deed: Deed, hold: Hold, atMs: number): void {
    const ms = Math.max(0, atMs - deed.askedMs);
    const isLate = ms > this.#budgets.lateAfterMs;
    const isInFault = this.#window.touches(deed.askedMs, atMs);
    if (isLate) this.#window.wrong(atMs);
    const counts = this.#things.judged(isInFault);
    counts.expected++;
    counts.seen++;
    if (isLate) counts.late++;
    if (!isInFault && hold.observer !== deed.author) this.#things.latency.record(ms);
  }

  #missed(deed: Deed, hold: Hold): void {
    const isInFault = this.#window.touches(deed.askedMs, this.#monotonic());
    this.#count(isInFault, deed, deed.author.setup.name, hold.observer);
    if (!isInFault) return;
    if (this.#isHealingOver) this.#count(false, deed, deed.author.setup.name, hold.observer);
    else {
      hold.lacking[this.#type].add(deed);
      this.#lacking.add(hold);
    }
  }

  #count(isInFault: boolean, deed: Deed, author: string, observer: Hold['observer']): void {
    const counts = this.#things.judged(isInFault);
    counts.expected++;
    counts.missed++;
    if (!isInFault) this.#tally.found('missed', observer, author, this.#monotonic() - deed.askedMs, deed.detail);
  }
}

/** When a picture got as far as a deed, should it have; too late rather than too early. */
function seenAt(hold: Hold, { act }: Deed, number: number): number | undefined {
  if (act.type === 'line') return hold.hasHeard(number) ? hold.sinceMs : undefined;
  return hold.revision !== undefined && hold.revision >= number ? hold.revisionAtMs : undefined;
}
