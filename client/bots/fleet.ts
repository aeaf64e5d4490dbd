import type { Monotonic } from '../../shared/clock.ts';
import type { SocketFactory } from '../core/connection.ts';
import { Attendance } from './attendance.ts';
import { Bot } from './bot.ts';
import { IntervalMeter, meterGenerator } from './generator-meter.ts';
import type { LightSocketFactory } from './light-socket.ts';
import type { BotsOptions } from './options.ts';
import type { OracleInput } from './oracle-input.ts';
import type { Measured, Parting, Players } from './players.ts';
import type { Role } from './population.ts';
import type { Phase } from './progress.ts';
import { createRandom, seedOf } from './random.ts';
import { shareTerrain } from './shared-terrain.ts';
import { TraceSampler } from './trace-sampler.ts';
import { UrlRotation } from './url-rotation.ts';
import type { TrafficCounters } from './walking-client.ts';

/** Which of the players are here: every `count`-th of them, from the `index`-th on. */
export interface Part {
  readonly index: number;
  readonly count: number;
}

export interface FleetSetup {
  readonly options: BotsOptions;
  /** Of all players of the run, here and elsewhere. */
  readonly roles: readonly Role[];
  readonly part: Part;
  readonly openSpawn: boolean;
  readonly oracle: OracleInput;
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
/** Over this time, in ms, all of them come to a stand at the end … */
export const STAND_MS = 1000;
/** … when this share leaves, while the others watch whether they vanish. */
const LEAVING_SHARE = 1 / 10;

const NO_TRAFFIC: TrafficCounters = { framesIn: 0, bytesIn: 0, messagesOut: 0, bytesOut: 0 };

/** The bots of a run that are in this process. */
export class Fleet implements Players {
  readonly isReady = true;
  readonly failure = new Promise<never>(() => undefined);
  readonly #bots: Bot[] = [];
  readonly #openTerrain = shareTerrain();
  readonly #setup: FleetSetup;
  /** Which of all players are here: those who are there from before the beginning, then the others as they come. */
  readonly #members: readonly number[];
  readonly #attendance: Attendance;
  readonly #visits: number[] = [];
  readonly #sampler: TraceSampler;
  readonly #viewers: ReadonlySet<number>;
  #phase: Phase | undefined;
  #phaseAtMs = 0;
  /** What has been measured since `begin`. */
  #measured: (() => Measured) | undefined;

  constructor(setup: FleetSetup) {
    this.#setup = setup;
    const { index, count } = setup.part;
    this.#members = [...setup.roles.keys()].filter((member) => member % count === index);
    const { tracesPerSecond, seed } = setup.options;
    this.#sampler = new TraceSampler(tracesPerSecond / count, createRandom(seedOf(seed, index)));
    this.#attendance = new Attendance(this.#members.map((member) => setup.roles[member] as Role));
    const full = [...setup.roles.keys()].filter((index) => setup.roles[index]?.isFull);
    const every = Math.max(1, Math.floor(full.length / VIEWERS));
    this.#viewers = new Set(full.filter((_, rank) => rank % every === 0 && rank / every < VIEWERS));
  }

  get size(): number {
    return this.#bots.length;
  }

  get isCutOff(): boolean {
    return this.#bots.some((bot) => !bot.hasLeft) && !this.#bots.some((bot) => bot.isJoined);
  }

  get joined(): number {
    return this.#count((bot) => bot.isJoined);
  }

  get everJoined(): number {
    return this.#count((bot) => bot.wasJoined);
  }

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

  get wanted(): number {
    return this.#count((bot) => !bot.hasLeft);
  }

  get yetToCome(): number {
    return this.#members.length - this.#bots.length;
  }

  get hasArrived(): boolean {
    return (
      this.#bots.length >= this.#attendance.first &&
      this.#bots.every((bot) => bot.isJoined || bot.isRefused || bot.isAway)
    );
  }

  get isSettled(): boolean {
    return this.#bots.every((bot) => bot.isSettled || !bot.isJoined);
  }

  /** One bot's turn. */
  visit(index: number, dueMs: number): void {
    const bot = this.#bots[index];
    if (bot === undefined) return;
    const visits = (this.#visits[index] ?? 0) + 1;
    this.#visits[index] = visits;
    bot.drive(dueMs, visits % UPDATE_VISITS === 0);
    if (!bot.isFull) return;
    const isViewer = this.#viewers.has(this.#members[index] as number);
    if (visits % VIEW_VISITS === 0 && isViewer) bot.view(visits % REPORT_VISITS === 0);
    if (visits % SAMPLE_VISITS === 0) this.#setup.oracle.sample(bot.participant);
  }

  look(nowMs: number): void {
    this.#setup.oracle.look();
    if (this.#phase === 'joining') this.#connectDue(nowMs - this.#phaseAtMs);
    if (this.#phase === 'measuring') this.#comeAndGo(nowMs - this.#phaseAtMs);
    if (this.#phase === 'finishing') {
      const share = Math.min(1, (nowMs - this.#phaseAtMs) / STAND_MS);
      for (const bot of this.#bots.slice(0, Math.ceil(share * this.#bots.length))) bot.stand();
    }
  }

  enter(phase: Phase, atMs: number): void {
    this.#phase = phase;
    this.#phaseAtMs = atMs;
    // Who is not in the world by now is not waited for.
    if (phase === 'settling') for (const bot of this.#bots) if (!bot.wasJoined) bot.leave();
    if (phase === 'departing') for (const bot of this.#leaving()) bot.leave();
  }

  async begin(judge: () => void): Promise<void> {
    const readMeter = meterGenerator();
    const before = this.#traffic;
    this.#measured = () => ({
      traffic: sinceThen(this.#traffic, before),
      loads: [{ ...readMeter(), judges: true }],
    });
    judge();
  }

  async finish(judge: () => void): Promise<Measured> {
    judge();
    if (this.#measured === undefined) throw new Error('The measured part ends without having begun.');
    return this.#measured();
  }

  async openWindow(judge: () => void): Promise<void> {
    judge();
  }

  async closeWindow(judge: () => void): Promise<void> {
    judge();
    for (const bot of this.#bots) bot.windowClosed();
  }

  async compare(judge: () => void): Promise<void> {
    judge();
  }

  async partings(): Promise<readonly Parting[]> {
    return this.#bots
      .filter(({ closings }) => closings.length > 0)
      .map(({ wasJoined, closings }) => ({ wasJoined, closings }));
  }

  openMeter(): IntervalMeter {
    return new IntervalMeter(this.#setup.monotonic);
  }

  async end(): Promise<void> {
    for (const bot of this.#bots) bot.leave();
  }

  /** Connects those who are there from the beginning and due `elapsedMs` after the first one of all. */
  #connectDue(elapsedMs: number): void {
    const due = 1 + Math.floor((elapsedMs / 1000) * this.#setup.options.rampPerSecond);
    const { first } = this.#attendance;
    this.#connectWhile((index) => index < due && this.#bots.length < first);
  }

  /** `elapsedMs` into the measured part: connects those who come, and lets those leave who go. */
  #comeAndGo(elapsedMs: number): void {
    // Who was to be there before and never got round to connecting does not hold up anybody, nor come late.
    if (this.#bots.length >= this.#attendance.first) {
      const come = this.#attendance.comeBy(elapsedMs);
      this.#connectWhile(() => this.#bots.length < come);
    }
    for (const rank of this.#attendance.goBy(elapsedMs, this.#bots.length)) this.#bots[rank]?.leave();
  }

  #connectWhile(isDue: (index: number) => boolean): void {
    for (let burst = 0; burst < MAX_BURST; burst++) {
      const index = this.#members[this.#bots.length];
      if (index === undefined || !isDue(index)) return;
      // Staggered, so that not all pictures are looked at in the same round.
      this.#visits.push(this.#bots.length);
      const bot = this.#open(index);
      this.#bots.push(bot);
      bot.connect();
    }
  }

  #open(index: number): Bot {
    const { options, roles, openSpawn, oracle, monotonic, openSocket, openLightSocket } = this.#setup;
    const role = roles[index] as Role;
    return new Bot({
      name: `bot-${index + 1}`,
      look: index,
      urls: new UrlRotation(options.urls, role.node),
      role,
      openSpawn,
      oracle,
      sampler: this.#sampler,
      monotonic,
      openSocket,
      openLightSocket,
      openTerrain: this.#openTerrain,
    });
  }

  /** Evenly among all who stay to the end, so that they are the same over how many processes they are spread. */
  #leaving(): Bot[] {
    const staying = [...this.#setup.roles.entries()].filter(([, { goesAtMs }]) => goesAtMs === undefined);
    const { length } = staying;
    const count = Math.max(0, Math.min(Math.ceil(length * LEAVING_SHARE), length - 1));
    const leaving = new Set(Array.from({ length: count }, (_, i) => staying[Math.floor((i * length) / count)]?.[0]));
    return this.#bots.filter((_, rank) => leaving.has(this.#members[rank]));
  }

  /** What has been received and sent so far, by all together. */
  get #traffic(): TrafficCounters {
    const sum: Record<keyof TrafficCounters, number> = { ...NO_TRAFFIC };
    for (const { counters } of this.#bots) {
      sum.framesIn += counters.framesIn;
      sum.bytesIn += counters.bytesIn;
      sum.messagesOut += counters.messagesOut;
      sum.bytesOut += counters.bytesOut;
    }
    return sum;
  }

  #count(test: (bot: Bot) => boolean): number {
    let count = 0;
    for (const bot of this.#bots) if (test(bot)) count++;
    return count;
  }
}

const sinceThen = (now: TrafficCounters, then: TrafficCounters): TrafficCounters => ({
  framesIn: now.framesIn - then.framesIn,
  bytesIn: now.bytesIn - then.bytesIn,
  messagesOut: now.messagesOut - then.messagesOut,
  bytesOut: now.bytesOut - then.bytesOut,
});
