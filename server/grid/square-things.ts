import { TILES_PER_SQUARE } from '../../shared/constants.ts';
import type { Square } from '../../shared/grid.ts';
import type { Ground } from '../../shared/ground.ts';
import type { Line } from '../../shared/protocol.ts';
import { encodeServerMessage } from '../../shared/server-codec.ts';
import { type EditRecord, type TileRecord, writeEdits, writeTiles } from '../../shared/tile-records.ts';
import { BARE, isBlockedTile, tileAtIndex } from '../../shared/tiles.ts';
import type { TileRect } from '../world/land.ts';
import { GAP_TICKS, KEPT_LINES, MAX_EARLY_EDITS, MAX_EMOTES, READ_AGAIN_TICKS, READ_LATEST_TICKS } from './limits.ts';

/** What the store has of a square. */
export interface ThingsRead {
  readonly revision: number;
  /** All that differ from the terrain. */
  readonly tiles: readonly TileRecord[];
  /** The last ones, oldest first. */
  readonly lines: readonly Line[];
  readonly gems: GemClaims;
}

/** Which gems of a period have been claimed: bit `index` of `claimed`, u32. */
export interface GemClaims {
  readonly period: number;
  readonly claimed: number;
}

interface Reach {
  readonly revision: number;
  /** Of the last line, 0 for none. */
  readonly line: number;
}

/** How far a node knows the things of a square: others that know less read the store. */
export interface Marks extends GemClaims, Reach {}

export interface ThingsListener {
  /** Where one can walk changes from a tick on. */
  groundChanged(tiles: TileRect, tick: number): void;
}

const NO_MESSAGES: readonly Uint8Array[] = [];

export const NO_GEMS: GemClaims = { period: 0, claimed: 0 };

/**
 * What people have left in a square, as this node knows it: tiles by revision, lines by id, gems by their claims (G9).
 * The store decides their order and keeps them; nodes tell each other what is new, and whoever notices a gap reads the
 * store again. Tiles are kept in the node's ground, which its players walk on.
 */
export class SquareThings {
  readonly #square: Square;
  readonly #ground: Ground;
  readonly #listener: ThingsListener;
  /** Of the tiles; undefined until they have been read for the first time. */
  #revision: number | undefined;
  /** Edits beyond a gap, by revision. */
  readonly #early = new Map<number, EditRecord>();
  #lines: Line[] = [];
  #gems = NO_GEMS;
  /** Gems of that period of which clients have been told whose they are. */
  readonly #claimants = new Set<number>();
  /** When to read the store, if ever; in ticks. */
  #readAt: number | undefined;
  /** … or when an edit, or a line, has been missing for too long. */
  readonly #missingEdit = new Patience();
  readonly #missingLine = new Patience();
  /** As far as other nodes know the square, and up to which line nothing is missing. */
  #heard: Reach = { revision: 0, line: 0 };
  #soundLine = 0;
  #isReading = false;
  /** As far as the square was known when the store was asked. */
  #asked: Reach & { readonly early: number } = { revision: 0, line: 0, early: 0 };
  /** The store had less than that. */
  #isBehind = false;
  #hasFailed = false;
  /** News for clients since the last flush. */
  #newEdits: EditRecord[] = [];
  #newLines: Line[] = [];
  #newClaims: { readonly period: number; readonly index: number; readonly player: number }[] = [];
  #newEmotes = new Map<number, number>();
  /** With which flush a line was told as news. A late one is told after others with higher ids. */
  readonly #toldAt = new WeakMap<Line, number>();
  #isGroundRetold = false;
  #areGemsRetold = false;
  /** The last edits, as far as some may not count yet. */
  #recent: EditRecord[] = [];
  #picture: { readonly tick: number; readonly messages: readonly Uint8Array[] } | undefined;

  constructor(square: Square, ground: Ground, listener: ThingsListener, tick: number) {
    this.#square = square;
    this.#ground = ground;
    this.#listener = listener;
    this.#readAt = tick + READ_LATEST_TICKS;
  }

  /** Whether clients can be given the square. */
  get isKnown(): boolean {
    return this.#revision !== undefined;
  }

  /** Whether what is built here cannot be known for the moment. */
  get isClosed(): boolean {
    return this.#hasFailed && this.#revision === undefined;
  }

  get marks(): Marks {
    return { ...this.#reach, ...this.#gems };
  }

  get #reach(): Reach {
    return { revision: this.#revision ?? 0, line: this.#lines.at(-1)?.id ?? 0 };
  }

  hasClaimed({ period, index }: { readonly period: number; readonly index: number }): boolean {
    return this.#gems.period === period && (this.#gems.claimed & (1 << index)) !== 0;
  }

  // The store --------------------------------------------------------------------------------------

  /** What is known may lack something: the store is to be read. */
  doubt(tick: number): void {
    this.#readAt = Math.min(this.#readAt ?? tick, tick);
  }

  /** Whether to read the store now; whoever asks does so, and says what came of it. */
  mustRead(tick: number): boolean {
    if (this.#isReading) return false;
    if (this.#isMissingTooLong(tick)) this.#readAt ??= tick;
    if (this.#readAt === undefined || tick < this.#readAt) return false;
    this.#isReading = true;
    this.#readAt = undefined;
    this.#asked = { ...this.#reach, early: Math.max(0, ...this.#early.keys()) };
    // What others have said they know, the store has by now.
    this.#heard = this.#reach;
    return true;
  }

  read({ revision, tiles, lines, gems }: ThingsRead, tick: number): void {
    this.#isReading = false;
    this.#hasFailed = false;
    const isFirst = this.#revision === undefined;
    const line = lines.at(-1)?.id ?? 0;
    // Twice, lest the first time was a look at how it had been before.
    const wasBehind = this.#isBehind;
    this.#isBehind = revision < this.#asked.revision || line < this.#asked.line;
    if (this.#isBehind) this.doubt(tick + 1);
    if (this.#isBehind && wasBehind) this.#forget(revision, lines);
    if (revision > (this.#revision ?? -1)) this.#load(revision, tiles, tick, isFirst);
    this.#takeEarly();
    // What was heard of before and is not in the store will never be.
    for (const early of this.#early.keys()) if (early <= this.#asked.early) this.#early.delete(early);
    // What was said before anybody here looked is history; what turns up later was missed.
    for (const each of lines) if (this.#put(each) && !isFirst) this.#newLines.push(each);
    this.#soundLine = Math.max(this.#soundLine, line);
    this.#advanceSoundLine();
    if (this.#mergeGems(gems) && !isFirst) this.#areGemsRetold = true;
    this.#picture = undefined;
  }

  /** The store could not be read: it is asked again. */
  failed(tick: number): void {
    this.#isReading = false;
    this.#hasFailed = true;
    this.#readAt = tick + READ_AGAIN_TICKS;
  }

  // News -------------------------------------------------------------------------------------------

  edited(edit: EditRecord, tick: number): void {
    const known = this.#revision;
    if (known !== undefined && edit.revision <= known) return;
    this.#early.set(edit.revision, edit);
    if (this.#early.size > MAX_EARLY_EDITS) {
      this.#early.delete(Math.min(...this.#early.keys()));
      this.doubt(tick);
    }
    if (known === undefined) return;
    this.#takeEarly();
    this.#isMissingTooLong(tick);
  }

  said(line: Line, tick: number): void {
    if (this.#put(line)) this.#newLines.push(line);
    this.#advanceSoundLine();
    this.#isMissingTooLong(tick);
  }

  /** @param player 0 for somebody who is not known here */
  claimed(period: number, index: number, player: number): void {
    const isNews = this.#mergeGems({ period, claimed: (1 << index) >>> 0 });
    if (period < this.#gems.period) return;
    // That it is gone may be known already, from the store or another node; whose it is, is news all the same.
    if (!isNews && (player === 0 || this.#claimants.has(index))) return;
    if (player !== 0) this.#claimants.add(index);
    this.#newClaims.push({ period, index, player });
  }

  emoted(player: number, emote: number): void {
    if (this.#newEmotes.size < MAX_EMOTES) this.#newEmotes.set(player, emote);
  }

  /** Another node knows so much. */
  marked({ revision, line, period, claimed }: Marks, tick: number): void {
    this.#heard = { revision: Math.max(this.#heard.revision, revision), line: Math.max(this.#heard.line, line) };
    this.#isMissingTooLong(tick);
    if (this.#mergeGems({ period, claimed })) this.#areGemsRetold = true;
  }

  // Clients ----------------------------------------------------------------------------------------

  /** What is new since the last flush, as finished messages. */
  encode(tick: number): readonly Uint8Array[] {
    // As for most squares at most flushes.
    if (!this.#hasNews) return NO_MESSAGES;
    const { sx, sy } = this.#square;
    const messages: Uint8Array[] = [];
    // The ground has them all, those still to count as edits behind it.
    if (this.#isGroundRetold) messages.push(...this.#encodeGround(tick));
    else if (this.#newEdits.length > 0) {
      messages.push(encodeServerMessage({ type: 'edits', sx, sy, records: writeEdits(this.#newEdits) }));
    }
    if (this.#areGemsRetold) messages.push(...this.#encodeGems());
    if (this.#newLines.length > 0) {
      const lines = this.#newLines.sort((a, b) => a.id - b.id);
      for (const line of lines) this.#toldAt.set(line, tick);
      messages.push(encodeServerMessage({ type: 'lines', sx, sy, isHistory: false, lines }));
    }
    for (const claim of this.#newClaims) messages.push(encodeServerMessage({ type: 'claim', sx, sy, ...claim }));
    if (this.#newEmotes.size > 0) {
      const emotes = [...this.#newEmotes].map(([player, emote]) => ({ player, emote }));
      messages.push(encodeServerMessage({ type: 'emotes', emotes }));
    }
    this.#isGroundRetold = false;
    this.#areGemsRetold = false;
    this.#newEdits = [];
    this.#newLines = [];
    this.#newClaims = [];
    this.#newEmotes.clear();
    return messages;
  }

  get #hasNews(): boolean {
    const { length } = this.#newEdits;
    const isRetold = this.#isGroundRetold || this.#areGemsRetold;
    return isRetold || length + this.#newLines.length + this.#newClaims.length + this.#newEmotes.size > 0;
  }

  /**
   * All of it, for whoever joins the square after the flush of `tick`; encoded once for all who do.
   * @param untoldSince for whoever has been told nothing since that flush, and all before: the lines that they missed
   * are news to them, and they have the others
   */
  picture(tick: number, untoldSince?: number): readonly Uint8Array[] {
    if (untoldSince !== undefined) {
      const news = this.#lines.filter((line) => (this.#toldAt.get(line) ?? 0) >= untoldSince);
      return [...this.#encodeGround(tick), ...this.#encodeLines(news, false), ...this.#encodeGems()];
    }
    if (this.#picture?.tick === tick) return this.#picture.messages;
    const messages = [...this.#encodeGround(tick), ...this.#encodeLines(this.#lines, true), ...this.#encodeGems()];
    this.#picture = { tick, messages };
    return messages;
  }

  #encodeLines(lines: readonly Line[], isHistory: boolean): Uint8Array[] {
    const { sx, sy } = this.#square;
    return lines.length === 0 ? [] : [encodeServerMessage({ type: 'lines', sx, sy, isHistory, lines })];
  }

  /** The ground as it counts at a tick, and what is still to count as edits of their own. */
  #encodeGround(tick: number): Uint8Array[] {
    const { sx, sy } = this.#square;
    const coming = this.#comingAt(tick);
    const revision = (this.#revision ?? 0) - coming.length;
    // The newest kinds, since a revision says no more; but of tiles that are still to change, what was there before.
    const kinds = new Map(this.#ground.tilesOf(sx, sy));
    for (const { tile, tick: from } of coming.toReversed()) {
      const { tileX, tileY } = tileAtIndex(sx, sy, tile);
      kinds.set(tile, this.#ground.kindAt(tileX, tileY, from - 1));
    }
    const tiles = [...kinds].flatMap(([tile, kind]) => (kind === BARE ? [] : [{ tile, kind }]));
    const picture = encodeServerMessage({ type: 'ground', sx, sy, revision, tiles: writeTiles(tiles) });
    if (coming.length === 0) return [picture];
    return [picture, encodeServerMessage({ type: 'edits', sx, sy, records: writeEdits(coming) })];
  }

  /** The edits from the first on that does not count yet. */
  #comingAt(tick: number): readonly EditRecord[] {
    const first = this.#recent.findIndex((edit) => edit.tick > tick);
    this.#recent = first < 0 ? [] : this.#recent.slice(first);
    return this.#recent;
  }

  #encodeGems(): Uint8Array[] {
    const { sx, sy } = this.#square;
    if (this.#gems.claimed === 0) return [];
    return [encodeServerMessage({ type: 'gems', sx, sy, ...this.#gems })];
  }

  // ------------------------------------------------------------------------------------------------

  /** Whether something that others know is still not here, although it has had the time to come. */
  #isMissingTooLong(tick: number): boolean {
    if (this.#revision === undefined) return false;
    const { revision, line } = this.#reach;
    const isEditMissing = this.#early.size > 0 || revision < this.#heard.revision;
    const isLineMissing = this.#soundLine < Math.max(line, this.#heard.line);
    const isEditOverdue = this.#missingEdit.isOver(isEditMissing, revision, tick);
    return this.#missingLine.isOver(isLineMissing, this.#soundLine, tick) || isEditOverdue;
  }

  #advanceSoundLine(): void {
    for (const { id } of this.#lines) if (id === this.#soundLine + 1) this.#soundLine = id;
  }

  /** The store has less than it had: what it has now is all there is. */
  #forget(revision: number, lines: readonly Line[]): void {
    this.#isBehind = false;
    if (revision < this.#asked.revision) {
      this.#revision = -1;
      this.#early.clear();
    }
    const isKept = (known: Line): boolean => lines.some(({ id, atMs }) => id === known.id && atMs === known.atMs);
    this.#lines = this.#lines.filter(isKept);
    this.#soundLine = 0;
  }

  #load(revision: number, tiles: readonly TileRecord[], tick: number, isFirst: boolean): void {
    const { sx, sy } = this.#square;
    this.#ground.load(
      sx,
      sy,
      tiles.map(({ tile, kind }) => [tile, kind]),
    );
    // Those who have been told already are told all of it; the first time nobody has.
    if (!isFirst) this.#isGroundRetold = true;
    this.#newEdits = [];
    this.#recent = [];
    this.#revision = revision;
    if (!isFirst || tiles.length > 0) this.#listener.groundChanged(rectOf(this.#square), tick + 1);
  }

  #takeEarly(): void {
    for (const revision of this.#early.keys()) if (revision <= (this.#revision ?? 0)) this.#early.delete(revision);
    for (;;) {
      const next = this.#early.get((this.#revision ?? 0) + 1);
      if (next === undefined) break;
      this.#early.delete(next.revision);
      this.#apply(next);
    }
  }

  #apply(edit: EditRecord): void {
    const { sx, sy } = this.#square;
    const { tile, kind, tick } = edit;
    const { tileX, tileY } = tileAtIndex(sx, sy, tile);
    const before = this.#ground.kindAt(tileX, tileY, Number.POSITIVE_INFINITY);
    this.#ground.set(sx, sy, tile, kind, tick);
    this.#revision = edit.revision;
    this.#newEdits.push(edit);
    this.#recent.push(edit);
    if (this.#recent.length > MAX_EARLY_EDITS) this.#recent.shift();
    this.#picture = undefined;
    const isRough = this.#ground.terrain.blocked(tileX, tileY);
    if (isBlockedTile(before, isRough) !== isBlockedTile(kind, isRough)) {
      this.#listener.groundChanged({ left: tileX, top: tileY, right: tileX, bottom: tileY }, tick);
    }
  }

  /** Puts a line in its place; false when it is known, or too old to be kept. */
  #put(line: Line): boolean {
    let at = this.#lines.length;
    while (at > 0 && (this.#lines[at - 1] as Line).id > line.id) at--;
    if (this.#lines[at - 1]?.id === line.id) return false;
    if (at === 0 && this.#lines.length >= KEPT_LINES) return false;
    this.#lines = this.#lines.toSpliced(at, 0, line).slice(-KEPT_LINES);
    this.#picture = undefined;
    return true;
  }

  /** Returns whether any of it is news. */
  #mergeGems({ period, claimed }: GemClaims): boolean {
    if (period < this.#gems.period) return false;
    const all = period > this.#gems.period ? claimed : (this.#gems.claimed | claimed) >>> 0;
    if (period === this.#gems.period && all === this.#gems.claimed) return false;
    if (period > this.#gems.period) this.#claimants.clear();
    this.#gems = { period, claimed: all };
    this.#picture = undefined;
    return true;
  }
}

/** Waits for what is missing and may yet be on its way. */
class Patience {
  /** As far as everything was there when it was last looked at, and until when the next is waited for, in ticks. */
  #reached = 0;
  #until: number | undefined;

  /** Whether the same has been missing for too long; where it has come and something else is missing, time starts anew. */
  isOver(isMissing: boolean, reached: number, tick: number): boolean {
    if (!isMissing) this.#until = undefined;
    else if (this.#until === undefined || reached !== this.#reached) this.#until = tick + GAP_TICKS;
    this.#reached = reached;
    return this.#until !== undefined && tick >= this.#until;
  }
}

/** All tiles of a square. */
function rectOf({ sx, sy }: Square): TileRect {
  const { tileX: left, tileY: top } = tileAtIndex(sx, sy, 0);
  return { left, top, right: left + TILES_PER_SQUARE - 1, bottom: top + TILES_PER_SQUARE - 1 };
}
