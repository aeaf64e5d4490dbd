import { encodeServerMessage } from '../../shared/codec.ts';
import type { Square } from '../../shared/grid.ts';
import type { Ground } from '../../shared/ground.ts';
import type { Line } from '../../shared/protocol.ts';
import { type EditRecord, type TileRecord, writeEdits, writeTiles } from '../../shared/tile-records.ts';
import { isBlockedTile, tileAtIndex } from '../../shared/tiles.ts';
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

/** How far a node knows the things of a square: others that know less read the store. */
export interface Marks extends GemClaims {
  readonly revision: number;
  /** Of the last line, 0 for none. */
  readonly line: number;
}

export interface ThingsListener {
  /** Where one can walk changes in this square from a tick on. */
  groundChanged(square: Square, tick: number): void;
}

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
  /** When to read the store, if ever; in ticks. */
  #readAt: number | undefined;
  #isReading = false;
  #hasFailed = false;
  /** News for clients since the last flush. */
  #newEdits: EditRecord[] = [];
  #newLines: Line[] = [];
  #newClaims: { readonly period: number; readonly index: number; readonly player: number }[] = [];
  #newEmotes = new Map<number, number>();
  #isRetold = false;
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
    return { revision: this.#revision ?? 0, line: this.#lines.at(-1)?.id ?? 0, ...this.#gems };
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
    if (this.#isReading || this.#readAt === undefined || tick < this.#readAt) return false;
    this.#isReading = true;
    this.#readAt = undefined;
    return true;
  }

  read({ revision, tiles, lines, gems }: ThingsRead, tick: number): void {
    this.#isReading = false;
    this.#hasFailed = false;
    const isFirst = this.#revision === undefined;
    if (revision > (this.#revision ?? -1)) {
      const { sx, sy } = this.#square;
      this.#ground.load(
        sx,
        sy,
        tiles.map(({ tile, kind }) => [tile, kind]),
      );
      // Those who have been told already are told all of it; the first time nobody has.
      if (!isFirst) {
        this.#isRetold = true;
        this.#newEdits = [];
        this.#recent = [];
      }
      this.#revision = revision;
      if (!isFirst || tiles.length > 0) this.#listener.groundChanged(this.#square, tick + 1);
    }
    this.#takeEarly();
    // What was said before anybody here looked is history; what turns up later was missed.
    for (const line of lines) if (this.#put(line) && !isFirst) this.#newLines.push(line);
    this.#mergeGems(gems);
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
    if (this.#early.size > 0) this.#doubtSoon(tick);
  }

  said(line: Line, tick: number): void {
    const last = this.#lines.at(-1)?.id ?? 0;
    if (this.#revision !== undefined && line.id > last + 1) this.#doubtSoon(tick);
    if (this.#put(line)) this.#newLines.push(line);
  }

  /** @param player 0 for somebody who is not known here */
  claimed(period: number, index: number, player: number): void {
    if (this.hasClaimed({ period, index })) return;
    this.#mergeGems({ period, claimed: (1 << index) >>> 0 });
    this.#newClaims.push({ period, index, player });
  }

  emoted(player: number, emote: number): void {
    if (this.#newEmotes.size < MAX_EMOTES) this.#newEmotes.set(player, emote);
  }

  /** Another node knows so much. */
  marked({ revision, line, period, claimed }: Marks, tick: number): void {
    const own = this.marks;
    if (revision > own.revision || line > own.line) this.#doubtSoon(tick);
    const before = this.#gems;
    this.#mergeGems({ period, claimed });
    if (this.#gems !== before) this.#isRetold = true;
  }

  // Clients ----------------------------------------------------------------------------------------

  /** What is new since the last flush, as finished messages. */
  encode(tick: number): Uint8Array[] {
    const { sx, sy } = this.#square;
    const messages: Uint8Array[] = [];
    if (this.#isRetold) messages.push(...this.#encodeGround(tick), ...this.#encodeGems());
    if (this.#newEdits.length > 0) {
      messages.push(encodeServerMessage({ type: 'edits', sx, sy, records: writeEdits(this.#newEdits) }));
    }
    if (this.#newLines.length > 0) {
      messages.push(encodeServerMessage({ type: 'lines', sx, sy, isHistory: false, lines: this.#newLines }));
    }
    for (const claim of this.#newClaims) messages.push(encodeServerMessage({ type: 'claim', sx, sy, ...claim }));
    if (this.#newEmotes.size > 0) {
      const emotes = [...this.#newEmotes].map(([player, emote]) => ({ player, emote }));
      messages.push(encodeServerMessage({ type: 'emotes', emotes }));
    }
    this.#isRetold = false;
    this.#newEdits = [];
    this.#newLines = [];
    this.#newClaims = [];
    this.#newEmotes.clear();
    return messages;
  }

  /** All of it, for whoever joins the square after the flush of `tick`; encoded once for all who do. */
  picture(tick: number): readonly Uint8Array[] {
    const { sx, sy } = this.#square;
    const lines = this.#lines;
    if (this.#picture?.tick === tick) return this.#picture.messages;
    const messages = [
      ...this.#encodeGround(tick),
      ...(lines.length === 0 ? [] : [encodeServerMessage({ type: 'lines', sx, sy, isHistory: true, lines })]),
      ...this.#encodeGems(),
    ];
    this.#picture = { tick, messages };
    return messages;
  }

  /** The ground as it counts at a tick, and what is still to count as edits of their own. */
  #encodeGround(tick: number): Uint8Array[] {
    const { sx, sy } = this.#square;
    const coming = this.#comingAt(tick);
    const revision = (this.#revision ?? 0) - coming.length;
    const tiles = this.#ground.tilesAt(sx, sy, tick);
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

  /** Something is missing that may yet be on its way. */
  #doubtSoon(tick: number): void {
    this.#readAt = Math.min(this.#readAt ?? Number.POSITIVE_INFINITY, tick + GAP_TICKS);
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
    // On ground that blocks or on any other: where nothing changes on either, nothing changes.
    const isSame = [true, false].every((rough) => isBlockedTile(before, rough) === isBlockedTile(kind, rough));
    if (!isSame) this.#listener.groundChanged(this.#square, tick);
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

  #mergeGems({ period, claimed }: GemClaims): void {
    if (period < this.#gems.period) return;
    const all = period > this.#gems.period ? claimed : (this.#gems.claimed | claimed) >>> 0;
    if (period === this.#gems.period && all === this.#gems.claimed) return;
    this.#gems = { period, claimed: all };
    this.#picture = undefined;
  }
}
