import type { Motion } from '../../shared/motion.ts';
import type { Claim, Line, Traced, Welcome, Whisper } from '../../shared/protocol.ts';
import type { EditRecord } from '../../shared/tile-records.ts';

/**
 * What happens to a client, for whoever shows or measures it: a page, the load tester's oracle, the net lab, tests.
 * Called while the client takes in a frame, or is called itself: what an observer throws ends up there. Players are
 * given by id, squares by (sx, sy), places in units.
 */
export interface Observer {
  /** A session has begun: the first one, or another one after the connection was lost. */
  joined(welcome: Welcome): void;
  /**
   * The connection has ended, or could not be opened.
   * @param code of the WebSocket's end, see shared/closing.ts
   * @param reason a sentence for a person
   * @param willReconnect whether the client comes back by itself, as long as `update` is called
   */
  closed(code: number, reason: string, willReconnect: boolean): void;
  /** A frame was taken in: its number (the tick of its flush) and its length in bytes. */
  frame(tick: number, bytes: number): void;
  /** A player is in the picture from now on, oneself included. `generation` rises with their sign-ins, `rev` with their motions. */
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
  /** The request `n` was granted. Of an edit: the square's revision and the kind that was there before; else null. */
  done(n: number, revision: number | null, before: number | null): void;
  /** The request `n` was not granted: a sentence why, for a person. With `n` 0 something that was no request on the wire. */
  refused(n: number, sentence: string): void;
  /** Lines as told; some may be known. */
  lines(sx: number, sy: number, lines: readonly Line[], isHistory: boolean): void;
  /** A whisper to oneself, or one's own as it went out. */
  whispered(whisper: Whisper): void;
  /** Somebody near, perhaps oneself, showed an emote, 0 to EMOTES - 1. */
  emoted(player: number, emote: number): void;
  /** Everything built in a square was told, as of a revision. */
  pictured(sx: number, sy: number, revision: number): void;
  /** Edits as told; known ones and those after a gap change nothing. */
  edited(sx: number, sy: number, edits: readonly EditRecord[]): void;
  /** Somebody, perhaps oneself, claimed a gem in a square of the interest. */
  claimed(claim: Claim): void;
  /** One's own score, and one's place, 1 for the best; 0 for none. */
  scored(score: number, rank: number): void;
  /** Those who run the world say something to everybody. */
  announced(text: string): void;
  /** An input of a player was followed up to here: when it got where, and the world time in ms at which this was read. */
  traced(traced: Traced, atMs: number): void;
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
  announced: nothing,
  traced: nothing,
  ...partial,
});
