import { refusalSentence } from '../../server/actions/refusal.ts';
import { StoreError } from '../../server/store/store.ts';
import { type SquareKey, squareKey } from '../../shared/grid.ts';
import type { Claim, Line } from '../../shared/protocol.ts';
import type { EditRecord } from '../../shared/tile-records.ts';

/**
 * What has become of a request: `open` ones were under way when the connection ended, or were refused because the
 * store did not answer, so nobody knows; `refused` ones must have left nothing.
 */
export type Outcome = 'open' | 'done' | 'refused';

export interface AskedEdit {
  readonly type: 'edit';
  readonly square: SquareKey;
  readonly tile: number;
  readonly kind: number;
  outcome: Outcome;
}

export interface AskedLine {
  readonly type: 'line';
  readonly player: number;
  /** Unlike any other's. */
  readonly text: string;
  outcome: Outcome;
}

export interface AskedProfile {
  readonly type: 'profile';
  readonly player: number;
  readonly name: string;
  readonly look: number;
  outcome: Outcome;
}

export type Asked = AskedEdit | AskedLine | AskedProfile;

/** An edit that was acknowledged, or told as news: both promise that it is kept. */
export interface PromisedEdit {
  readonly tile: number;
  readonly kind: number;
  isAcknowledged: boolean;
}

/** What somebody is told when the store has not answered: it may have been kept all the same (P-REQ-2). */
const MAY_BE_KEPT = refusalSentence(new StoreError('unavailable', 'not answered'));

export const claimKey = (period: number, gem: string): string => `${period}:${gem}`;

/** Remembers what all players of a run asked for and what they were told, over every crash. */
export class Witness {
  readonly edits: AskedEdit[] = [];
  readonly lines = new Map<string, AskedLine>();
  readonly profiles: AskedProfile[] = [];
  /** By square and the revision that the edit has made. */
  readonly promisedEdits = new Map<SquareKey, Map<number, PromisedEdit>>();
  /** Lines told to anybody, by text: where they are, and under which id. */
  readonly toldLines = new Map<string, { readonly square: SquareKey; readonly line: Line }>();
  /** Who claimed a gem, as told. */
  readonly toldClaims = new Map<string, number>();
  /** The highest score that a player was told. */
  readonly toldScores = new Map<number, number>();
  /** What cannot all be true. */
  readonly contradictions: string[] = [];
  /** Touched gems that somebody else was quicker at. */
  beaten = 0;

  asked(asked: Asked): void {
    if (asked.type === 'edit') this.edits.push(asked);
    else if (asked.type === 'line') this.lines.set(asked.text, asked);
    else this.profiles.push(asked);
  }

  done(asked: Asked, revision: number | null): void {
    asked.outcome = 'done';
    if (asked.type !== 'edit') return;
    if (revision === null) this.contradictions.push(`an edit in ${asked.square} was done without a revision`);
    else this.#promised(asked.square, revision, asked.tile, asked.kind).isAcknowledged = true;
  }

  refused(asked: Asked, sentence: string): void {
    if (sentence !== MAY_BE_KEPT) asked.outcome = 'refused';
  }

  edited(sx: number, sy: number, edits: readonly EditRecord[]): void {
    for (const { revision, tile, kind } of edits) this.#promised(squareKey(sx, sy), revision, tile, kind);
  }

  heard(sx: number, sy: number, lines: readonly Line[]): void {
    const square = squareKey(sx, sy);
    for (const line of lines) {
      const known = this.toldLines.get(line.text);
      if (known === undefined) this.toldLines.set(line.text, { square, line });
      else if (known.square !== square || known.line.id !== line.id) {
        this.contradictions.push(`"${line.text}" was told as line ${line.id} of ${square} and ${known.line.id}`);
      }
    }
  }

  claimed({ sx, sy, period, index, player }: Claim): void {
    // Whose it is may not be known to a node that found it taken.
    if (player === 0) return;
    const key = claimKey(period, `${sx},${sy},${index}`);
    const known = this.toldClaims.get(key);
    if (known === undefined) this.toldClaims.set(key, player);
    else if (known !== player) this.contradictions.push(`gem ${key} was told as that of ${known} and of ${player}`);
  }

  scored(player: number, score: number): void {
    this.toldScores.set(player, Math.max(score, this.toldScores.get(player) ?? 0));
  }

  #promised(square: SquareKey, revision: number, tile: number, kind: number): PromisedEdit {
    let promised = this.promisedEdits.get(square);
    if (promised === undefined) {
      promised = new Map();
      this.promisedEdits.set(square, promised);
    }
    const known = promised.get(revision);
    if (known === undefined) {
      const edit = { tile, kind, isAcknowledged: false };
      promised.set(revision, edit);
      return edit;
    }
    if (known.tile !== tile || known.kind !== kind) {
      this.contradictions.push(`revision ${revision} of ${square} was told as two different edits`);
    }
    return known;
  }
}
