import { setTimeout as pause } from 'node:timers/promises';
import { assertNever } from '../../../shared/protocol.ts';
import { CrowdPlayer } from './crowd-player.ts';
import type { Crowding, Order, OrderName, Orders, Seat, Tally } from './orders.ts';
import { judge } from './truth.ts';

/** So many connect at a time, every so many ms: nodes on two cores sign in some hundreds a second. */
const JOIN_AT_ONCE = 10;
const JOIN_EVERY_MS = 20;
/** By then everybody sees what they have to see. */
const PICTURE_MS = 8000;
const LOOK_EVERY_MS = 20;
/** Differences that are named. */
const MAX_NAMED = 3;

/** The players of a benchmark, who come, walk about, are compared and leave as they are told. */
export class Crowd {
  #players: CrowdPlayer[] = [];

  /** To be called often: lets everybody do what is due. */
  drive(nowMs: number): void {
    for (const player of this.#players) player.drive(nowMs);
  }

  /** Rejects with what went wrong. */
  async obey(order: Order): Promise<Orders[OrderName]['gives']> {
    switch (order.name) {
      case 'join':
        return this.#join(order.takes);
      case 'count':
        return this.#count();
      case 'check':
        return this.#check();
      case 'leave':
        return this.#leave();
      default:
        return assertNever(order);
    }
  }

  async #join(seats: readonly Seat[]): Promise<Crowding> {
    for (const [i, seat] of seats.entries()) {
      if (i % JOIN_AT_ONCE === 0) await pause(JOIN_EVERY_MS);
      this.#players.push(new CrowdPlayer(seat));
    }
    const crowding = await this.#pictures();
    const nowMs = performance.now();
    for (const player of this.#players) player.walk(nowMs);
    return crowding;
  }

  async #check(): Promise<Crowding> {
    for (const player of this.#players) player.stand();
    const crowding = await this.#pictures();
    const duplicates = this.#sum((player) => player.duplicates);
    const disagreements = this.#sum((player) => player.disagreements);
    if (duplicates + disagreements > 0) {
      throw new Error(`${duplicates} updates were told twice, and ${disagreements} checksums disagreed.`);
    }
    return crowding;
  }

  /** Waits until everybody, standing, sees what they have to see. */
  async #pictures(): Promise<Crowding> {
    const deadline = performance.now() + PICTURE_MS;
    for (;;) {
      const { wrong, onScreen, inInterest } = judge(this.#players);
      if (wrong.length === 0) return { onScreen, inInterest };
      if (performance.now() > deadline) {
        const named = wrong.slice(0, MAX_NAMED).join(' ');
        throw new Error(`After ${PICTURE_MS} ms ${wrong.length} things are not as they have to be: ${named}`);
      }
      await pause(LOOK_EVERY_MS);
    }
  }

  #count(): Tally {
    return {
      updates: this.#sum((player) => player.updates),
      frames: this.#sum((player) => player.frames),
      turns: this.#sum((player) => player.turns),
    };
  }

  async #leave(): Promise<null> {
    const leaving = this.#players;
    this.#players = [];
    await Promise.all(leaving.map((player) => player.leave()));
    return null;
  }

  #sum(figure: (player: CrowdPlayer) => number): number {
    return this.#players.reduce((total, player) => total + figure(player), 0);
  }
}
