import type { Motion } from '../../shared/motion.ts';
import type { Claim, Line, Welcome, Whisper } from '../../shared/protocol.ts';
import type { EditRecord } from '../../shared/tile-records.ts';

/** What happens to a client, for whoever measures it: the load tester's oracle, the net lab, tests. */
export interface Observer {
  joined(welcome: Welcome): void;
  closed(code: number, reason: string, willReconnect: boolean): void;
  /** A frame with its number (the tick of its flush) and length. */
  frame(tick: number, bytes: number): void;
  /** A player is shown from now on. */
  entered(id: number, generation: number, rev: number): void;
  /** … and no longer. */
  left(id: number): void;
  /** News of a player who is shown. */
  moved(id: number, generation: number, rev: number, motion: Motion): void;
  /** The server told in a change what it had told before. */
  duplicated(id: number): void;
  /** The server applied one's own input `n` as this motion. */
  acknowledged(n: number, rev: number, motion: Motion): void;
  /** … which was not what had been predicted. */
  corrected(n: number): void;
  /** A square's checksum disagreed; a snapshot has been asked for. */
  diverged(sx: number, sy: number): void;
  /** A request was granted; an edit's revision and the kind that was there before. */
  done(n: number, revision: number | null, before: number | null): void;
  /** A request was not granted; with `n` 0 something that was no request on the wire. */
  refused(n: number, sentence: string): void;
  /** Lines as told; some may be known. */
  lines(sx: number, sy: number, lines: readonly Line[], isHistory: boolean): void;
  whispered(whisper: Whisper): void;
  emoted(player: number, emote: number): void;
  /** Everything built in a square was told, as of a revision. */
  pictured(sx: number, sy: number, revision: number): void;
  /** Edits as told; known ones and those after a gap change nothing. */
  edited(sx: number, sy: number, edits: readonly EditRecord[]): void;
  claimed(claim: Claim): void;
  /** One's own score, and one's place, 1 for the best; 0 for none. */
  scored(score: number, rank: number): void;
}

const nothing = (): void => undefined;

/** An observer that ignores whatever is not asked for. */
export const observerOf = (partial: Partial<Observer> = {}): Observer => ({
  joined: nothing,
  closed: nothing,
  frame: nothing,
  entered: nothing,
  left: nothing,
  moved: nothing,
  duplicated: nothing,
  acknowledged: nothing,
  corrected: nothing,
  diverged: nothing,
  done: nothing,
  refused: nothing,
  lines: nothing,
  whispered: nothing,
  emoted: nothing,
  pictured: nothing,
  edited: nothing,
  claimed: nothing,
  scored: nothing,
  ...partial,
});
