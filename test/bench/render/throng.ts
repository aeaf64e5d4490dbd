import { between, type Random } from '../../../client/bots/random.ts';
import { addHash, occupantHash } from '../../../shared/checksum.ts';
import {
  CHECK_TICKS,
  ENTER_MARGIN_TILES,
  LEAVE_MARGIN_TILES,
  LINGER_TICKS,
  LOOKS,
  MAX_MOTION_AGE_TICKS,
  UNITS_PER_TILE,
} from '../../../shared/constants.ts';
import {
  neighbourCode,
  rectContains,
  type Square,
  type SquareKey,
  squareIndexOf,
  squareKey,
  squaresOf,
  squaresOnScreen,
  tileOf,
} from '../../../shared/grid.ts';
import { advance, type Body, headingTowards, type Motion, STANDING, step } from '../../../shared/motion.ts';
import { nextRev } from '../../../shared/pair.ts';
import type { Input, Profile, ServerMessage } from '../../../shared/protocol.ts';
import { RecordWriter } from '../../../shared/records.ts';
import type { Terrain } from '../../../shared/terrain.ts';
import { nameOf } from './names.ts';

/** The id of the player who looks on. */
const VIEWER_ID = 1;
const VIEWER = 'Ada';
const GENERATION = 1;
/** People turn about once a second, in ticks. */
const TURN_TICKS = { least: 10, most: 30 } as const;
/** Where somebody wants to be when they turn next: within the screen, as far ahead as they see, in ticks. */
const AHEAD_TICKS = 20;
const UNITS_PER_TICK = 51;

interface Walker {
  readonly id: number;
  rev: number;
  readonly body: Body;
  /** As last told, or as it is to be told. */
  motion: Motion;
  square: Square;
  turnAt: number;
}

interface SubscribedSquare extends Square {
  readonly occupants: Map<number, Walker>;
  /** The tick since which it has lain outside the leave margin. */
  outsideSince: number | undefined;
}

/** What is told of one square in one flush. */
interface SquareNews extends Square {
  readonly enters: { readonly walker: Walker; readonly from: number }[];
  readonly leaves: { readonly id: number; readonly rev: number; readonly to: number }[];
}

export interface ThrongOptions {
  readonly terrain: Terrain;
  /** How many besides the viewer there are in the beginning. */
  readonly count: number;
  readonly random: Random;
  /** The viewer's screen, in tiles: all others are on it. */
  readonly screen: { readonly width: number; readonly height: number };
  /** Where the viewer appears, a tile that is not blocked. */
  readonly at: readonly [tileX: number, tileY: number];
}

/**
 * One player's world, as a server would tell it to them: they walk as they wish, and so many others are always on their
 * screen, each of whom walks by the shared rule and turns about once a second. Everybody walks equally fast, so that
 * some are left behind and go out of sight; then somebody else comes into it at the other side. All of them cross
 * borders all the time.
 */
export class Throng {
  readonly #options: ThrongOptions;
  readonly #motions = new RecordWriter();
  readonly #records = new RecordWriter();
  readonly #viewer: Walker;
  readonly #walkers: Walker[] = [];
  readonly #interest = new Map<SquareKey, SubscribedSquare>();
  readonly #inputs: Input[] = [];
  #answered: ServerMessage | undefined;
  #count: number;
  #nextId = VIEWER_ID + 1;
  #tick: number;
  #checkedAt = 0;
  /** How often the viewer's square became another one. */
  crossings = 0;
  /** How many have come since the beginning, those of the beginning too. */
  arrivals = 0;

  constructor(options: ThrongOptions, tick: number) {
    this.#options = options;
    this.#tick = tick;
    this.#count = options.count;
    const [tileX, tileY] = options.at;
    this.#viewer = this.#walker(VIEWER_ID, (tileX + 0.5) * UNITS_PER_TILE, (tileY + 0.5) * UNITS_PER_TILE, STANDING);
    while (this.#walkers.length < options.count) this.#come();
  }

  /** Where the viewer is now, in units. */
  get viewerAt(): { readonly x: number; readonly y: number } {
    return this.#viewer.body;
  }

  /** The viewer's motion, for the first frame of the session. */
  begin(): ServerMessage {
    return { type: 'own', n: 0, rev: this.#viewer.rev, ...this.#viewer.motion };
  }

  /** From the next flush on there are so many, if there were fewer. */
  grow(count: number): void {
    this.#count = Math.max(this.#count, count);
  }

  input(input: Input): void {
    this.#inputs.push(input);
  }

  profilesOf(ids: readonly number[]): Profile[] {
    return ids.map((id) => ({ id, version: 1, name: id === VIEWER_ID ? VIEWER : nameOf(id), look: lookOf(id) }));
  }

  /** Walks everybody on to a tick, and gives what is to be told then, in the order of P-ORDER-2 and P-ORDER-3. */
  flush(tick: number): ServerMessage[] {
    while (this.#tick < tick) this.#walk(this.#tick + 1);
    const news = new Map<SquareKey, SquareNews>();
    this.#tellViewer(news);
    for (let i = 0; i < this.#walkers.length; i++) this.#tellOther(i, news);
    while (this.#walkers.length < this.#count) this.#enter(this.#come(), 0, news);
    const motions = this.#motions.take();
    const messages: ServerMessage[] = [...news.values()].map((told) => this.#changes(told));
    if (motions.length > 0) messages.push({ type: 'motions', records: motions });
    if (tick - this.#checkedAt >= CHECK_TICKS) messages.push(this.#check());
    if (this.#answered !== undefined) messages.push(this.#answered);
    this.#answered = undefined;
    messages.push(...this.#changeInterest());
    return messages;
  }

  /** Everybody in every square afresh, as after a stall or a sleep: as much as can come at once. */
  refresh(): ServerMessage[] {
    return [...this.#interest.values()].map((square) => this.#snapshot(square));
  }

  #walk(tick: number): void {
    this.#tick = tick;
    const { blocked } = this.#options.terrain;
    for (const walker of this.#walkers) {
      const { body } = walker;
      const { x, y } = body;
      step(body, blocked, tick);
      // Nobody goes on walking against a tree.
      if (body.x === x && body.y === y) walker.turnAt = tick;
    }
    step(this.#viewer.body, blocked, tick);
    while ((this.#inputs[0]?.tick ?? Number.POSITIVE_INFINITY) <= tick) this.#apply(this.#inputs.shift() as Input);
  }

  #apply({ n, tick, heading }: Input): void {
    const viewer = this.#viewer;
    const { blocked } = this.#options.terrain;
    // However late it comes: nobody cheats here, and a stall of this process is none of the page's.
    const at = Math.max(tick, viewer.motion.tick);
    viewer.motion = { ...advance(viewer.motion, at, blocked), heading };
    const { x, y } = advance(viewer.motion, this.#tick, blocked);
    Object.assign(viewer.body, { x, y, heading });
    viewer.rev = nextRev(viewer.rev);
    this.#answered = { type: 'own', n, rev: viewer.rev, ...viewer.motion };
  }

  #tellViewer(news: Map<SquareKey, SquareNews>): void {
    const viewer = this.#viewer;
    if (this.#cross(viewer, false, news)) this.crossings++;
    else if (this.#answered !== undefined) this.#tellMotion(viewer);
  }

  #tellOther(index: number, news: Map<SquareKey, SquareNews>): void {
    const walker = this.#walkers[index] as Walker;
    const { x, y } = walker.body;
    const across = this.#across(x, y);
    if (across !== undefined) {
      this.#walkers[index] = this.#replace(walker, across, news);
      return;
    }
    const turns = this.#tick >= walker.turnAt;
    if (turns) {
      walker.body.heading = this.#headingFrom(x, y);
      walker.motion = { tick: this.#tick, ...walker.body };
      walker.turnAt = this.#turnTick();
      walker.rev = nextRev(walker.rev);
    }
    if (!this.#cross(walker, turns, news) && turns) this.#tellMotion(walker);
  }

  /** Tells it when somebody is in another square than before. Returns whether they are. */
  #cross(walker: Walker, hasNewRev: boolean, news: Map<SquareKey, SquareNews>): boolean {
    const to = squareAt(walker.body);
    const from = walker.square;
    if (to.sx === from.sx && to.sy === from.sy) return false;
    if (!hasNewRev) walker.rev = nextRev(walker.rev);
    walker.square = to;
    this.#leave(walker, from, neighbourCode(from, to), news);
    this.#enter(walker, neighbourCode(to, from), news);
    return true;
  }

  #leave({ id, rev }: Walker, square: Square, to: number, news: Map<SquareKey, SquareNews>): void {
    const subscribed = this.#interest.get(squareKey(square.sx, square.sy));
    if (subscribed?.occupants.delete(id) === true) newsOf(square, news).leaves.push({ id, rev, to });
  }

  #enter(walker: Walker, from: number, news: Map<SquareKey, SquareNews>): void {
    const subscribed = this.#interest.get(squareKey(walker.square.sx, walker.square.sy));
    if (subscribed === undefined) return;
    subscribed.occupants.set(walker.id, walker);
    newsOf(walker.square, news).enters.push({ walker, from });
  }

  #tellMotion({ id, rev, motion, square }: Walker): void {
    if (this.#interest.has(squareKey(square.sx, square.sy))) {
      this.#motions.motion(id, rev, motion, square.sx, square.sy, this.#tick);
    }
  }

  /** Somebody has gone out of sight, and somebody else comes into it. */
  #replace(gone: Walker, at: { readonly x: number; readonly y: number }, news: Map<SquareKey, SquareNews>): Walker {
    gone.rev = nextRev(gone.rev);
    this.#leave(gone, gone.square, 0, news);
    const walker = this.#newcomer(at.x, at.y);
    this.#enter(walker, 0, news);
    return walker;
  }

  #come(): Walker {
    const { x, y } = this.#spotOnScreen();
    const walker = this.#newcomer(x, y);
    this.#walkers.push(walker);
    return walker;
  }

  #newcomer(x: number, y: number): Walker {
    this.arrivals++;
    return this.#walker(this.#nextId++, x, y, this.#headingFrom(x, y));
  }

  #walker(id: number, x: number, y: number, heading: number): Walker {
    const motion = { tick: this.#tick, x: Math.round(x), y: Math.round(y), heading };
    const body = { x: motion.x, y: motion.y, heading };
    return { id, rev: 0, motion, body, square: squareAt(body), turnAt: this.#turnTick() };
  }

  #turnTick(): number {
    return this.#tick + Math.round(between(this.#options.random, TURN_TICKS.least, TURN_TICKS.most));
  }

  /** The way to somewhere on the screen, as it will be. */
  #headingFrom(x: number, y: number): number {
    const spot = this.#spotOnScreen();
    const { heading } = this.#viewer.body;
    const walked = heading === STANDING ? 0 : AHEAD_TICKS * UNITS_PER_TICK;
    const angle = (heading / 256) * 2 * Math.PI;
    const aheadX = spot.x + Math.cos(angle) * walked;
    const aheadY = spot.y + Math.sin(angle) * walked;
    return headingTowards(aheadX - x, aheadY - y) % STANDING;
  }

  #spotOnScreen(): { x: number; y: number } {
    const { random, terrain } = this.#options;
    const { halfWidth, halfHeight } = this.#half;
    const { x, y } = this.#viewer.body;
    let spot = { x, y };
    do {
      spot = { x: x + between(random, -halfWidth, halfWidth), y: y + between(random, -halfHeight, halfHeight) };
    } while (terrain.blocked(tileOf(spot.x), tileOf(spot.y)));
    return spot;
  }

  /** The place at the other side of the screen of one outside it; undefined of one on it. */
  #across(x: number, y: number): { readonly x: number; readonly y: number } | undefined {
    const { halfWidth, halfHeight } = this.#half;
    const dx = x - this.#viewer.body.x;
    const dy = y - this.#viewer.body.y;
    const isBeside = Math.abs(dx) > halfWidth;
    const isAboveOrBelow = Math.abs(dy) > halfHeight;
    if (!isBeside && !isAboveOrBelow) return undefined;
    const otherX = this.#viewer.body.x + (isBeside ? -Math.sign(dx) * halfWidth : dx);
    const otherY = this.#viewer.body.y + (isAboveOrBelow ? -Math.sign(dy) * halfHeight : dy);
    // Not out of a lake.
    return this.#options.terrain.blocked(tileOf(otherX), tileOf(otherY))
      ? this.#spotOnScreen()
      : { x: otherX, y: otherY };
  }

  get #half(): { readonly halfWidth: number; readonly halfHeight: number } {
    const { width, height } = this.#options.screen;
    return { halfWidth: (width / 2) * UNITS_PER_TILE, halfHeight: (height / 2) * UNITS_PER_TILE };
  }

  #changes({ sx, sy, enters, leaves }: SquareNews): ServerMessage {
    for (const { id, rev, to } of leaves) this.#records.leave({ id, generation: GENERATION, rev, to });
    const left = this.#records.take();
    for (const { walker, from } of enters) this.#writeEnter(walker, from);
    return { type: 'changes', sx, sy, enters: this.#records.take(), leaves: left };
  }

  #writeEnter(walker: Walker, from: number): void {
    const { id, rev, square } = walker;
    // A record carries no older ones.
    if (this.#tick - walker.motion.tick > MAX_MOTION_AGE_TICKS || isFar(walker)) {
      walker.motion = { tick: this.#tick, ...walker.body };
    }
    const record = { id, generation: GENERATION, rev, look: lookOf(id), profileVersion: 1, from };
    this.#records.enter(record, walker.motion, square.sx, square.sy, this.#tick);
  }

  #snapshot({ sx, sy, occupants }: SubscribedSquare): ServerMessage {
    for (const walker of occupants.values()) this.#writeEnter(walker, 0);
    return { type: 'snapshot', sx, sy, enters: this.#records.take() };
  }

  #check(): ServerMessage {
    this.#checkedAt = this.#tick;
    for (const { sx, sy, occupants } of this.#interest.values()) {
      let checksum = 0;
      for (const { id, rev } of occupants.values()) checksum = addHash(checksum, occupantHash(id, GENERATION, rev));
      this.#records.check({ sx, sy, count: occupants.size, checksum });
    }
    return { type: 'check', records: this.#records.take() };
  }

  #changeInterest(): ServerMessage[] {
    const { x, y } = this.#viewer.body;
    const { width, height } = this.#options.screen;
    const messages: ServerMessage[] = [];
    for (const { sx, sy } of squaresOf(squaresOnScreen(x, y, width, height, ENTER_MARGIN_TILES))) {
      const key = squareKey(sx, sy);
      if (this.#interest.has(key)) continue;
      const square: SubscribedSquare = { sx, sy, occupants: new Map(), outsideSince: undefined };
      for (const walker of [this.#viewer, ...this.#walkers]) {
        if (walker.square.sx === sx && walker.square.sy === sy) square.occupants.set(walker.id, walker);
      }
      this.#interest.set(key, square);
      messages.push(this.#snapshot(square));
    }
    const kept = squaresOnScreen(x, y, width, height, LEAVE_MARGIN_TILES);
    for (const [key, square] of this.#interest) {
      if (rectContains(kept, square.sx, square.sy)) square.outsideSince = undefined;
      else square.outsideSince ??= this.#tick;
      if (this.#tick - (square.outsideSince ?? this.#tick) < LINGER_TICKS) continue;
      this.#interest.delete(key);
      messages.push({ type: 'forget', sx: square.sx, sy: square.sy });
    }
    return messages;
  }
}

const lookOf = (id: number): number => id % LOOKS;

const squareAt = ({ x, y }: Body): Square => ({ sx: squareIndexOf(x), sy: squareIndexOf(y) });

/** A motion that began further from its square than a record can say. */
const isFar = ({ motion, square }: Walker): boolean =>
  Math.abs(squareIndexOf(motion.x) - square.sx) > 2 || Math.abs(squareIndexOf(motion.y) - square.sy) > 2;

function newsOf({ sx, sy }: Square, news: Map<SquareKey, SquareNews>): SquareNews {
  const key = squareKey(sx, sy);
  const known = news.get(key) ?? { sx, sy, enters: [], leaves: [] };
  news.set(key, known);
  return known;
}
