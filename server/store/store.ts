/** Where a player was last seen, in units. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** How a player calls themselves and looks; the version is raised with every change, u16 and wrapping. */
export interface Person {
  readonly name: string;
  readonly look: number;
  readonly version: number;
}

export interface SignedIn {
  readonly id: number;
  /** Higher than at every earlier sign-in of this player. */
  readonly generation: number;
  readonly person: Person;
  readonly place: Place | undefined;
  /** Where the player has chosen to come home to. */
  readonly home: Place | undefined;
}

/** How many player ids a node takes at once. */
export const ID_BLOCK = 1000;

/** A square of the world, by its indices. */
export interface SquareAddress {
  readonly sx: number;
  readonly sy: number;
}

/** A tile that somebody has changed. */
export interface TileEdit {
  /** In the square, row by row: 0 to 1023. */
  readonly tile: number;
  /** What is there now, u8; 0 for what the terrain has. */
  readonly kind: number;
  /** The square's revision that this edit made. */
  readonly revision: number;
}

/** Who sets a tile, and when. */
export interface Maker {
  /** 0 for whoever runs the world. */
  readonly player: number;
  /** In ms since 1970. */
  readonly atMs: number;
}

/** An edit, as it is kept for those who undo what somebody did. */
export interface LoggedEdit extends TileEdit, Maker {
  /** The kind that was there before. */
  readonly before: number;
}

/** Edits of a square that are remembered with their makers; an older one is forgotten, and what it built stays. */
export const KEPT_EDITS = 4096;

export interface Edited {
  /** The square's revision that this edit made: one more than the last. */
  readonly revision: number;
  /** What was there before; revision 0 for the terrain's own. */
  readonly before: TileEdit;
}

export interface SquareEdits {
  /** 0 for a square that nobody has ever changed. */
  readonly revision: number;
  /** In any order; tiles that were set back to 0 are among them, since their revisions count. */
  readonly tiles: readonly TileEdit[];
}

/** Something said in a square. */
export interface ChatLine {
  /** Per square, rising, never given twice. */
  readonly id: number;
  /** Who said it, and what they were called then. */
  readonly player: number;
  readonly name: string;
  readonly text: string;
  /** When, in ms since 1970 by the clock of the store's host. */
  readonly atMs: number;
}

/** Lines kept of a square; an older one goes when there are more. */
export const KEPT_LINES = 50;

export interface Ranked {
  readonly player: number;
  readonly name: string;
  readonly score: number;
}

/** What is kept, in numbers. */
export interface StoreInfo {
  readonly profiles: number;
  /** Tiles that differ from the terrain. */
  readonly edits: number;
  /** Gems claimed, as far as their claims are still kept. */
  readonly gems: number;
  /** Lines of chat. */
  readonly chat: number;
}

/** One thing that is kept, as it is moved from one store to another. */
export type StoreRecord =
  | {
      readonly type: 'player';
      readonly id: number;
      readonly tokenHash: string;
      readonly generation: number;
      readonly person: Person;
      readonly place: Place | undefined;
      readonly home: Place | undefined;
      readonly score: number;
    }
  | { readonly type: 'square'; readonly sx: number; readonly sy: number; readonly edits: SquareEdits }
  | {
      readonly type: 'chat';
      readonly sx: number;
      readonly sy: number;
      /** The last id given, also when that line is no longer kept. */
      readonly lastId: number;
      readonly lines: readonly ChatLine[];
    }
  | { readonly type: 'log'; readonly sx: number; readonly sy: number; readonly edits: readonly LoggedEdit[] }
  | { readonly type: 'claim'; readonly period: number; readonly gem: string; readonly player: number }
  | { readonly type: 'rule'; readonly key: string; readonly text: string }
  | { readonly type: 'audit'; readonly id: number; readonly text: string }
  | { readonly type: 'world'; readonly lastId: number; readonly worldMs: number };

/** What those who run the world have done, as one text of JSON. */
export interface AuditEntry {
  /** Rising, never given twice. */
  readonly id: number;
  readonly text: string;
}

/** Entries kept; an older one goes when there are more. */
export const KEPT_AUDIT = 10_000;

/** Why a store did not do what it was asked for; the message is a sentence for the host. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  /**
   * `unavailable` may pass by itself; the others need a person. `unusable` is a place where no store can be,
   * `schema` and `world` are one that another version or another world has made, `taken` one that somebody else has.
   */
  readonly code: 'full' | 'readonly' | 'corrupt' | 'schema' | 'world' | 'taken' | 'unusable' | 'unavailable';

  constructor(code: StoreError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * What outlives a session. Every adapter guarantees:
 *
 * - **Kept.** A promise that has resolved is kept: in LMDB against kill -9 of the process and, but for `savePlace`,
 *   power loss; in Redis as far as its own settings go.
 * - **Whole.** A promise that has rejected left everything as it was, or did all of it; never a part. Only
 *   `forgetLines`, `forget` and `take` may have done a part; done again, they do the rest.
 * - **One order.** All nodes that share the store see the same order of the edits of a square, of the lines of a
 *   square, of the claims of a gem. Ids and revisions are never given twice, generations are raised atomically.
 * - **Errors** are StoreErrors.
 */
export interface Store {
  // Players -------------------------------------------------------------------------------------

  /** Reserves ids `first` to `first + ID_BLOCK - 1` for the caller, all greater than `above`. Ids are u32 from 1. */
  takeIdBlock(above: number): Promise<number>;
  /** Records a new player under the hash of their resume token; generation 1, version 1. */
  signUp(tokenHash: string, id: number, person: Omit<Person, 'version'>): Promise<void>;
  /** The player of a token, with the generation raised; undefined for a token that is not known. */
  signIn(tokenHash: string): Promise<SignedIn | undefined>;
  /** Changes name and look; gives them with the version raised, or undefined for a player who is not known. */
  rename(id: number, person: Omit<Person, 'version'>): Promise<Person | undefined>;
  /** May be lost with the host's power, for it comes every few seconds; unknown players are passed over. */
  savePlace(id: number, place: Place): Promise<void>;
  saveHome(id: number, home: Place): Promise<void>;

  // Building ------------------------------------------------------------------------------------

  /**
   * Sets a tile. The last writer wins; with `ifRevision` only a tile that still stands at that revision is changed,
   * and undefined is given otherwise. With a maker the edit is remembered as theirs, in the same step.
   */
  edit(
    square: SquareAddress,
    tile: number,
    kind: number,
    ifRevision?: number,
    maker?: Maker,
  ): Promise<Edited | undefined>;
  editsOf(square: SquareAddress): Promise<SquareEdits>;
  /** The last edits of a square that have a maker, oldest first, at most `KEPT_EDITS`. */
  editLog(square: SquareAddress): Promise<readonly LoggedEdit[]>;
  /** Squares that have such edits, some at a time, each once. */
  loggedSquares(): AsyncIterable<readonly SquareAddress[]>;

  // Gems ----------------------------------------------------------------------------------------

  /**
   * Claims a gem for a player and adds to their score, both or neither; gives the new score, or undefined when it has
   * been claimed before. Claims of periods before `keepFrom` are forgotten, and nothing of those periods, or of ones
   * that were forgotten earlier, can be claimed any more.
   */
  claim(period: number, gem: string, player: number, points: number, keepFrom: number): Promise<number | undefined>;
  /** Which gems of a period have been claimed, among those asked for. */
  claimed(period: number, gems: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * The best, highest score first; of equal scores the lower id first. Players without a score are not among them; one
   * who is not known, having been forgotten while they played on, has an empty name.
   */
  top(count: number): Promise<readonly Ranked[]>;
  /** A player's score and place in that order, 1 for the best; undefined without a score. */
  rankOf(player: number): Promise<{ readonly score: number; readonly rank: number } | undefined>;

  // Talk ----------------------------------------------------------------------------------------

  say(square: SquareAddress, line: Omit<ChatLine, 'id'>): Promise<ChatLine>;
  /** The last lines of a square with an id above `after`, oldest first; at most `KEPT_LINES`. */
  linesOf(square: SquareAddress, after: number): Promise<readonly ChatLine[]>;
  /** Forgets lines from before a time, in ms since 1970. */
  forgetLines(beforeMs: number): Promise<void>;

  // Order ---------------------------------------------------------------------------------------

  /** What those who run the world have laid down: texts by key. */
  rules(): Promise<ReadonlyMap<string, string>>;
  /** Lays a rule down, or with undefined takes it back. */
  setRule(key: string, text: string | undefined): Promise<void>;
  /** Notes what somebody who runs the world has done. */
  audit(text: string): Promise<AuditEntry>;
  /** The last entries with an id below `before`, newest first, at most so many. */
  audited(before: number, most: number): Promise<readonly AuditEntry[]>;

  /** The last word on what is being done beside the shard (an export, an import), one text of JSON; not a record. */
  notice(): Promise<string | undefined>;
  setNotice(text: string): Promise<void>;

  // All of it -----------------------------------------------------------------------------------

  /** World time when it was last saved, in ms; 0 at first. */
  worldMs(): Promise<number>;
  /** A time before the one that was saved last is passed over. */
  saveWorldMs(worldMs: number): Promise<void>;
  info(): Promise<StoreInfo>;
  /** Everything that is kept, beside a running shard; what changes meanwhile is in it as it was or as it is. */
  records(): AsyncIterable<StoreRecord>;
  /**
   * Takes in a record of another store, replacing what is kept of the same thing. Only what must never go back does
   * not: ids, revisions, generations and world time stay where they are if they are further on.
   */
  take(record: StoreRecord): Promise<void>;
  /**
   * Deletes all that is kept of everybody by this name: profile, token, places, score and lines, also lines that they
   * said under another. What they built and claimed stays, for it carries no name. Gives how many they were.
   */
  forget(name: string): Promise<number>;
  close(): Promise<void>;
}
