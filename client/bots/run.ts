import type { Monotonic } from '../../shared/clock.ts';
import { CHECK_TICKS, TICK_MS } from '../../shared/constants.ts';
import { createTerrain } from '../../shared/terrain.ts';
import type { Bot } from './bot.ts';
import { BUDGETS } from './budgets.ts';
import { Driver } from './driver.ts';
import { Fleet } from './fleet.ts';
import { meterGenerator } from './generator-meter.ts';
import { lightSockets } from './light-socket.ts';
import type { BotsOptions } from './options.ts';
import { Oracle } from './oracle.ts';
import { pointsBy } from './points.ts';
import { populate } from './population.ts';
import { probe } from './probe.ts';
import type { Phase, Progress } from './progress.ts';
import type { Report } from './report.ts';
import { requestsOf, writeReport } from './report-writer.ts';
import { openSocket } from './socket.ts';

export interface BotsHooks {
  /** Ends the measured part early; the report comes all the same. */
  readonly signal?: AbortSignal;
  /** Called as each phase begins. */
  readonly onPhase?: (phase: Phase) => void;
  /** Called about twice a second. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called when the fault window opens: time to break something. Should it fail, the run fails. */
  readonly onFault?: () => void | Promise<void>;
  /** Called when the fault window closes: from now on everything has to be whole. */
  readonly onHealed?: () => void;
}

/** How long the last ones to connect may take to join, in ms. */
const JOIN_MS = 15_000;
/** The longest walk to the places that is waited for, in ms. */
const SETTLE_MS = 180_000;
/** So long everybody is in place before anything is measured, in ms: until they are mandatory to one another. */
const CALM_MS = BUDGETS.mandatoryAfterMs + 500;
/** With nobody connected for so long a run is over, in ms. */
const ABANDONED_MS = 5000;
/** Over this time, in ms, all of them come to a stand at the end … */
const STAND_MS = 1000;
/** … and so long the last updates are waited for. */
const GRACE_MS = STAND_MS + BUDGETS.missedAfterMs + 500;
/** This share then leaves, while the others watch whether they vanish … */
const LEAVING_SHARE = 1 / 10;
/** … for so long, in ms: until they ought to be gone and every checksum has come once more. */
const LEAVING_MS = BUDGETS.goneAfterMs + CHECK_TICKS * TICK_MS;
const PROGRESS_MS = 500;

/**
 * Runs bots against a server and reports how it did. Besides the measured seconds it takes as long as it takes to
 * connect, to walk to the places, and to wait for what is still on its way.
 * @throws Unreachable when the server cannot be reached or lets nobody in
 */
export async function runBots(options: BotsOptions, hooks: BotsHooks = {}): Promise<Report> {
  const monotonic: Monotonic = () => performance.now();
  const welcomes = await Promise.all(options.urls.map((url) => probe(url, monotonic, openSocket)));
  const openSpawn = welcomes.every((welcome) => welcome.openSpawn);
  const { terrain, seed, gems } = welcomes[0] as (typeof welcomes)[number];
  const ground = createTerrain(terrain, seed);
  const roles = populate(options, ground.blocked);
  const oracle = new Oracle(monotonic, BUDGETS, pointsBy(ground, gems));
  const openLightSocket = lightSockets(Math.random);
  const fleet = new Fleet({ options, roles, openSpawn, oracle, monotonic, openSocket, openLightSocket });
  const run = new Run(options, hooks, oracle, fleet, monotonic);
  try {
    return await run.whole();
  } finally {
    run.end();
  }
}

/** One run's phases, one after the other. */
class Run {
  readonly #options: BotsOptions;
  readonly #hooks: BotsHooks;
  readonly #oracle: Oracle;
  readonly #fleet: Fleet;
  readonly #monotonic: Monotonic;
  readonly #driver: Driver;
  #phase: Phase = 'joining';
  /** When the present phase began, in monotonic ms. */
  #phaseAtMs: number;
  /** When somebody was last connected, in monotonic ms. */
  #connectedAtMs: number;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: BotsOptions, hooks: BotsHooks, oracle: Oracle, fleet: Fleet, monotonic: Monotonic) {
    this.#options = options;
    this.#hooks = hooks;
    this.#oracle = oracle;
    this.#fleet = fleet;
    this.#monotonic = monotonic;
    this.#phaseAtMs = monotonic();
    this.#connectedAtMs = this.#phaseAtMs;
    this.#driver = new Driver(
      monotonic,
      (index, nowMs) => fleet.visit(index, nowMs),
      (nowMs) => this.#each(nowMs),
    );
  }

  async whole(): Promise<Report> {
    const { players, rampPerSecond } = this.#options;
    const fleet = this.#fleet;
    const driver = this.#driver;

    this.#enter('joining');
    await driver.until(() => this.#isOver || fleet.hasArrived, (players / rampPerSecond) * 1000 + JOIN_MS);

    // Who is not in the world by now is not waited for.
    for (const bot of fleet.bots) if (!bot.wasJoined) bot.leave();
    this.#enter('settling');
    await driver.until(() => this.#isOver || fleet.isSettled, SETTLE_MS);
    await driver.until(() => this.#isOver, CALM_MS);

    this.#enter('measuring');
    const readMeter = meterGenerator();
    const before = fleet.traffic;
    this.#oracle.begin();
    await this.#measure();
    this.#oracle.finish();
    const measuredSeconds = (this.#monotonic() - this.#phaseAtMs) / 1000;
    const generator = readMeter();
    const after = fleet.traffic;
    const ending = this.#isAborted ? 'interrupted' : this.#isAbandoned ? 'abandoned' : 'complete';

    this.#enter('finishing');
    await driver.until(() => this.#isAtRest, GRACE_MS);
    // Those who leave take along what is on its way to them, so inputs are counted before.
    this.#oracle.loseInputs();
    this.#oracle.things.loseRequests();
    const inputs = { ...this.#oracle.tally.inputs };
    const requests = requestsOf(this.#oracle.things);
    if (!this.#isAbandoned) this.#oracle.things.compare();

    this.#enter('departing');
    for (const bot of this.#leaving()) bot.leave();
    await driver.until(() => this.#isAbandoned, LEAVING_MS);

    return writeReport({
      options: this.#options,
      ending,
      seconds: measuredSeconds,
      fleet,
      tally: this.#oracle.tally,
      things: this.#oracle.things,
      window: this.#oracle.window,
      inputs,
      requests,
      traffic: {
        framesIn: after.framesIn - before.framesIn,
        bytesIn: after.bytesIn - before.bytesIn,
        messagesOut: after.messagesOut - before.messagesOut,
        bytesOut: after.bytesOut - before.bytesOut,
      },
      generator,
    });
  }

  /** The measured part, with the fault window that is asked for. */
  async #measure(): Promise<void> {
    const { seconds, faults } = this.#options;
    if (faults !== undefined) {
      await this.#untilSecond(faults.fromSeconds);
      if (!this.#isOver) {
        this.#oracle.openWindow();
        this.#tell();
        const isClosed = this.#untilSecond(faults.toSeconds).then(() => this.#closeWindow());
        await Promise.all([this.#hooks.onFault?.(), isClosed]);
      }
    }
    await this.#untilSecond(seconds);
  }

  async #untilSecond(second: number): Promise<void> {
    const atMs = this.#phaseAtMs + second * 1000;
    await this.#driver.until(() => this.#isOver, atMs - this.#monotonic());
  }

  #closeWindow(): void {
    this.#oracle.closeWindow();
    this.#fleet.windowClosed();
    this.#hooks.onHealed?.();
    this.#tell();
  }

  /** Closes everything, whatever came of it. */
  end(): void {
    this.#driver.stop();
    for (const bot of this.#fleet.bots) bot.leave();
  }

  get #isAborted(): boolean {
    return this.#hooks.signal?.aborted === true;
  }

  /** Whether everybody has been without a connection for a while, though some were in the world and had to be. */
  get #isAbandoned(): boolean {
    return this.#monotonic() - this.#connectedAtMs > ABANDONED_MS && this.#fleet.everJoined > 0;
  }

  get #isOver(): boolean {
    return this.#isAborted || this.#isAbandoned;
  }

  /** Whether nothing is on its way any more. */
  get #isAtRest(): boolean {
    const { sent, acknowledged } = this.#oracle.tally.inputs;
    const hasStood = this.#monotonic() - this.#phaseAtMs > STAND_MS + BUDGETS.sampleMs;
    return this.#isAbandoned || (hasStood && this.#oracle.outstanding === 0 && sent === acknowledged);
  }

  #leaving(): Bot[] {
    const { bots } = this.#fleet;
    const count = Math.min(Math.ceil(bots.length * LEAVING_SHARE), bots.length - 1);
    return Array.from({ length: count }, (_, i) => bots[Math.floor((i * bots.length) / count)] as Bot);
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#phaseAtMs = this.#monotonic();
    this.#hooks.onPhase?.(phase);
    this.#tell();
  }

  /** Every few ms, before a slice of the bots has its turn. */
  #each(nowMs: number): void {
    const fleet = this.#fleet;
    this.#oracle.look();
    if (this.#phase === 'joining') fleet.connectDue(nowMs - this.#phaseAtMs);
    if (this.#phase === 'finishing') {
      const share = Math.min(1, (nowMs - this.#phaseAtMs) / STAND_MS);
      for (const bot of fleet.bots.slice(0, Math.ceil(share * fleet.bots.length))) bot.stand();
    }
    this.#driver.size = fleet.bots.length;
    if (this.#oracle.window.isOpen || fleet.bots.some((bot) => bot.isJoined)) this.#connectedAtMs = nowMs;
    if (nowMs - this.#toldAtMs >= PROGRESS_MS) this.#tell();
  }

  #tell(): void {
    const { onProgress } = this.#hooks;
    if (onProgress === undefined) return;
    this.#toldAtMs = this.#monotonic();
    const { tally } = this.#oracle;
    const latency = tally.latency();
    onProgress({
      phase: this.#phase,
      asked: this.#options.players,
      joined: this.#fleet.joined,
      settled: this.#fleet.settled,
      elapsedSeconds: this.#phase === 'measuring' ? (this.#toldAtMs - this.#phaseAtMs) / 1000 : 0,
      seconds: this.#options.seconds,
      faults: this.#options.faults,
      seen: tally.updates.seen,
      late: tally.updates.late,
      errors:
        tally.updates.missed +
        tally.updates.ghosts +
        tally.updates.duplicated +
        tally.divergences +
        this.#oracle.things.errors +
        this.#fleet.dropped,
      p99Ms: latency.count === 0 ? undefined : latency.at(99),
    });
  }
}
