import { FUTURE_TICKS, IDLE_STOP_TICKS, REWIND_TICKS } from '../../shared/constants.ts';
import { squareIndexOf, tileOf } from '../../shared/grid.ts';
import { type Blocked, STANDING, step } from '../../shared/motion.ts';
import { nextRev } from '../../shared/pair.ts';
import { type FoundGem, type Land, OPEN_LAND, type TileRect } from './land.ts';
import { Player, type WaitingInput, type Who } from './player.ts';

/** What has happened since the last `drain`. */
export interface WorldEvents {
  /** Players who are new, have a new motion or a new square. */
  readonly changed: ReadonlySet<Player>;
  readonly left: readonly Player[];
  /** Players whose inputs were applied, or whose motion the world ended: `answer` is for them. */
  readonly answered: ReadonlySet<Player>;
  /** Gems that somebody has come upon. */
  readonly touched: readonly Touch[];
}

/** Somebody's final path has led to a gem. */
export interface Touch {
  readonly player: Player;
  readonly gem: FoundGem;
}

/** Where one can walk changes from a tick on. */
interface GroundChange extends TileRect {
  readonly tick: number;
}

/** Inputs from the future kept per player; the newest replaces the last beyond that. */
const MAX_WAITING = 8;

/** The authoritative rules for this node's players. No I/O: inputs in, events out. */
export class World {
  readonly players = new Map<number, Player>();
  readonly #blocked: Blocked;
  readonly #land: Land;
  /** Those who need stepping: everybody who walks, has an input waiting or a path that is not yet final. */
  readonly #active = new Set<Player>();
  #touched: Touch[] = [];
  /** Those that do not count yet, and those that an input may still be rewound beyond. */
  #groundChanges: GroundChange[] = [];
  #changed = new Set<Player>();
  #left: Player[] = [];
  #answered = new Set<Player>();
  #tick: number;

  constructor(blocked: Blocked, tick: number, land: Land = OPEN_LAND) {
    this.#blocked = blocked;
    this.#land = land;
    this.#tick = tick;
  }

  /** The last tick that is complete. */
  get tick(): number {
    return this.#tick;
  }

  join(who: Who, x: number, y: number): Player {
    this.leave(who.id);
    const player = new Player(who, x, y, this.#tick);
    player.remember(this.#tick);
    player.answer = { n: 0, rev: player.rev, motion: player.motion };
    this.players.set(player.id, player);
    this.#changed.add(player);
    this.#answered.add(player);
    this.#active.add(player);
    return player;
  }

  /** Gives a player another name and look; others are told them afresh. */
  rename(player: Player, person: { readonly name: string; readonly look: number; readonly version: number }): void {
    player.name = person.name;
    player.look = person.look;
    player.profileVersion = person.version;
    player.turn(this.#tick, player.heading);
    this.#changed.add(player);
  }

  /** Puts a player elsewhere, standing. */
  teleport(player: Player, x: number, y: number): void {
    player.waiting.length = 0;
    player.x = x;
    player.y = y;
    player.sx = squareIndexOf(x);
    player.sy = squareIndexOf(y);
    player.since = this.#tick;
    this.#stop(player);
    this.#active.add(player);
  }

  /**
   * What is built changes where one can walk, from a tick on: whoever has walked there with their present motion gets
   * another of that tick, so that no path from before is walked again over what is there after it (M6).
   */
  groundChanged({ left, top, right, bottom }: TileRect, tick: number): void {
    this.#groundChanges.push({ left, top, right, bottom, tick: Math.max(tick, this.#tick + 1) });
  }

  /** Looks for gems under those who stand: one may have appeared there. */
  sweep(): void {
    for (const player of this.players.values()) {
      if (player.heading === STANDING && !this.#active.has(player)) this.#look(player, player.x, player.y);
    }
  }

  leave(id: number): Player | undefined {
    const player = this.players.get(id);
    if (player === undefined) return undefined;
    this.players.delete(id);
    this.#active.delete(player);
    this.#changed.delete(player);
    this.#answered.delete(player);
    player.rev = nextRev(player.rev);
    this.#left.push(player);
    return player;
  }

  /**
   * World time has jumped ahead: what would have happened meanwhile is not made up for. Whoever walked stands where
   * they were, from now on.
   */
  jump(tick: number): void {
    this.#tick = tick;
    for (const player of this.players.values()) {
      player.lastSign = tick;
      this.halt(player);
    }
  }

  /** The node could not listen for a while: silence until now says nothing of anybody. */
  excuse(): void {
    for (const player of this.#active) this.sign(player);
  }

  /** A sign of life. */
  sign(player: Player): void {
    player.lastSign = this.#tick;
  }

  /**
   * Takes an input stamped with a tick (M2): at that tick where the window allows, else at the window's edge.
   * `present` is the clock's tick: after a stall inputs come in before the world has caught up with it, and their
   * stamps are honest though ahead of the world.
   */
  input(player: Player, n: number, stamp: number, heading: number, present = this.#tick): void {
    this.sign(player);
    if (n <= player.lastInput) return;
    player.lastInput = n;
    const earliest = Math.max(this.#tick - REWIND_TICKS, player.lastInputTick);
    const tick = Math.max(earliest, Math.min(stamp, Math.max(this.#tick, present) + FUTURE_TICKS));
    player.lastInputTick = tick;
    if (tick <= this.#tick) {
      this.#apply(player, n, tick, heading);
      return;
    }
    if (player.waiting.length === MAX_WAITING) player.waiting.pop();
    player.waiting.push({ n, tick, heading });
    this.#active.add(player);
  }

  /** Completes one more tick. */
  step(): void {
    const tick = ++this.#tick;
    for (const player of this.#active) {
      this.#walk(player, tick);
      while (player.waiting.length > 0 && (player.waiting[0] as WaitingInput).tick <= tick) {
        const input = player.waiting.shift() as WaitingInput;
        this.#apply(player, input.n, input.tick, input.heading);
      }
      if (player.heading !== STANDING && tick - player.lastSign >= IDLE_STOP_TICKS) this.#stop(player);
      this.#finish(player, tick - REWIND_TICKS);
      const isStill = player.heading === STANDING && player.waiting.length === 0;
      if (isStill && tick - player.motion.tick > REWIND_TICKS) {
        this.#active.delete(player);
        player.rest();
      }
    }
    if (this.#groundChanges.length > 0) this.#renew(tick);
  }

  /** Hands over what has happened and starts anew. */
  drain(): WorldEvents {
    const events = { changed: this.#changed, left: this.#left, answered: this.#answered, touched: this.#touched };
    this.#touched = [];
    this.#changed = new Set();
    this.#left = [];
    this.#answered = new Set();
    return events;
  }

  #apply(player: Player, n: number, tick: number, heading: number): void {
    player.rewind(tick);
    player.turn(tick, heading);
    for (let t = tick + 1; t <= this.#tick; t++) {
      if (!this.#stepOpen(player, t)) player.turn(t, STANDING);
      player.remember(t);
    }
    this.#settle(player);
    // Walked again from before the ground changed: told from after it, as everybody near is.
    if (this.#hasWalkedAcrossChange(player, tick)) player.turn(this.#tick, player.heading);
    this.#answer(player, n);
    this.#active.add(player);
  }

  /** Whether the ground has changed since a tick where a player's present motion has led. */
  #hasWalkedAcrossChange(player: Player, since: number): boolean {
    for (const change of this.#groundChanges) {
      if (change.tick > since && change.tick <= this.#tick && hasWalkedAt(player, change)) return true;
    }
    return false;
  }

  #walk(player: Player, tick: number): void {
    if (player.heading === STANDING) return;
    if (!this.#stepOpen(player, tick)) {
      this.#stop(player);
      return;
    }
    player.remember(tick);
    const sx = squareIndexOf(player.x);
    const sy = squareIndexOf(player.y);
    if (sx === player.sx && sy === player.sy) return;
    player.sx = sx;
    player.sy = sy;
    player.rev = nextRev(player.rev);
    // A recent turn travels on with the crossing; an old motion is told afresh from here.
    if (tick - player.motion.tick > REWIND_TICKS) {
      player.motion = { tick, x: player.x, y: player.y, heading: player.heading };
    }
    this.#changed.add(player);
  }

  /** Steps, unless that leads into a square that is closed. */
  #stepOpen(player: Player, tick: number): boolean {
    const { x, y } = player;
    step(player, this.#blocked, tick);
    const sx = squareIndexOf(player.x);
    const sy = squareIndexOf(player.y);
    if ((sx === squareIndexOf(x) && sy === squareIndexOf(y)) || !this.#land.isClosed(sx, sy)) return true;
    player.x = x;
    player.y = y;
    return false;
  }

  /** What a player has done by a tick that no input can change any more. */
  #finish(player: Player, tick: number): void {
    if (tick < player.since) return;
    const x = player.xAt(tick);
    const y = player.yAt(tick);
    if (tileOf(x) !== player.finalTileX || tileOf(y) !== player.finalTileY) this.#look(player, x, y);
  }

  #look(player: Player, x: number, y: number): void {
    const tileX = tileOf(x);
    const tileY = tileOf(y);
    player.finalTileX = tileX;
    player.finalTileY = tileY;
    const gem = this.#land.gemAt(tileX, tileY, this.#tick);
    if (gem !== undefined) this.#touched.push({ player, gem });
  }

  #renew(tick: number): void {
    const due = this.#groundChanges.filter((change) => change.tick === tick);
    if (due.length > 0) {
      for (const player of this.#active) {
        if (player.heading === STANDING || !due.some((change) => hasWalkedAt(player, change))) continue;
        player.turn(tick, player.heading);
        this.#changed.add(player);
        this.#answer(player, player.lastInput);
      }
    }
    this.#groundChanges = this.#groundChanges.filter((change) => change.tick > tick - REWIND_TICKS);
  }

  /** Ends a player's motion where they are now, as when their connection is lost; what was still to come is not. */
  halt(player: Player): void {
    player.waiting.length = 0;
    if (player.heading !== STANDING) this.#stop(player);
    this.#active.delete(player);
  }

  /** Ends a motion whose client has fallen silent. */
  #stop(player: Player): void {
    player.lastInputTick = this.#tick;
    player.turn(this.#tick, STANDING);
    this.#changed.add(player);
    this.#answer(player, player.lastInput);
  }

  /** After a rewind the player may stand in another square than before. */
  #settle(player: Player): void {
    player.sx = squareIndexOf(player.x);
    player.sy = squareIndexOf(player.y);
    this.#changed.add(player);
  }

  #answer(player: Player, n: number): void {
    player.answer = { n, rev: player.rev, motion: player.motion };
    this.#answered.add(player);
  }
}

/**
 * Whether a player's present motion has led over one of some tiles, or has been kept from entering one: a path keeps to
 * the rectangle between its ends.
 */
const hasWalkedAt = ({ motion, x, y }: Player, { left, top, right, bottom }: TileRect): boolean =>
  tileOf(Math.max(motion.x, x)) + 1 >= left &&
  tileOf(Math.min(motion.x, x)) - 1 <= right &&
  tileOf(Math.max(motion.y, y)) + 1 >= top &&
  tileOf(Math.min(motion.y, y)) - 1 <= bottom;
