import { onTestFinished } from 'vitest';
import { openSocket } from '../../client/bots/socket.ts';
import { Client, type ClientOptions } from '../../client/core/client.ts';
import type { Motion } from '../../shared/motion.ts';
import { until } from './until.ts';

/** About the interval of a screen's frames, in ms. */
const UPDATE_MS = 16;

/** Something that happened to a walker's picture. */
export type Sight =
  | { readonly what: 'entered' | 'left'; readonly id: number }
  | { readonly what: 'moved'; readonly id: number; readonly rev: number; readonly motion: Motion };

/** An honest player: the real client core on a real socket, with a record of what it saw. */
export class Walker {
  readonly client: Client;
  readonly sights: Sight[] = [];
  /** Why it was ever closed, which in most tests is a fault. */
  readonly endings: { readonly code: number; readonly reason: string }[] = [];
  frames = 0;
  /** Called after every frame from the server and every update, as a screen would be drawn. */
  onPicture: (walker: Walker) => void = () => undefined;
  readonly #timer: NodeJS.Timeout;

  private constructor(url: string, options: Partial<ClientOptions>) {
    this.client = new Client({
      url,
      name: 'Walker',
      look: 0,
      screen: { width: 40, height: 24 },
      at: [0, 0],
      monotonic: () => performance.now(),
      random: () => 0.5,
      openSocket,
      ...options,
      observer: {
        ...options.observer,
        closed: (code, reason) => this.endings.push({ code, reason }),
        frame: () => {
          this.frames++;
          this.onPicture(this);
        },
        entered: (id) => this.sights.push({ what: 'entered', id }),
        left: (id) => this.sights.push({ what: 'left', id }),
        moved: (id, _generation, rev, motion) => this.sights.push({ what: 'moved', id, rev, motion }),
      },
    });
    this.#timer = setInterval(() => {
      this.client.update();
      this.onPicture(this);
    }, UPDATE_MS);
  }

  /** Joins for the test that calls it, and leaves when that is over. */
  static async join(url: string, options: Partial<ClientOptions> = {}): Promise<Walker> {
    const walker = new Walker(url, options);
    onTestFinished(() => walker.leave());
    walker.client.connect();
    await until('a walker has joined', () => walker.client.ownPosition());
    return walker;
  }

  leave(): void {
    clearInterval(this.#timer);
    this.client.close();
  }

  get id(): number {
    const id = this.client.own?.id;
    if (id === undefined) throw new Error(`not joined but ${this.client.state.phase}`);
    return id;
  }

  get token(): string {
    const { state } = this.client;
    if (state.phase !== 'joined') throw new Error(`not joined but ${state.phase}`);
    return state.welcome.token;
  }

  /** Whether another player is shown. */
  shows(id: number): boolean {
    return this.client.replica.players.has(id);
  }

  /** Waits until others are shown. */
  async sees(...others: Walker[]): Promise<void> {
    for (const { id } of others) await until(`${this.id} saw ${id}`, () => this.shows(id));
  }

  /** Turns, and waits until the server has it. */
  async turn(heading: number): Promise<void> {
    const before = this.client.counters.inputsAcked;
    this.client.walk(heading);
    await until(`${this.id} turned to ${heading}`, () => this.client.counters.inputsAcked > before);
  }

  /** Waits until this one has seen another turn to a heading, among what it saw from the `since`-th sight on. */
  async sawTurn(other: number, heading: number, since = 0): Promise<void> {
    const isIt = (sight: Sight): boolean =>
      sight.what === 'moved' && sight.id === other && sight.motion.heading === heading;
    await until(`${this.id} saw ${other} turn to ${heading}`, () => this.sights.slice(since).some(isIt));
  }
}
