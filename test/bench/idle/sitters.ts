import { setTimeout as pause } from 'node:timers/promises';
import { assertNever } from '../../../shared/protocol.ts';
import { tileIndexOf } from '../../../shared/tiles.ts';
import type { Order, OrderName, Orders } from './orders.ts';
import { Sitter } from './sitter.ts';

/** So many connect at a time, every so many ms. */
const JOIN_AT_ONCE = 10;
const JOIN_EVERY_MS = 20;
/** By then everybody has joined, and knows who is there. */
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 50;
/** Everybody says that they are there once a second: a part of them each time, in turn. */
export const ALIVE_PARTS = 50;
export const ALIVE_EVERY_MS = 1000 / ALIVE_PARTS;

/** People who sit about: they come and stay. */
export class Sitters {
  readonly #sitters: Sitter[] = [];
  #turn = 0;

  /** To be called every ALIVE_EVERY_MS: those whose turn it is say that they are there. */
  sayAlive(): void {
    const part = this.#turn++ % ALIVE_PARTS;
    for (let i = part; i < this.#sitters.length; i += ALIVE_PARTS) {
      const sitter = this.#sitters[i] as Sitter;
      if (sitter.hasJoined) sitter.sayAlive();
    }
  }

  /** Rejects with what went wrong. */
  async obey(order: Order): Promise<Orders[OrderName]['gives']> {
    switch (order.name) {
      case 'sit': {
        const { port, tiles } = order.takes;
        for (const [i, tile] of tiles.entries()) {
          if (i % JOIN_AT_ONCE === 0) await pause(JOIN_EVERY_MS);
          this.#sitters.push(new Sitter(port, tile));
        }
        await this.#until('had joined', (sitter) => sitter.hasJoined);
        return null;
      }
      case 'check':
        return this.#check();
      default:
        return assertNever(order);
    }
  }

  async #check(): Promise<number> {
    const people = new Map<string, number>();
    for (const { tile } of this.#sitters) {
      const { sx, sy } = tileIndexOf(tile.tileX, tile.tileY);
      people.set(`${sx},${sy}`, (people.get(`${sx},${sy}`) ?? 0) + 1);
    }
    const expected = ({ squares: { left, top, right, bottom } }: Sitter): number => {
      let count = 0;
      for (let sy = top; sy <= bottom; sy++) {
        for (let sx = left; sx <= right; sx++) count += people.get(`${sx},${sy}`) ?? 0;
      }
      return count;
    };
    await this.#until('knew who is there', (sitter) => sitter.known.size === expected(sitter));
    const others = this.#sitters.reduce((sum, { known }) => sum + known.size - 1, 0);
    return others / this.#sitters.length;
  }

  async #until(what: string, isSo: (sitter: Sitter) => boolean): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const ended = this.#sitters.find(({ ending }) => ending !== undefined);
      if (ended !== undefined) throw new Error(`The server ended a session: ${ended.ending}`);
      const count = this.#sitters.reduce((sum, sitter) => sum + Number(isSo(sitter)), 0);
      if (count === this.#sitters.length) return;
      if (performance.now() > deadline) {
        throw new Error(`After ${PATIENCE_MS} ms ${count} of ${this.#sitters.length} ${what}.`);
      }
      await pause(LOOK_EVERY_MS);
    }
  }
}
