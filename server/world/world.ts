import { FUTURE_TICKS, IDLE_STOP_TICKS, REWIND_TICKS } from '../../shared/constants.ts';
import { squareIndexOf } from '../../shared/grid.ts';
import { type Blocked, STANDING, step } from '../../shared/motion.ts';
import { nextRev } from '../../shared/pair.ts';
import { Player, type WaitingInput } from './player.ts';

/** What has happened since the last `drain`. */
export interface WorldEvents {
  /** Players who are new, have a new motion or a new square. */
  readonly changed: ReadonlySet<Player>;
  readonly left: readonly Player[];
  /** Players whose inputs were applied, or whose motion the world ended: `answer` is for them. */
  readonly answered: ReadonlySet<Player>;
}

/** Inputs from the future kept per player; the newest replaces the last beyond that. */
const MAX_WAITING = 8;

/** The authoritative rules for this node's players. No I/O: inputs in, events out. */
export class World {
  readonly players = new Map<number, Player>();
  readonly #blocked: Blocked;
  /** Those who need stepping: everybody who walks or has an input waiting. */
  readonly #active = new Set<Player>();
  #changed = new Set<Player>();
  #left: Player[] = [];
  #answered = new Set<Player>();
  #tick: number;

  constructor(blocked: Blocked, tick: number) {
    this.#blocked = blocked;
    this.#tick = tick;
  }

  /** The last tick that is complete. */
  get tick(): number {
    return this.#tick;
  }

  join(who: { id: number; generation: number; name: string; look: number }, x: number, y: number): Player {
    this.leave(who.id);
    const player = new Player(who, x, y, this.#tick);
    player.remember(this.#tick);
    player.answer = { n: 0, rev: player.rev, motion: player.motion };
    this.players.set(player.id, player);
    this.#changed.add(player);
    this.#answered.add(player);
    return player;
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
      this.#apply(player, { n, tick, heading });
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
        this.#apply(player, player.waiting.shift() as WaitingInput);
      }
      if (player.heading !== STANDING && tick - player.lastSign >= IDLE_STOP_TICKS) this.#stop(player);
      if (player.heading === STANDING && player.waiting.length === 0) this.#active.delete(player);
    }
  }

  /** Hands over what has happened and starts anew. */
  drain(): WorldEvents {
    const events = { changed: this.#changed, left: this.#left, answered: this.#answered };
    this.#changed = new Set();
    this.#left = [];
    this.#answered = new Set();
    return events;
  }

  #apply(player: Player, { n, tick, heading }: WaitingInput): void {
    player.rewind(tick);
    player.turn(tick, heading);
    for (let t = tick + 1; t <= this.#tick; t++) {
      step(player, this.#blocked);
      player.remember(t);
    }
    this.#settle(player);
    this.#answer(player, n);
    if (heading !== STANDING) this.#active.add(player);
  }

  #walk(player: Player, tick: number): void {
    if (player.heading === STANDING) return;
    step(player, this.#blocked);
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
