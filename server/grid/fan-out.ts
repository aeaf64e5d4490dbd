import type { SquareKey, SquareRect } from '../../shared/grid.ts';
import { squaresOnScreen } from '../../shared/grid.ts';
import { encodeServerMessage } from '../../shared/server-codec.ts';
import { type Flush, FlushFrames } from './flush-frames.ts';
import type { Block, Frame } from './frame.ts';
import type { GridSquare } from './grid-square.ts';
import { Group } from './group.ts';
import { Interest, type InterestSource, type Outlook } from './interest.ts';
import { NEAR_SHARE } from './limits.ts';
import type { SquareThings } from './square-things.ts';

/** A session's way out, as the fan-out uses it. One flush makes one frame. */
export interface Outbox {
  /**
   * Whether the client has fallen so far behind that nothing more is to be told of squares, until it has caught up (O2).
   * Asked once a flush, of the tick of which it is.
   */
  isBehind(tick: number): boolean;
  /** Adds messages of this session alone to the next frame, square deltas before snapshots. */
  normal(bytes: Uint8Array): void;
  bulk(bytes: Uint8Array): void;
  /** Whatever has been added until now belongs to the flush under way, and what comes after to the next. */
  seal(): void;
  /**
   * Sends the flush's frame: `shared`, which begins with a header, and behind it whatever is the session's own. Without
   * a shared one `header` opens a frame if there is anything of its own. `tick` is the frame's number.
   */
  send(tick: number, header: Uint8Array, shared: Frame | undefined): void;
}

/** What a client knows that has fallen behind: a square … */
interface Known {
  readonly sx: number;
  readonly sy: number;
  /** … with what had been left there up to the flush of `since`; undefined when it had not been told that. */
  readonly things: SquareThings | undefined;
  readonly since: number;
}

/** One session, as the grid sees it. */
export interface Viewer {
  readonly outbox: Outbox;
  readonly interest: Interest;
  /** Where it looks from now: read at every flush. */
  readonly outlook: Outlook;
  group: Group;
  /** The tick in which it came; flushes of up to that tick were told without it. */
  readonly since: number;
  /** Squares to be told afresh at the next flush. */
  readonly stale: Set<SquareKey>;
  /** While the client is behind: what it knew by then. */
  known: Map<SquareKey, Known> | undefined;
  /** Held back of the last flush. */
  held: Block | undefined;
  /** In the flush under way: whose frame it gets, and which squares are near when the others are held back. */
  sends: Group | undefined;
  near: SquareRect | undefined;
  isGone: boolean;
}

/** How much has been brought to sessions. */
export interface FanOutCounters {
  /** Frames written, shared or not … */
  frames: number;
  /** … and news of players in them. */
  updates: number;
  /** Times that a session got the near squares only. */
  held: number;
  /** Times that a session fell behind, and that one caught up. */
  stalls: number;
  recoveries: number;
}

/**
 * Brings a flush's deltas to the sessions: a frame is built once for all sessions that have joined the same squares,
 * and sessions are visited in connection order, in slices, so that others have their turn between.
 */
export class FanOut {
  readonly counters: FanOutCounters = { frames: 0, updates: 0, held: 0, stalls: 0, recoveries: 0 };
  readonly #source: InterestSource;
  readonly #frames = new FlushFrames();
  readonly #groups = new Map<string, Group>();
  readonly #viewers = new Set<Viewer>();
  readonly #nobody = new Group('', []);
  /** Those of the flush under way whose turn is still to come. */
  #waiting: Iterator<Viewer> | undefined;
  #behind = 0;

  constructor(source: InterestSource) {
    this.#source = source;
  }

  get groupCount(): number {
    return this.#groups.size;
  }

  get framesBuilt(): number {
    return this.#frames.built;
  }

  /** Sessions that are told nothing of squares for the moment. */
  get behindCount(): number {
    return this.#behind;
  }

  /** What those sessions know and are not told anything new of. */
  get staleSquares(): number {
    let sum = 0;
    if (this.#behind > 0) for (const { known } of this.#viewers) sum += known?.size ?? 0;
    return sum;
  }

  add(outbox: Outbox, outlook: Outlook, tick: number): Viewer {
    const viewer: Viewer = {
      outbox,
      interest: new Interest(this.#source),
      outlook,
      group: this.#nobody,
      since: tick,
      stale: new Set<SquareKey>(),
      known: undefined,
      held: undefined,
      sends: undefined,
      near: undefined,
      isGone: false,
    };
    viewer.interest.update(outlook, tick);
    this.#viewers.add(viewer);
    return viewer;
  }

  remove(viewer: Viewer): void {
    if (!this.#viewers.delete(viewer)) return;
    viewer.isGone = true;
    this.#leave(viewer.group);
    if (viewer.known !== undefined) this.#behind--;
    viewer.interest.clear();
  }

  /**
   * First half of a flush, in one go: every session is to get the deltas of the squares it had joined, then follows its
   * player's outlook: what it newly sees comes as a snapshot of the state after this flush, what it left is forgotten
   * (G3). The frames go out with `sendSome`.
   */
  begin(flush: Flush): void {
    this.finish();
    const { tick } = flush;
    this.#frames.begin(flush);
    for (const viewer of this.#viewers) {
      viewer.sends = undefined;
      // Who came while the flush was held gets the next: this one knows nothing of their player yet.
      if (viewer.since < tick) this.#plan(viewer, tick);
    }
    this.#waiting = this.#viewers.values();
  }

  /** Whether the flush under way leaves a square out of what a session is told, until the next. */
  isHeldFrom({ near, group }: Viewer, key: SquareKey): boolean {
    return (
      near !== undefined && group.squares.some((square) => square.key === key && this.#frames.isHeld(square, near))
    );
  }

  /** Second half: sends so many sessions theirs. Returns whether there are more. */
  sendSome(count: number): boolean {
    const waiting = this.#waiting;
    if (waiting === undefined) return false;
    for (let i = 0; i < count; i++) {
      const { value: viewer, done } = waiting.next();
      if (done === true) {
        this.#waiting = undefined;
        return false;
      }
      this.#send(viewer);
    }
    return true;
  }

  /** Sends all that is left of the flush under way. */
  finish(): void {
    while (this.sendSome(Number.MAX_SAFE_INTEGER));
  }

  #plan(viewer: Viewer, tick: number): void {
    const { outbox, group } = viewer;
    viewer.near = undefined;
    const isBehind = outbox.isBehind(tick);
    // So far behind that the session has been ended.
    if (viewer.isGone) return;
    // What was held back of the flush before is told first.
    if (isBehind && viewer.held === undefined) {
      if (viewer.known === undefined) this.#stall(viewer, tick);
      viewer.interest.update(viewer.outlook, tick);
      viewer.sends = this.#nobody;
    } else {
      viewer.sends = group;
      const isOther = this.#follow(viewer, tick);
      // Whoever is told something of squares besides is told all of this flush before it.
      if (!isOther && this.#frames.isHolding(group)) viewer.near = nearOf(viewer.outlook);
    }
    // Whoever shares no squares is told what is for everybody behind what is their own: their greeting may be older.
    if (viewer.sends === this.#nobody) {
      viewer.sends = undefined;
      const { announcement } = this.#frames;
      if (announcement !== undefined) outbox.normal(announcement);
    }
    outbox.seal();
  }

  #send(viewer: Viewer): void {
    const { outbox, sends, near, held } = viewer;
    const frames = this.#frames;
    if (viewer.since >= frames.tick) return;
    let frame: Frame | undefined;
    if (sends !== undefined && near !== undefined) {
      const split = frames.split(sends, near);
      frame = split.near;
      viewer.held = split.held;
      this.counters.held++;
    } else if (sends !== undefined) {
      frame = frames.whole(sends, held);
      viewer.held = undefined;
    }
    if (frame !== undefined) {
      this.counters.frames++;
      this.counters.updates += frame.updates;
    }
    outbox.send(frames.tick, frames.header, frame);
  }

  /** Returns whether the session is told anything of squares for itself. */
  #follow(viewer: Viewer, tick: number): boolean {
    const { interest, outbox, stale } = viewer;
    const left = interest.update(viewer.outlook, tick);
    if (left.length === 0 && interest.isSettled && stale.size === 0 && viewer.known === undefined) return false;
    let isOther = viewer.known !== undefined;
    let regroup = false;
    for (const { square, joined } of left) {
      if (!joined) continue;
      outbox.normal(encodeServerMessage({ type: 'forget', sx: square.sx, sy: square.sy }));
      regroup = true;
    }
    if (viewer.known !== undefined) this.#recover(viewer, viewer.known);
    for (const entry of interest.entries.values()) {
      const replica = entry.square.replica;
      if (replica === undefined || (entry.joined && !stale.has(entry.square.key))) continue;
      outbox.bulk(replica.snapshot(tick));
      regroup ||= !entry.joined;
      isOther = true;
      entry.joined = true;
    }
    isOther = furnish(viewer, tick) || isOther;
    viewer.known = undefined;
    stale.clear();
    interest.settle();
    if (regroup) this.#regroup(viewer);
    return isOther || regroup;
  }

  /** The client is behind: what it knows is left as it is, and from this flush on nothing more is told of squares. */
  #stall(viewer: Viewer, tick: number): void {
    const { interest } = viewer;
    viewer.known = new Map();
    for (const [key, entry] of interest.entries) {
      if (!entry.joined) continue;
      const { sx, sy, things } = entry.square;
      viewer.known.set(key, { sx, sy, things: entry.isFurnished ? things : undefined, since: tick });
    }
    interest.unsettle();
    this.#leave(viewer.group);
    viewer.group = this.#nobody;
    this.#behind++;
    this.counters.stalls++;
  }

  /** The client has caught up: it forgets what is out of its sight by now, and gets the rest afresh. */
  #recover({ interest, outbox }: Viewer, known: ReadonlyMap<SquareKey, Known>): void {
    for (const [key, { sx, sy }] of known) {
      if (!interest.entries.has(key)) outbox.normal(encodeServerMessage({ type: 'forget', sx, sy }));
    }
    this.#behind--;
    this.counters.recoveries++;
  }

  #regroup(viewer: Viewer): void {
    this.#leave(viewer.group);
    const squares: GridSquare[] = [];
    for (const { square, joined } of viewer.interest.entries.values()) if (joined) squares.push(square);
    squares.sort((a, b) => a.sy - b.sy || a.sx - b.sx);
    const key = squares.map((square) => square.key).join(' ');
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = new Group(key, squares);
      this.#groups.set(key, group);
    }
    group.viewers++;
    viewer.group = group;
  }

  #leave(group: Group): void {
    if (group !== this.#nobody && --group.viewers === 0) this.#groups.delete(group.key);
  }
}

/** The squares that a smaller screen in the middle of this one touches. */
const nearOf = ({ x, y, width, height }: Outlook): SquareRect =>
  squaresOnScreen(x, y, width * NEAR_SHARE, height * NEAR_SHARE, 0);

/**
 * What people have left in the squares that a session has joined comes behind their people, as soon as it is known.
 * Returns whether there was any.
 */
function furnish({ interest, outbox, known }: Viewer, tick: number): boolean {
  let isAny = false;
  for (const [key, entry] of interest.entries) {
    const { things } = entry.square;
    if (entry.isFurnished || !entry.joined || things?.isKnown !== true) continue;
    entry.isFurnished = true;
    isAny = true;
    const before = known?.get(key);
    const since = before?.things === things ? before?.since : undefined;
    for (const message of things.picture(tick, since)) outbox.bulk(message);
  }
  return isAny;
}
