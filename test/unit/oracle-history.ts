import { BUDGETS } from '../../client/bots/budgets.ts';
import { Oracle } from '../../client/bots/oracle.ts';
import type { Participant } from '../../client/bots/participant.ts';
import { TICK_MS, UNITS_PER_TILE } from '../../shared/constants.ts';

const SCREEN = { width: 40, height: 24 };
export const STEP_MS = 50;
/** World time differs from the oracle's clock, as it does in life. */
export const WORLD_AHEAD_MS = 7000;

/** Someone in a synthetic history; stands still unless moved. Places are in tiles. */
export interface Actor {
  readonly participant: Participant;
  id: number;
  x: number;
  y: number;
  /** In tiles per second. */
  speed: { x: number; y: number };
  inputs: number;
}

/** A history told to the oracle by hand: time passes only in `pass`. */
export class History {
  nowMs = 5000;
  readonly oracle = new Oracle(() => this.nowMs);
  readonly actors: Actor[] = [];

  get updates() {
    return this.oracle.tally.updates;
  }

  /** Somebody joins at a tile; a mover has no picture. */
  add(x: number, y: number, { node = 'a', behaviour = 'wander', isMover = false } = {}): Actor {
    const id = 100 + this.actors.length;
    const setup = { name: `bot-${id}`, behaviour, node, screen: SCREEN };
    const participant = isMover ? this.oracle.addMover(setup) : this.oracle.add(setup);
    this.oracle.joined(participant, id, 1);
    const actor = { participant, id, x, y, speed: { x: 0, y: 0 }, inputs: 0 };
    this.actors.push(actor);
    return actor;
  }

  /** All the others are shown in everybody's picture, as of rev 0. */
  showAll(): void {
    for (const observer of this.actors) {
      if (!observer.participant.isObserver) continue;
      for (const { id } of this.actors) this.oracle.entered(observer.participant, id, 1, 0);
    }
  }

  /** The participant comes into the world again, as before or under another id. */
  comeBack(actor: Actor, id = actor.id, generation = 2): void {
    actor.id = id;
    actor.inputs = 0;
    this.oracle.joined(actor.participant, id, generation);
  }

  pass(ms: number): void {
    for (const end = this.nowMs + ms; this.nowMs < end; ) {
      this.nowMs += STEP_MS;
      this.oracle.look();
      for (const actor of this.actors) {
        if (!actor.participant.isPresent) continue;
        actor.x += (actor.speed.x * STEP_MS) / 1000;
        actor.y += (actor.speed.y * STEP_MS) / 1000;
        this.oracle.position(
          actor.participant,
          actor.x * UNITS_PER_TILE,
          actor.y * UNITS_PER_TILE,
          this.nowMs + WORLD_AHEAD_MS,
          true,
        );
        if (this.nowMs % BUDGETS.sampleMs === 0) this.oracle.sample(actor.participant);
      }
    }
  }

  /** Sends an input, so late after it was due, in ms, and returns its number. */
  send(actor: Actor, lateMs = 0): number {
    actor.inputs++;
    this.oracle.sent(actor.participant, actor.inputs, this.nowMs - lateMs);
    return actor.inputs;
  }

  acknowledge(actor: Actor, n: number, rev: number): void {
    const tick = Math.floor((this.nowMs + WORLD_AHEAD_MS) / TICK_MS);
    const motion = { tick, x: actor.x * UNITS_PER_TILE, y: actor.y * UNITS_PER_TILE, heading: 0 };
    this.oracle.acknowledged(actor.participant, n, rev, motion);
  }

  /** Two players in full view of each other, and the measurement begun. */
  begin(): void {
    this.showAll();
    this.pass(2000);
    this.oracle.begin();
  }
}
