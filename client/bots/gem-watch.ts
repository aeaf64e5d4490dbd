import type { Budgets } from './budgets.ts';
import type { FaultWindow } from './fault-window.ts';
import type { Participant } from './participant.ts';
import type { Tally } from './tally.ts';

/** A claim as pictures are told it. */
export interface SeenClaim {
  readonly sx: number;
  readonly sy: number;
  readonly period: number;
  readonly index: number;
  readonly player: number;
}

/** What a gem scores; undefined when there is no such gem. */
export type PointsOf = (claim: SeenClaim) => number | undefined;

/** Claims remembered; the oldest makes room for the newest. */
const MAX_CLAIMS = 20_000;

/** In the place of a player, where it is not known who has claimed a gem. */
const NOBODY_KNOWN = 0;

const noGems = () => ({ claimed: 0, doubled: 0, scoreErrors: 0 });

/** One participant's score, as told and as it follows from the claims. */
interface Account {
  told: number;
  earned: number;
  /** Since when the two differ, in patient ms. */
  differsSinceMs: number | undefined;
  /** Somebody who was away may have claimed something that nobody saw: a higher score is taken as it is. */
  mayHaveMore: boolean;
}

/** Sees to it that no gem is claimed twice and that scores are what the claims come to. */
export class GemWatch {
  readonly counts = noGems();
  readonly inFault = noGems();
  readonly #tally: Tally;
  readonly #window: FaultWindow;
  readonly #budgets: Budgets;
  readonly #pointsOf: PointsOf;
  readonly #claims = new Map<string, number>();
  readonly #accounts = new Map<Participant, Account>();
  /** Those whose score is not what it should be, yet. */
  readonly #differing = new Set<Participant>();

  constructor(tally: Tally, window: FaultWindow, budgets: Budgets, pointsOf: PointsOf) {
    this.#tally = tally;
    this.#window = window;
    this.#budgets = budgets;
    this.#pointsOf = pointsOf;
  }

  get outstanding(): number {
    return this.#differing.size;
  }

  /** The world has begun afresh: nothing was ever claimed in it. */
  forget(): void {
    this.#claims.clear();
  }

  /** @param isNew a player that the world did not have before, without any score */
  joined(participant: Participant, isNew: boolean): void {
    const account = this.#accounts.get(participant);
    this.#differing.delete(participant);
    if (account === undefined || isNew) {
      this.#accounts.set(participant, { told: 0, earned: 0, differsSinceMs: undefined, mayHaveMore: false });
      return;
    }
    account.differsSinceMs = undefined;
    account.mayHaveMore = true;
  }

  /** @param claimant who has that id, should it be one of the participants */
  claimed(observer: Participant, claimant: Participant | undefined, claim: SeenClaim, patientMs: number): void {
    const key = `${claim.sx},${claim.sy} ${claim.period} ${claim.index}`;
    const before = this.#claims.get(key);
    // A node may know that a gem is gone, but not who has it.
    if (before === claim.player || (before !== undefined && claim.player === NOBODY_KNOWN)) return;
    if (before !== undefined && before !== NOBODY_KNOWN) {
      this.#judged().doubled++;
      const detail = `gem ${claim.index} of square ${claim.sx},${claim.sy} had been claimed by player ${before}`;
      this.#fault('doubled', observer, claimant?.setup.name ?? `player ${claim.player}`, 0, detail);
      return;
    }
    this.#claims.set(key, claim.player);
    const [oldest] = this.#claims.keys();
    if (this.#claims.size > MAX_CLAIMS && oldest !== undefined) this.#claims.delete(oldest);
    const account = claimant === undefined ? undefined : this.#accounts.get(claimant);
    if (claimant === undefined || account === undefined) return;
    this.#judged().claimed++;
    account.earned += this.#pointsOf(claim) ?? 0;
    this.#compare(claimant, account, patientMs);
  }

  scored(participant: Participant, score: number, patientMs: number): void {
    const account = this.#accounts.get(participant);
    if (account === undefined) return;
    account.told = score;
    if (account.mayHaveMore) {
      account.mayHaveMore = false;
      account.earned = Math.max(account.earned, score);
    }
    this.#compare(participant, account, patientMs);
  }

  /** Scores that have not been right for too long are wrong. */
  look(patientMs: number): void {
    for (const participant of this.#differing) {
      const account = this.#accounts.get(participant) as Account;
      if (!participant.isPresent) {
        account.differsSinceMs = undefined;
        this.#differing.delete(participant);
      } else if (patientMs - (account.differsSinceMs ?? patientMs) > this.#budgets.missedAfterMs) {
        this.#wrong(participant, account, patientMs);
      }
    }
  }

  #compare(participant: Participant, account: Account, patientMs: number): void {
    if (account.told === account.earned) {
      account.differsSinceMs = undefined;
      this.#differing.delete(participant);
    } else {
      account.differsSinceMs ??= patientMs;
      this.#differing.add(participant);
    }
  }

  /** Counted once: from then on what was told is taken for right. */
  #wrong(participant: Participant, account: Account, patientMs: number): void {
    this.#judged().scoreErrors++;
    const detail = `the score is ${account.told}, the claims come to ${account.earned}`;
    const forMs = patientMs - (account.differsSinceMs ?? patientMs);
    this.#fault('score', participant, participant.setup.name, forMs, detail);
    account.earned = account.told;
    this.#compare(participant, account, patientMs);
  }

  #judged(): ReturnType<typeof noGems> {
    return this.#window.isOpen ? this.inFault : this.counts;
  }

  #fault(kind: 'doubled' | 'score', observer: Participant, player: string, ms: number, detail: string): void {
    if (!this.#window.isOpen) this.#tally.found(kind, observer, player, ms, detail);
  }
}
