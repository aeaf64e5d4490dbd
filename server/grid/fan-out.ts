import { concat } from '../../shared/codec.ts';
import type { SquareKey } from '../../shared/grid.ts';
import { encodeServerMessage } from '../../shared/server-codec.ts';
import type { GridSquare } from './grid-square.ts';
import { Interest, type InterestSource, type Outlook } from './interest.ts';
import type { SquareDelta } from './replica.ts';

/** A session's way out, as the fan-out uses it. One flush makes one frame. */
export interface Outbox {
  /** Adds messages of this session alone to the next frame, square deltas before snapshots. */
  normal(bytes: Uint8Array): void;
  bulk(bytes: Uint8Array): void;
  /**
   * Sends the flush's frame: `shared` (which begins with a frame header) and behind it whatever is the session's own.
   * Without shared content, `header` opens a frame if there is anything of its own.
   */
  flush(header: Uint8Array, shared: Uint8Array | undefined): void;
}

/** Sessions that get the same deltas: those that have joined the same squares. */
interface Group {
  readonly key: string;
  readonly squares: readonly GridSquare[];
  viewers: number;
  frame: { readonly tick: number; readonly bytes: Uint8Array | undefined };
}

/** One session, as the grid sees it. */
export interface Viewer {
  readonly outbox: Outbox;
  readonly interest: Interest;
  outlook: () => Outlook;
  group: Group;
  /** The tick in which it came; flushes of up to that tick were told without it. */
  readonly since: number;
  /** Squares to be told afresh at the next flush. */
  readonly stale: Set<SquareKey>;
}

const NEVER = { tick: -1, bytes: undefined };

/**
 * Brings a flush's deltas to the sessions: a frame is built once for all sessions that have joined the same squares,
 * and sessions are visited in connection order.
 */
export class FanOut {
  readonly #source: InterestSource;
  readonly #groups = new Map<string, Group>();
  readonly #viewers = new Set<Viewer>();
  readonly #nobody: Group = { key: '', squares: [], viewers: 0, frame: NEVER };
  framesBuilt = 0;

  constructor(source: InterestSource) {
    this.#source = source;
  }

  get groupCount(): number {
    return this.#groups.size;
  }

  add(outbox: Outbox, outlook: () => Outlook, tick: number): Viewer {
    const interest = new Interest(this.#source);
    const viewer = { outbox, interest, outlook, group: this.#nobody, since: tick, stale: new Set<SquareKey>() };
    interest.update(outlook(), tick);
    this.#viewers.add(viewer);
    return viewer;
  }

  remove(viewer: Viewer): void {
    if (!this.#viewers.delete(viewer)) return;
    this.#leave(viewer.group);
    viewer.interest.clear();
  }

  /**
   * One flush: every session gets the deltas of the squares it had joined, then follows its player's outlook: what it
   * newly sees comes as a snapshot of the state after this flush, what it left is forgotten (G3).
   * `announcement` holds messages for everybody.
   */
  flush(tick: number, deltas: ReadonlyMap<GridSquare, SquareDelta>, announcement: Uint8Array | undefined): void {
    const bare = encodeServerMessage({ type: 'frame', tick });
    const header = announcement === undefined ? bare : concat([bare, announcement]);
    for (const viewer of this.#viewers) {
      // Who came while the flush was held gets the next: this one knows nothing of their player yet.
      if (viewer.since >= tick) continue;
      const shared = this.#frameOf(viewer.group, tick, header, deltas) ?? (announcement && header);
      this.#follow(viewer, tick);
      viewer.outbox.flush(bare, shared);
    }
  }

  #frameOf(
    group: Group,
    tick: number,
    header: Uint8Array,
    deltas: ReadonlyMap<GridSquare, SquareDelta>,
  ): Uint8Array | undefined {
    if (group.frame.tick === tick) return group.frame.bytes;
    const parts: Uint8Array[] = [header];
    const motions: Uint8Array[] = [];
    const checks: Uint8Array[] = [];
    const things: Uint8Array[] = [];
    for (const square of group.squares) {
      const delta = deltas.get(square);
      if (delta === undefined) continue;
      if (delta.changes !== undefined) parts.push(delta.changes);
      if (delta.motions !== undefined) motions.push(delta.motions);
      if (delta.check !== undefined) checks.push(delta.check);
      if (delta.things !== undefined) things.push(...delta.things);
    }
    if (motions.length > 0) parts.push(encodeServerMessage({ type: 'motions', records: concat(motions) }));
    if (checks.length > 0) parts.push(encodeServerMessage({ type: 'check', records: concat(checks) }));
    parts.push(...things);
    const bytes = parts.length > 1 ? concat(parts) : undefined;
    if (bytes !== undefined) this.framesBuilt++;
    group.frame = { tick, bytes };
    return bytes;
  }

  #follow(viewer: Viewer, tick: number): void {
    const { interest, outbox, stale } = viewer;
    let regroup = false;
    for (const { square, joined } of interest.update(viewer.outlook(), tick)) {
      if (!joined) continue;
      outbox.normal(encodeServerMessage({ type: 'forget', sx: square.sx, sy: square.sy }));
      regroup = true;
    }
    let isFurnished = true;
    for (const entry of interest.entries.values()) {
      const replica = entry.square.replica;
      if (replica !== undefined && (!entry.joined || stale.has(entry.square.key))) {
        outbox.bulk(replica.snapshot(tick));
        regroup ||= !entry.joined;
        entry.joined = true;
      }
      isFurnished &&= entry.isFurnished;
    }
    if (!isFurnished) furnish(viewer, tick);
    stale.clear();
    if (regroup) this.#regroup(viewer);
  }

  #regroup(viewer: Viewer): void {
    this.#leave(viewer.group);
    const squares: GridSquare[] = [];
    for (const { square, joined } of viewer.interest.entries.values()) if (joined) squares.push(square);
    squares.sort((a, b) => a.sy - b.sy || a.sx - b.sx);
    const key = squares.map((square) => square.key).join(' ');
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { key, squares, viewers: 0, frame: NEVER };
      this.#groups.set(key, group);
    }
    group.viewers++;
    viewer.group = group;
  }

  #leave(group: Group): void {
    if (--group.viewers === 0) this.#groups.delete(group.key);
  }
}

/** What people have left in the squares that a session has joined comes behind their people, as soon as it is known. */
function furnish({ interest, outbox }: Viewer, tick: number): void {
  for (const entry of interest.entries.values()) {
    const { things } = entry.square;
    if (entry.isFurnished || !entry.joined || things?.isKnown !== true) continue;
    entry.isFurnished = true;
    for (const message of things.picture(tick)) outbox.bulk(message);
  }
}
