import type { Budgets } from './budgets.ts';
import type { FaultWindow } from './fault-window.ts';
import { FinalComparison } from './final-comparison.ts';
import { GemWatch, type PointsOf, type SeenClaim } from './gem-watch.ts';
import type { Participant } from './participant.ts';
import type { Picture } from './picture.ts';
import { RequestBook } from './request-book.ts';
import type { Tally } from './tally.ts';
import { ThingFaults } from './thing-faults.ts';
import { RequestTally, ThingTally } from './thing-tally.ts';
import { ThingWatch } from './thing-watch.ts';
import { type Act, Deed, editText, Hold, LAST_LINES, lineText, type SeenEdit, type SeenLine } from './things.ts';
import { ThingsTruth } from './things-truth.ts';

/** One participant and what this oracle keeps of it. */
interface Witness {
  readonly participant: Participant;
  readonly picture: Picture;
  readonly requests: RequestBook;
  /** By square. */
  readonly holds: Map<string, Hold>;
}

const keyOf = (sx: number, sy: number): string => `${sx},${sy}`;

/**
 * Decides what everybody has to see of what is built, said and claimed, and whether they did, from what was asked for,
 * what was acknowledged and what each picture was told.
 *
 * - Whoever has a square in the picture when an edit or a line in it is acknowledged has to see it: an edit when the
 *   picture's ground gets to its revision, a line when it is in the log. Late and missed are as with motions. Whoever
 *   gets the square later has to get it with all that was acknowledged before.
 * - What a participant is said to have done, and never asked for or was refused, is a *ghost*; so is what differs from
 *   what it was. Edits that follow on with a gap, pictures that go back, and a history or a log against its order are
 *   *disordered*.
 * - At the end, pictures of one square that differ have *disagreed*.
 *
 * It keeps bounded numbers of deeds and lines of each square, and as many squares as the participants walk about in.
 */
export class ThingsOracle {
  readonly edits = new ThingTally();
  readonly chat = new ThingTally();
  readonly requests = new RequestTally();
  readonly gems: GemWatch;
  readonly #faults: ThingFaults;
  readonly #truth: ThingsTruth;
  readonly #comparison: FinalComparison;
  readonly #window: FaultWindow;
  readonly #budgets: Budgets;
  readonly #monotonic: () => number;
  readonly #editWatch: ThingWatch;
  readonly #chatWatch: ThingWatch;
  readonly #witnesses = new Map<Participant, Witness>();
  /** By id, also by those that one had before. */
  readonly #byId = new Map<number, Witness>();
  #patientMs = 0;
  #isMeasuring = false;

  constructor(tally: Tally, window: FaultWindow, budgets: Budgets, monotonic: () => number, pointsOf: PointsOf) {
    this.#window = window;
    this.#budgets = budgets;
    this.#monotonic = monotonic;
    this.#faults = new ThingFaults(tally, window, monotonic);
    this.#truth = new ThingsTruth(this.edits, this.chat, this.#faults, this.#byId);
    this.#comparison = new FinalComparison(this.edits, this.chat, this.#faults);
    this.gems = new GemWatch(tally, window, budgets, pointsOf);
    this.#editWatch = new ThingWatch('edit', this.edits, tally, window, budgets, monotonic);
    this.#chatWatch = new ThingWatch('line', this.chat, tally, window, budgets, monotonic);
  }

  /** What nobody knows yet: whether it will be answered, seen, or come to the right score. */
  get outstanding(): number {
    const { asked, done, refused } = this.requests;
    const open = asked - done - refused;
    return open + this.#editWatch.outstanding + this.#chatWatch.outstanding + this.gems.outstanding;
  }

  /** How many edits and lines are remembered. */
  get known(): number {
    return this.#truth.known;
  }

  /** Whatever will make the run fail, so far. */
  get errors(): number {
    const { doubled, scoreErrors } = this.gems.counts;
    return errorsOf(this.edits) + errorsOf(this.chat) + doubled + scoreErrors;
  }

  /** From now on what is asked for is expected to be seen. */
  begin(): void {
    this.#isMeasuring = true;
  }

  /** From now on nothing more is. */
  finish(): void {
    this.#isMeasuring = false;
  }

  /** The fault window has closed: what lasts begins again, for it has not healed. */
  windowClosed(): void {
    this.#editWatch.windowClosed(this.#patientMs);
    this.#chatWatch.windowClosed(this.#patientMs);
    for (const { holds } of this.#witnesses.values()) {
      for (const hold of holds.values()) {
        hold.isOwedJudged = false;
        hold.sincePatientMs = this.#patientMs;
      }
    }
  }

  // What happens to the participants ------------------------------------------------------------

  add(participant: Participant, picture: Picture): void {
    const requests = new RequestBook();
    this.#witnesses.set(participant, { participant, picture, requests, holds: new Map() });
  }

  /** @param before the id that the participant had until now; 0 for none */
  joined(participant: Participant, before: number): void {
    const witness = this.#witnesses.get(participant);
    if (witness === undefined) return;
    const isNew = participant.id !== before;
    // Nobody is there to vouch for it, and it knows nobody: that world has begun afresh.
    if (before !== 0 && isNew && this.#isDeserted(participant)) {
      this.#truth.forget();
      this.gems.forget();
    }
    this.#byId.set(participant.id, witness);
    this.gems.joined(participant, isNew);
  }

  /** The participant is out of the world: what was on its way to it or from it is nobody's fault any more. */
  left(participant: Participant): void {
    const witness = this.#witnesses.get(participant);
    if (witness === undefined) return;
    this.#withdraw(witness.requests.withdraw(), this.#window.isOpen);
    for (const hold of witness.holds.values()) this.#end(hold);
    witness.holds.clear();
  }

  /** The participant has just sent its request `n`. */
  asked(participant: Participant, n: number, act: Act): void {
    this.requests.asked++;
    const asked = { ms: this.#monotonic(), patientMs: this.#patientMs, isMeasured: this.#isMeasuring };
    this.#witnesses.get(participant)?.requests.ask(new Deed(participant, n, act, asked));
  }

  /** @param revision that the edit made; null for a line */
  done(participant: Participant, n: number, revision: number | null): void {
    const requests = this.#witnesses.get(participant)?.requests;
    const deed = requests?.answer(n);
    if (requests === undefined || deed === undefined) return;
    this.requests.done++;
    deed.isAcknowledged = true;
    const { act } = deed;
    if (act.type === 'edit') {
      if (this.#truth.granted(deed, act, keyOf(act.sx, act.sy), revision)) this.#editWatch.await(deed, this.#patientMs);
    } else if (deed.square === undefined) requests.awaitHearing(deed);
    else this.#lineDone(deed);
  }

  refused(participant: Participant, n: number, sentence: string): void {
    const requests = this.#witnesses.get(participant)?.requests;
    const deed = requests?.answer(n);
    if (requests === undefined || deed === undefined) return;
    this.requests.refuse(sentence);
    // A store that did not answer may have kept it all the same (P-REQ-2).
    if (this.#window.touches(deed.askedMs, this.#monotonic())) {
      if (deed.square === undefined) requests.doubt(deed);
      return;
    }
    if (deed.square === undefined) return;
    this.#faults.ghost(
      deed.act.type === 'edit' ? this.edits : this.chat,
      participant,
      participant,
      `${deed.detail}, refused`,
    );
  }

  /** Whether a picture has all edits that were acknowledged: whoever lacks one shows others go on through a wall. */
  isGroundWhole(observer: Participant): boolean {
    const holds = this.#witnesses.get(observer)?.holds.values() ?? [];
    for (const { revision = 0, isGapped, square } of holds) if (isGapped || revision < square.revision) return false;
    return true;
  }

  /** Nobody waits any longer for the answers to what was asked for in the fault window. */
  loseRequests(): void {
    for (const { requests } of this.#witnesses.values()) {
      this.#withdraw(
        requests.withdraw(({ askedMs }) => this.#window.holds(askedMs)),
        true,
      );
    }
  }

  // What happens to their pictures --------------------------------------------------------------

  /** A frame has been taken in: squares may have come into the picture, and gone. */
  framed(observer: Participant): void {
    const witness = this.#witnesses.get(observer);
    if (witness === undefined || !observer.isPresent) return;
    const { holds, picture } = witness;
    const squares = picture.squares();
    for (const [key, hold] of holds) {
      if (squares.has(key)) continue;
      this.#end(hold);
      holds.delete(key);
    }
    if (squares.size > holds.size) for (const { sx, sy } of squares.values()) this.#hold(observer, sx, sy);
  }

  /** All of a square's ground was told, as of a revision. */
  pictured(observer: Participant, sx: number, sy: number, revision: number): void {
    const hold = this.#hold(observer, sx, sy);
    if (hold === undefined) return;
    if (hold.revision !== undefined && revision < hold.revision) {
      this.#faults.disordered(
        this.edits,
        observer,
        `ground of square ${sx},${sy} at ${revision} after ${hold.revision}`,
      );
    }
    hold.isGapped = false;
    // Edits after it may come, also those that were told before in vain.
    hold.toldRevision = Math.min(hold.toldRevision, revision);
    this.#advance(hold, revision);
  }

  /** Edits were told, as they came. */
  edited(observer: Participant, sx: number, sy: number, edits: readonly SeenEdit[]): void {
    const hold = this.#hold(observer, sx, sy);
    if (hold === undefined) return;
    for (const edit of edits) {
      if (!this.#truth.isTrueEdit(hold, edit)) continue;
      const { revision } = edit;
      if (revision <= hold.toldRevision) {
        this.#faults.duplicated(
          this.edits,
          observer,
          this.#nameOf(edit.player),
          `${editText(hold.square, edit)}, told again`,
        );
        continue;
      }
      hold.toldRevision = revision;
      // What is not newer than the ground that came may come once more; without any ground nothing can follow on.
      if (hold.revision === undefined || revision <= hold.revision || hold.isGapped) continue;
      if (revision === hold.revision + 1) this.#advance(hold, revision);
      else {
        hold.isGapped = true;
        this.#faults.disordered(
          this.edits,
          observer,
          `${editText(hold.square, edit)}, after revision ${hold.revision}`,
        );
      }
    }
  }

  /** Lines were told, as they came. */
  heard(observer: Participant, sx: number, sy: number, lines: readonly SeenLine[], isHistory: boolean): void {
    const hold = this.#hold(observer, sx, sy);
    if (hold === undefined) return;
    const now = this.#monotonic();
    let before = -1;
    for (const line of lines) {
      const known = this.#truth.trueLine(hold, line);
      if (known === undefined) continue;
      // As they are said, those of two nodes may overtake each other on their way (P-CHAT-4); the history is in order.
      if (line.id === before || (!isHistory && hold.wasToldLive(line.id))) {
        const author = this.#nameOf(line.player);
        this.#faults.duplicated(this.chat, observer, author, `${lineText(hold.square, line)}, told again`);
      } else if (isHistory && line.id < before) {
        this.#faults.disordered(this.chat, observer, `${lineText(hold.square, line)}, after ${before}`);
      }
      before = line.id;
      if (!isHistory) hold.toldLine = Math.max(hold.toldLine, line.id);
      hold.hear(line.id, !isHistory);
      if (known.deed === undefined) continue;
      if (known.deed.isAcknowledged && known.deed.number === undefined) this.#place(known.deed, hold, line);
      else this.#chatWatch.reached(known.deed, hold, now);
    }
  }

  claimed(observer: Participant, claim: SeenClaim): void {
    this.gems.claimed(observer, this.#byId.get(claim.player)?.participant, claim, this.#patientMs);
  }

  scored(participant: Participant, score: number): void {
    this.gems.scored(participant, score, this.#patientMs);
  }

  // Judgement -----------------------------------------------------------------------------------

  /** To be called every few ms. */
  look(patientMs: number): void {
    this.#patientMs = patientMs;
    this.#editWatch.giveUp(patientMs);
    this.#chatWatch.giveUp(patientMs);
    this.gems.look(patientMs);
    if (!this.#window.isOpen) return;
    const isWrong = this.#editWatch.isAnyOverdue(patientMs) || this.#chatWatch.isAnyOverdue(patientMs);
    if (isWrong) this.#window.wrong(this.#monotonic());
  }

  /** Judges what a picture ought to have by now; to be called every `sampleMs`. */
  sample(observer: Participant): void {
    const witness = this.#witnesses.get(observer);
    if (witness === undefined || !observer.isPresent) return;
    for (const hold of witness.holds.values()) this.#judgeOwed(hold);
    for (const deed of witness.requests.unheard) {
      if (this.#patientMs - deed.askedPatientMs <= this.#budgets.missedAfterMs) continue;
      witness.requests.doubt(deed);
      if (deed.isMeasured) this.#chatWatch.unseen(deed);
    }
    const { oldest } = witness.requests;
    if (!this.#window.isOpen || oldest === undefined) return;
    if (this.#patientMs - oldest.askedPatientMs > this.#budgets.lateAfterMs) this.#window.wrong(this.#monotonic());
  }

  /** At the very end, when nothing is on its way: everybody who has a square must have the same of it. */
  compare(): void {
    // What has come into a picture only just now may not be complete.
    const isComplete = ({ revision, sincePatientMs }: Hold): boolean =>
      revision !== undefined && this.#patientMs - sincePatientMs > this.#budgets.missedAfterMs;
    for (const square of this.#truth.squares) {
      const holds = [...square.holds].filter(isComplete);
      this.#comparison.squares(square, holds, (observer) => this.#witnesses.get(observer)?.picture);
    }
    const nameOf = (player: number): string | undefined => this.#byId.get(player)?.participant.setup.name;
    for (const { participant, picture } of this.#witnesses.values()) {
      if (participant.isPresent) this.#comparison.log(participant, picture, nameOf);
    }
  }

  // Squares and who has them --------------------------------------------------------------------

  #hold(observer: Participant, sx: number, sy: number): Hold | undefined {
    const witness = this.#witnesses.get(observer);
    if (witness === undefined || !observer.isPresent) return undefined;
    const key = keyOf(sx, sy);
    let hold = witness.holds.get(key);
    if (hold === undefined) {
      const square = this.#truth.square(key);
      hold = new Hold(observer, square, this.#monotonic(), this.#patientMs);
      witness.holds.set(key, hold);
      square.holds.add(hold);
    }
    return hold;
  }

  #end(hold: Hold): void {
    hold.square.holds.delete(hold);
    this.#editWatch.excuse(hold);
    this.#chatWatch.excuse(hold);
  }

  #advance(hold: Hold, revision: number): void {
    const now = this.#monotonic();
    hold.revision = revision;
    hold.revisionAtMs = now;
    for (const deeds of [hold.pending.edit, hold.lacking.edit]) {
      for (const deed of deeds) if ((deed.number ?? 0) <= revision) this.#editWatch.reached(deed, hold, now);
    }
    const deed = hold.square.edits.get(revision)?.deed;
    if (deed?.isAcknowledged === false) this.#editWatch.reached(deed, hold, now);
  }

  /** What was acknowledged before a square was had has to come with it. */
  #judgeOwed(hold: Hold): void {
    if (hold.isOwedJudged || this.#patientMs - hold.sincePatientMs <= this.#budgets.missedAfterMs) return;
    hold.isOwedJudged = true;
    const { observer, owedRevision, owedLine, square, revision } = hold;
    const forMs = this.#patientMs - hold.sincePatientMs;
    if (revision === undefined || revision < owedRevision) {
      const detail = `ground of square ${square.key} at ${revision ?? 'no revision'}, ${owedRevision} was acknowledged`;
      this.#faults.owed(this.edits, observer, forMs, detail);
    }
    // Who has heard so much since may have heard it before.
    if (owedLine > 0 && !hold.hasHeard(owedLine) && hold.toldLine - owedLine < LAST_LINES) {
      this.#faults.owed(this.chat, observer, forMs, `line ${owedLine} of square ${square.key} did not come with it`);
    }
  }

  #isDeserted(besides: Participant): boolean {
    for (const { participant } of this.#witnesses.values()) {
      if (participant !== besides && participant.isPresent) return false;
    }
    return true;
  }

  #lineDone(deed: Deed): void {
    const { square, number } = deed;
    if (square === undefined || number === undefined) return;
    square.line = Math.max(square.line, number);
    this.#chatWatch.await(deed, this.#patientMs);
  }

  /** An acknowledged line is heard for the first time, and so its square is known. */
  #place(deed: Deed, hold: Hold, { id }: SeenLine): void {
    deed.square = hold.square;
    deed.number = id;
    deed.early.set(hold, this.#monotonic());
    this.#lineDone(deed);
  }

  /** Requests that will not be answered any more were not asked. */
  #withdraw(deeds: readonly Deed[], isInFault: boolean): void {
    for (const { askedMs } of deeds) {
      this.requests.asked--;
      if (isInFault || this.#window.holds(askedMs)) this.requests.lostInFault++;
    }
  }

  #nameOf(player: number): string {
    return this.#byId.get(player)?.participant.setup.name ?? `player ${player}`;
  }
}

const errorsOf = ({ counts: { missed, ghosts, duplicated, disordered, disagreed } }: ThingTally): number =>
  missed + ghosts + duplicated + disordered + disagreed;
