import type { Budgets } from './budgets.ts';
import type { FaultWindow } from './fault-window.ts';
import type { Participant, Sighting, Update } from './participant.ts';
import type { Tally } from './tally.ts';

/**
 * Follows updates from their acknowledgement until every picture that has to show them does, or has had its time.
 *
 * An update that was on its way at any moment of the fault window is counted with it. But a picture that lacks one
 * even when the time for missed updates has passed since the window closed has not healed: that counts outside as
 * well, once for each player in a picture, by the newest update that it lacks.
 */
export class UpdateWatch {
  readonly #tally: Tally;
  readonly #window: FaultWindow;
  readonly #budgets: Budgets;
  readonly #monotonic: () => number;
  /** Acknowledged updates that some picture has yet to reach, in the order of acknowledgement. */
  #waiting: Update[] = [];
  #outstanding = 0;
  /** Given up in the fault window and not reached since: the newest update that each picture lacks. */
  readonly #lacking = new Map<Sighting, Update>();
  /** In patient ms: when what is still lacking has not healed. */
  #healedByMs = Number.POSITIVE_INFINITY;
  #isHealingOver = false;

  constructor(tally: Tally, window: FaultWindow, budgets: Budgets, monotonic: () => number) {
    this.#tally = tally;
    this.#window = window;
    this.#budgets = budgets;
    this.#monotonic = monotonic;
  }

  /** Expected updates of which nobody knows yet whether they will be seen. */
  get outstanding(): number {
    return this.#outstanding + this.#lacking.size;
  }

  /** An update's pair is known now: some pictures have reached it already, the others have yet to. */
  await(update: Update, patientMs: number): void {
    const { pair, watchers } = update;
    if (pair === undefined) return;
    const isTooOld = patientMs - update.sentPatientMs > this.#budgets.missedAfterMs;
    let isAwaited = false;
    for (const sighting of watchers) {
      if (sighting.isRetired) continue;
      const reachedMs = sighting.reachedAt(pair) ?? sighting.goneAtMs;
      if (reachedMs !== undefined) this.#seen(update, sighting, reachedMs);
      else if (isTooOld) this.#missed(update, sighting);
      else {
        sighting.pending.push(update);
        this.#outstanding++;
        isAwaited = true;
      }
    }
    if (isAwaited) this.#waiting.push(update);
  }

  /** A picture has got further with a player. */
  advanced(sighting: Sighting, nowMs: number): void {
    while (sighting.pending.length > 0) {
      const update = sighting.pending[0] as Update;
      if (!hasReached(sighting, update)) break;
      sighting.pending.shift();
      this.#outstanding--;
      this.#seen(update, sighting, nowMs);
    }
    if (this.#lacking.size === 0) return;
    const lacked = this.#lacking.get(sighting);
    if (lacked !== undefined && hasReached(sighting, lacked)) this.#lacking.delete(sighting);
  }

  /** A player went out of sight, and that is newer than any motion of theirs that has not come. */
  gone(sighting: Sighting, nowMs: number): void {
    this.#lacking.delete(sighting);
    for (const update of sighting.pending.splice(0)) {
      this.#outstanding--;
      this.#seen(update, sighting, nowMs);
    }
  }

  /** What has not come is nobody's fault any more. */
  excuse(sighting: Sighting): void {
    this.#lacking.delete(sighting);
    this.#outstanding -= sighting.pending.length;
    sighting.pending.length = 0;
  }

  /** Whether somebody's picture lacks what it ought to show by now, or somebody else's lacks an update of theirs. */
  isAnyOverdue({ sightings, unacknowledged: [oldest] }: Participant, patientMs: number): boolean {
    const isLate = (update: Update | undefined): boolean =>
      update !== undefined && patientMs - update.sentPatientMs > this.#budgets.lateAfterMs;
    for (const sighting of sightings.values()) {
      if (isLate(sighting.pending[0]) || this.#lacking.has(sighting)) return true;
    }
    // What is not even acknowledged is on no list yet.
    return isLate(oldest) && oldest?.watchers.some(({ isRetired }) => !isRetired) === true;
  }

  /** The fault window has closed. */
  windowClosed(patientMs: number): void {
    this.#healedByMs = patientMs + this.#budgets.missedAfterMs;
  }

  /** Updates that have been waited for long enough are missed wherever they are still pending. */
  giveUp(patientMs: number): void {
    let given = 0;
    for (const update of this.#waiting) {
      if (patientMs - update.sentPatientMs <= this.#budgets.missedAfterMs) break;
      given++;
      for (const sighting of update.watchers) {
        const at = sighting.pending.indexOf(update);
        if (at < 0) continue;
        sighting.pending.splice(at, 1);
        this.#outstanding--;
        this.#missed(update, sighting);
      }
    }
    if (given > 0) this.#waiting = this.#waiting.slice(given);
    if (this.#isHealingOver || patientMs <= this.#healedByMs) return;
    this.#isHealingOver = true;
    for (const [sighting, update] of this.#lacking) this.#countMissed(update, sighting, false);
    this.#lacking.clear();
  }

  #seen(update: Update, sighting: Sighting, atMs: number): void {
    const ms = Math.max(0, atMs - update.sentMs);
    const isLate = ms > this.#budgets.lateAfterMs;
    const isInFault = this.#window.touches(update.sentMs, atMs);
    if (isLate) this.#window.wrong(atMs);
    this.#tally.seen(update, sighting.observer, ms, isLate, isInFault);
  }

  #missed(update: Update, sighting: Sighting): void {
    const isInFault = this.#window.touches(update.sentMs, this.#monotonic());
    this.#countMissed(update, sighting, isInFault);
    if (!isInFault) return;
    if (this.#isHealingOver) this.#countMissed(update, sighting, false);
    else this.#lacking.set(sighting, update);
  }

  #countMissed(update: Update, { observer }: Sighting, isInFault: boolean): void {
    this.#tally.missed(update, observer, this.#monotonic() - update.sentMs, isInFault);
  }
}

const hasReached = (sighting: Sighting, { pair }: Update): boolean =>
  pair !== undefined && sighting.reachedAt(pair) !== undefined;
