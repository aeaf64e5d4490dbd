import type { Monotonic } from '../../shared/clock.ts';
import { CHECK_TICKS, TICK_MS } from '../../shared/constants.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { BUDGETS } from './budgets.ts';
import { Driver } from './driver.ts';
import { STAND_MS } from './fleet.ts';
import { fleetFor, type KnownWorld } from './fleet-for.ts';
import type { PointsOf } from './gem-watch.ts';
import { machineClock } from './machine-clock.ts';
import { MergedClock } from './merged-clock.ts';
import type { BotsOptions } from './options.ts';
import { Oracle } from './oracle.ts';
import type { Players } from './players.ts';
import { pointsBy } from './points.ts';
import { probe } from './probe.ts';
import type { Phase, Progress } from './progress.ts';
import type { Report } from './report.ts';
import { requestsOf, writeReport } from './report-writer.ts';
import { Sampler } from './sampler.ts';
import { playersAt, playersAtFirst, stirAt } from './scenario.ts';
import { ServerWatch } from './server-watch.ts';
import { openSocket } from './socket.ts';
import { SpreadFleet } from './spread-fleet.ts';

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
  /** Asks the servers for their metrics every other second. Costs them a little, so a benchmark does without. */
  readonly asksServers?: boolean;
}

/** How long the last ones to connect may take to join, in ms. */
const JOIN_MS = 15_000;
/** The longest walk to the places that is waited for, in ms. */
const SETTLE_MS = 180_000;
/** So long everybody is in place before anything is measured, in ms: until they are mandatory to one another. */
const CALM_MS = BUDGETS.mandatoryAfterMs + 500;
/** With nobody connected for so long a run is over, in ms. */
const ABANDONED_MS = 5000;
/** So long the last updates are waited for at the end, while all come to a stand, in ms. */
const GRACE_MS = STAND_MS + BUDGETS.missedAfterMs + 500;
/** Some then leave, while the others watch whether they vanish, until every checksum has come once more: so long, in ms. */
const LEAVING_MS = BUDGETS.goneAfterMs + CHECK_TICKS * TICK_MS;
const PROGRESS_MS = 500;

/**
 * Runs bots against a server and reports how it did. Besides the measured seconds it takes as long as it takes to
 * connect, to walk to the places, and to wait for what is still on its way.
 * @throws Unreachable when the server cannot be reached or lets nobody in
 * @throws SpreadFailure when one of several processes cannot go on
 */
export async function runBots(options: BotsOptions, hooks: BotsHooks = {}): Promise<Report> {
  const monotonic = machineClock();
  const welcomes = await Promise.all(options.urls.map((url) => probe(url, monotonic, openSocket)));
  const { terrain, seed, gems } = welcomes[0] as (typeof welcomes)[number];
  const world = { terrain, seed, openSpawn: welcomes.every((welcome) => welcome.openSpawn) };
  const pointsOf = pointsBy(createTerrain(terrain, seed), gems);
  const { oracle, players } = playersFor(options, world, pointsOf, monotonic);
  const run = new Run(options, hooks, oracle, players, monotonic);
  try {
    return await Promise.race([run.whole(), players.failure]);
  } finally {
    await run.end();
  }
}

function playersFor(
  options: BotsOptions,
  world: KnownWorld,
  pointsOf: PointsOf,
  monotonic: Monotonic,
): { readonly oracle: Oracle; readonly players: Players } {
  if (options.processes > 1) {
    const clock = new MergedClock(monotonic());
    const oracle = new Oracle(clock.monotonic, BUDGETS, pointsOf);
    return { oracle, players: new SpreadFleet({ options, world, oracle, clock, monotonic }) };
  }
  const oracle = new Oracle(monotonic, BUDGETS, pointsOf);
  return { oracle, players: fleetFor(options, { index: 0, count: 1 }, world, oracle, monotonic) };
}

/** One run's phases, one after the other. */
class Run {
  readonly #options: BotsOptions;
  readonly #hooks: BotsHooks;
  readonly #oracle: Oracle;
  readonly #players: Players;
  readonly #monotonic: Monotonic;
  readonly #driver: Driver;
  readonly #servers: ServerWatch | undefined;
  #sampler: Sampler | undefined;
  #phase: Phase = 'joining';
  /** When the present phase began, in monotonic ms. */
  #phaseAtMs: number;
  /** When somebody was last connected, or nobody had to be, in monotonic ms. */
  #connectedAtMs: number;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  /** How many are to be in the world by now. */
  #asked: number;

  constructor(options: BotsOptions, hooks: BotsHooks, oracle: Oracle, players: Players, monotonic: Monotonic) {
    this.#options = options;
    this.#hooks = hooks;
    this.#oracle = oracle;
    this.#players = players;
    this.#monotonic = monotonic;
    this.#phaseAtMs = monotonic();
    this.#connectedAtMs = this.#phaseAtMs;
    this.#asked = playersAtFirst(options);
    this.#servers = hooks.asksServers === true ? new ServerWatch(options.urls, monotonic) : undefined;
    this.#driver = new Driver(
      monotonic,
      (index, dueMs) => players.visit(index, dueMs),
      (nowMs) => this.#each(nowMs),
    );
  }

  async whole(): Promise<Report> {
    const joiningMs = (this.#asked / this.#options.rampPerSecond) * 1000 + JOIN_MS;
    const players = this.#players;
    const oracle = this.#oracle;
    const driver = this.#driver;

    // A failure ends the wait.
    if (!players.isReady) await driver.until(() => this.#isOver || players.isReady, Number.POSITIVE_INFINITY);
    this.#enter('joining');
    await driver.until(() => this.#isOver || players.hasArrived, joiningMs);

    this.#enter('settling');
    await driver.until(() => this.#isOver || players.isSettled, SETTLE_MS);
    // What a server uses is known from the second answer on.
    this.#servers?.start();
    await driver.until(() => this.#isOver, CALM_MS);

    this.#enter('measuring');
    const sampler = this.#startSampler();
    await players.begin(() => oracle.begin());
    await this.#measure();
    const endedMs = this.#monotonic();
    const measuredSeconds = (endedMs - this.#phaseAtMs) / 1000;
    this.#sampler = undefined;
    const { traffic, loads } = await players.finish(() => {
      oracle.finish();
      sampler.end(endedMs);
    });
    this.#servers?.stop();
    const ending = this.#isAborted ? 'interrupted' : this.#isAbandoned ? 'abandoned' : 'complete';

    this.#enter('finishing');
    await driver.until(() => this.#isAtRest, GRACE_MS);
    // Those who leave take along what is on its way to them, so inputs are counted before.
    oracle.loseInputs();
    oracle.things.loseRequests();
    const inputs = { ...oracle.tally.inputs };
    const requests = requestsOf(oracle.things);
    if (!this.#isAbandoned) await players.compare(() => oracle.things.compare());

    this.#enter('departing');
    await driver.until(() => this.#isAbandoned, LEAVING_MS);

    return writeReport({
      options: this.#options,
      ending,
      seconds: measuredSeconds,
      players,
      partings: await players.partings(),
      tally: oracle.tally,
      things: oracle.things,
      window: oracle.window,
      inputs,
      requests,
      traffic,
      loads,
      timeline: sampler.finish(),
      silent: this.#servers?.silent,
    });
  }

  #startSampler(): Sampler {
    const sampler = new Sampler(
      {
        interval: this.#oracle.tally.interval,
        meter: this.#players.openMeter(),
        players: () => this.#players.joined,
        server: () => this.#servers?.load ?? null,
      },
      this.#phaseAtMs,
    );
    this.#sampler = sampler;
    return sampler;
  }

  /** The measured part, with the fault window that is asked for. */
  async #measure(): Promise<void> {
    const { seconds, faults } = this.#options;
    if (faults !== undefined) {
      await this.#untilSecond(faults.fromSeconds);
      if (!this.#isOver) {
        await this.#players.openWindow(() => this.#oracle.openWindow());
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

  async #closeWindow(): Promise<void> {
    await this.#players.closeWindow(() => this.#oracle.closeWindow());
    this.#hooks.onHealed?.();
    this.#tell();
  }

  /** Closes everything, whatever came of it. */
  async end(): Promise<void> {
    this.#driver.stop();
    this.#servers?.stop();
    await this.#players.end();
  }

  get #isAborted(): boolean {
    return this.#hooks.signal?.aborted === true;
  }

  /** Whether everybody has been without a connection for a while, though some were in the world and had to be. */
  get #isAbandoned(): boolean {
    return this.#monotonic() - this.#connectedAtMs > ABANDONED_MS && this.#players.everJoined > 0;
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

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#phaseAtMs = this.#monotonic();
    this.#players.enter(phase, this.#phaseAtMs);
    this.#hooks.onPhase?.(phase);
    this.#tell();
  }

  /** Every few ms, before a slice of the bots has its turn. */
  #each(nowMs: number): void {
    const players = this.#players;
    players.look(nowMs);
    this.#sampler?.look(nowMs);
    this.#driver.size = players.size;
    if (this.#oracle.window.isOpen || !players.isCutOff) this.#connectedAtMs = nowMs;
    if (nowMs - this.#toldAtMs >= PROGRESS_MS) this.#tell();
  }

  #tell(): void {
    const { onProgress } = this.#hooks;
    if (onProgress === undefined) return;
    this.#toldAtMs = this.#monotonic();
    const { tally } = this.#oracle;
    const latency = tally.latency();
    const { scenario, seconds, faults } = this.#options;
    const elapsedSeconds = this.#phase === 'measuring' ? (this.#toldAtMs - this.#phaseAtMs) / 1000 : 0;
    if (this.#phase === 'measuring') this.#asked = playersAt(this.#options, elapsedSeconds);
    onProgress({
      phase: this.#phase,
      asked: this.#asked,
      joined: this.#players.joined,
      settled: this.#players.settled,
      elapsedSeconds,
      seconds,
      faults,
      stir: scenario !== undefined && this.#phase === 'measuring' ? stirAt(scenario, elapsedSeconds) : '',
      seen: tally.updates.seen,
      late: tally.updates.late,
      errors:
        tally.updates.missed +
        tally.updates.ghosts +
        tally.updates.duplicated +
        tally.updates.misplaced +
        tally.divergences +
        this.#oracle.things.errors +
        this.#players.dropped,
      p99Ms: latency.count === 0 ? undefined : latency.at(99),
    });
  }
}
