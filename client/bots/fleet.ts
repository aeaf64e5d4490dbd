import type { Monotonic } from '../../shared/clock.ts';
import type { SocketFactory } from '../core/connection.ts';
import { Bot, type Closing } from './bot.ts';
import type { LightSocketFactory } from './light-socket.ts';
import type { BotsOptions } from './options.ts';
import type { Oracle } from './oracle.ts';
import type { Role } from './population.ts';
import { shareTerrain } from './shared-terrain.ts';
import { UrlRotation } from './url-rotation.ts';
import type { TrafficCounters } from './walking-client.ts';

export interface FleetSetup {
  readonly options: BotsOptions;
  readonly roles: readonly Role[];
  readonly openSpawn: boolean;
  readonly oracle: Oracle;
  readonly monotonic: Monotonic;
  readonly openSocket: SocketFactory;
  readonly openLightSocket: LightSocketFactory;
}

/** So many play everybody back all the time, as a screen does; the others only take in what comes. */
const VIEWERS = 4;
/** Every so many visits they do, and every so many report what they show. */
const VIEW_VISITS = 2;
const REPORT_VISITS = 10;
/** Every so many visits a bot's picture is compared with the truth: 5 × 48 ms are about the budget's `sampleMs`. */
const SAMPLE_VISITS = 5;
/** … and its client brought up to date: ten times a second, where four are asked for. */
const UPDATE_VISITS = 2;
/** Players who connect at once at most, however late the ramp is. */
const MAX_BURST = 4;

/** All the bots of a run. */
export class Fleet {
  readonly bots: Bot[] = [];
  readonly #openTerrain = shareTerrain();
  readonly #setup: FleetSetup;
  readonly #visits: number[] = [];
  readonly #viewers: ReadonlySet<number>;

  constructor(setup: FleetSetup) {
    this.#setup = setup;
    const full = [...setup.roles.keys()].filter((index) => setup.roles[index]?.isFull);
    const every = Math.max(1, Math.floor(full.length / VIEWERS));
    this.#viewers = new Set(full.filter((_, rank) => rank % every === 0 && rank / every < VIEWERS));
  }

  get joined(): number {
    return this.#count((bot) => bot.isJoined);
  }

  /** How many have ever been in the world. */
  get everJoined(): number {
    return this.#count((bot) => bot.wasJoined);
  }

  /** … with the full picture. */
  get everJoinedFull(): number {
    return this.#count((bot) => bot.wasJoined && bot.isFull);
  }

  get dropped(): number {
    return this.#count((bot) => bot.wasDropped);
  }

  get droppedInFault(): number {
    return this.#count((bot) => bot.wasDroppedInFault);
  }

  get settled(): number {
    return this.#count((bot) => bot.isJoined && bot.isSettled);
  }

  get gaveUp(): number {
    return this.#count((bot) => bot.hasGivenUp);
  }

  /** Whether nobody is on the way into the world any more. */
  get hasArrived(): boolean {
    return this.bots.length === this.#setup.roles.length && this.bots.every((bot) => bot.isJoined || bot.isRefused);
  }

  /** Whether everybody in the world is in place. */
  get isSettled(): boolean {
    return this.bots.every((bot) => bot.isSettled || !bot.isJoined);
  }

  /** What has been received and sent so far, by all together. */
  get traffic(): TrafficCounters {
    const sum = { framesIn: 0, bytesIn: 0, messagesOut: 0, bytesOut: 0 };
    for (const { counters } of this.bots) {
      sum.framesIn += counters.framesIn;
      sum.bytesIn += counters.bytesIn;
      sum.messagesOut += counters.messagesOut;
      sum.bytesOut += counters.bytesOut;
    }
    return sum;
  }

  /** How connections ended that no bot had closed itself. */
  get closings(): Closing[] {
    return this.bots.flatMap((bot) => bot.closings);
  }

  /** Connects those who are due `elapsedMs` after the first one. */
  connectDue(elapsedMs: number): void {
    const { options, roles, openSpawn, oracle, monotonic, openSocket, openLightSocket } = this.#setup;
    const due = Math.min(roles.length, 1 + Math.floor((elapsedMs / 1000) * options.rampPerSecond));
    for (let burst = 0; burst < MAX_BURST && this.bots.length < due; burst++) {
      const index = this.bots.length;
      const bot = new Bot({
        name: `bot-${index + 1}`,
        look: index,
        urls: new UrlRotation(options.urls, index),
        role: roles[index] as Role,
        screen: options.screen,
        openSpawn,
        oracle,
        monotonic,
        openSocket,
        openLightSocket,
        openTerrain: this.#openTerrain,
      });
      this.bots.push(bot);
      // Staggered, so that not all pictures are looked at in the same round.
      this.#visits.push(index);
      bot.connect();
    }
  }

  /** One bot's turn. */
  visit(index: number, nowMs: number): void {
    const bot = this.bots[index];
    if (bot === undefined) return;
    const visits = (this.#visits[index] ?? 0) + 1;
    this.#visits[index] = visits;
    bot.drive(nowMs, visits % UPDATE_VISITS === 0);
    if (!bot.isFull) return;
    if (visits % VIEW_VISITS === 0 && this.#viewers.has(index)) bot.view(visits % REPORT_VISITS === 0);
    if (visits % SAMPLE_VISITS === 0) this.#setup.oracle.sample(bot.participant);
  }

  /** The fault window has closed. */
  windowClosed(): void {
    for (const bot of this.bots) bot.windowClosed();
  }

  #count(test: (bot: Bot) => boolean): number {
    let count = 0;
    for (const bot of this.bots) if (test(bot)) count++;
    return count;
  }
}
