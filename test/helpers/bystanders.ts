import { expect } from 'vitest';
import type { ClientOptions } from '../../client/core/client.ts';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { headingTowards, STANDING } from '../../shared/motion.ts';
import { until } from './until.ts';
import { Walker } from './walker.ts';

/** The walker stays about this close to the watcher. */
const RANGE_TILES = 6;

/**
 * Two honest players side by side, one of whom watches the other walk, while a third party misbehaves. Nothing of that
 * may reach them.
 */
export class Bystanders {
  readonly watcher: Walker;
  readonly walker: Walker;
  #heading = 0;

  private constructor(watcher: Walker, walker: Walker) {
    this.watcher = watcher;
    this.walker = walker;
  }

  static async join(url: string, options: Partial<ClientOptions> = {}): Promise<Bystanders> {
    const watcher = await Walker.join(url, { name: 'Watcher', at: [3, 0], ...options });
    const walker = await Walker.join(url, { name: 'Walker', at: [-3, 0], ...options });
    await watcher.sees(walker);
    return new Bystanders(watcher, walker);
  }

  /** The walker turns, and the watcher sees it: all is well from socket to socket. */
  async areAlive(): Promise<void> {
    const since = this.watcher.sights.length;
    const heading = this.#nextHeading();
    await this.walker.turn(heading);
    await this.watcher.sawTurn(this.walker.id, heading, since);
  }

  /** Another than the last one, and back towards the watcher from too far away. */
  #nextHeading(): number {
    const here = this.walker.client.ownPosition();
    const home = this.watcher.client.ownPosition();
    const [dx, dy] = here && home ? [home.x - here.x, home.y - here.y] : [0, 0];
    const wanted = Math.hypot(dx, dy) > RANGE_TILES * UNITS_PER_TILE ? headingTowards(dx, dy) : this.#heading + 37;
    this.#heading = (wanted === this.#heading ? wanted + 1 : wanted) % 256;
    return this.#heading;
  }

  /** The walker stops walking about. */
  async stand(): Promise<void> {
    await this.walker.turn(STANDING);
  }

  /** How many squares the two are told about. */
  get squareCount(): number {
    return new Set([this.watcher, this.walker].flatMap(({ client }) => [...client.squares.keys()])).size;
  }

  /** They are alive, were never closed, and nothing they were told was wrong. */
  async areUnaffected(): Promise<void> {
    await this.areAlive();
    for (const { client, endings } of [this.watcher, this.walker]) {
      expect(endings).toEqual([]);
      expect(client.state.phase).toBe('joined');
      expect(client.counters).toMatchObject({ divergences: 0, duplicates: 0 });
    }
    this.#checkSight();
  }

  /** Forgets what was seen so far, where that is a lot. */
  forget(): void {
    this.#checkSight();
    this.watcher.sights.length = 0;
    this.walker.sights.length = 0;
  }

  /** The watcher has never lost sight of the walker. */
  #checkSight(): void {
    expect(this.watcher.sights.filter(({ what, id }) => what === 'left' && id === this.walker.id)).toEqual([]);
  }

  /** Waits until the watcher sees a player come. */
  async see(id: number): Promise<void> {
    await until(`player ${id} was seen`, () => this.watcher.shows(id));
  }

  /** Waits until the watcher sees a player gone. */
  async miss(id: number): Promise<void> {
    await until(`player ${id} was missed`, () => !this.watcher.shows(id));
  }
}
