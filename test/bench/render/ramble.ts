import type { Page } from 'playwright-core';
import { UNITS_PER_TILE } from '../../../shared/constants.ts';
import type { ThrongServer } from './throng-server.ts';

/** Keys held one after the other where the way ends: round a lake, and never back. */
const COURSES = [
  ['KeyD', 'KeyS'],
  ['KeyD', 'KeyW'],
  ['KeyS'],
  ['KeyD'],
  ['KeyW'],
  ['KeyA', 'KeyS'],
  ['KeyA', 'KeyW'],
] as const;
/** Between two looks at how far one has come, in ms, and what counts as having come on, in tiles. */
const LOOK_MS = 400;
const PROGRESS_TILES = 0.6;

/** Walks on in a page, whatever is in the way, until stopped. */
export class Ramble {
  readonly #page: Page;
  readonly #server: ThrongServer;
  readonly #timer: NodeJS.Timeout;
  #course = 0;
  #last = { x: Number.NaN, y: Number.NaN };
  #turning: Promise<void>;

  constructor(page: Page, server: ThrongServer) {
    this.#page = page;
    this.#server = server;
    this.#turning = this.#hold();
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#turning;
  }

  #look(): void {
    const { x, y } = this.#server.throng.viewerAt;
    const tiles = Math.hypot(x - this.#last.x, y - this.#last.y) / UNITS_PER_TILE;
    this.#last = { x, y };
    if (tiles >= PROGRESS_TILES) return;
    // A page that is gone turns no more; whoever watches it has noticed.
    this.#turning = this.#turning.then(() => this.#turn()).catch(() => clearInterval(this.#timer));
  }

  async #turn(): Promise<void> {
    for (const key of this.#keys) await this.#page.keyboard.up(key);
    this.#course++;
    await this.#hold();
  }

  async #hold(): Promise<void> {
    for (const key of this.#keys) await this.#page.keyboard.down(key);
  }

  get #keys(): readonly string[] {
    return COURSES[this.#course % COURSES.length] ?? COURSES[0];
  }
}
