import type { Monotonic } from '../../shared/clock.ts';
import { CLOSE } from '../../shared/closing.ts';
import { LOOKS } from '../../shared/constants.ts';
import type { Welcome } from '../../shared/protocol.ts';
import { Client, type ClientOptions } from '../core/client.ts';
import type { SocketFactory } from '../core/connection.ts';
import { LinkConditioner, type LinkConditions } from '../core/link-conditioner.ts';
import { Comings } from './comings.ts';
import { Doings } from './doings.ts';
import { hopTimesOf } from './hop-times.ts';
import { LightClient } from './light-client.ts';
import type { LightSocketFactory } from './light-socket.ts';
import type { OracleInput } from './oracle-input.ts';
import type { Participant } from './participant.ts';
import { printOf } from './picture.ts';
import type { Role } from './population.ts';
import { slowSockets } from './slow-socket.ts';
import { Steering } from './steering.ts';
import type { TraceSampler } from './trace-sampler.ts';
import type { UrlRotation } from './url-rotation.ts';
import type { TrafficCounters, WalkingClient } from './walking-client.ts';

export interface BotSetup {
  readonly name: string;
  readonly look: number;
  /** Its own server's first, then where to go when that does not answer. */
  readonly urls: UrlRotation;
  readonly role: Role;
  /** Whether it may appear at its place, or has to walk there. */
  readonly openSpawn: boolean;
  readonly oracle: OracleInput;
  readonly sampler: TraceSampler;
  readonly monotonic: Monotonic;
  readonly openSocket: SocketFactory;
  readonly openLightSocket: LightSocketFactory;
  readonly openTerrain: NonNullable<ClientOptions['openTerrain']>;
}

/** How a connection ended that the bot had not closed itself. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** What a connection is closed with that ended without a word. */
export const ABNORMAL = 1006;

/** What somebody with the full picture has besides. */
interface FullClient {
  readonly client: Client;
  readonly doings: Doings;
}

/** The line of a phone: as a mobile network is on the way, with the time that a lost packet takes to come again. */
const PHONE_LINE: LinkConditions = {
  latencyMs: 150,
  jitterMs: 60,
  stallMs: 500,
  stallsPerMinute: 3,
  bytesPerSecond: 0,
};
/** What those who are slow take in, per second. */
const SLOW_BYTES = 500;
const NO_TRAFFIC: TrafficCounters = { framesIn: 0, bytesIn: 0, messagesOut: 0, bytesOut: 0 };

/** After a turn, what is shown of oneself is blended for four ticks and so not quite where one is, in ms. */
const BLENDED_MS = 250;
/** Closings remembered of one bot; reconnecting in vain says the same thing again and again. */
const MAX_CLOSINGS = 4;

/** One simulated player: a client, what it does, and its reports to the oracle. Has no timer of its own. */
export class Bot {
  readonly participant: Participant;
  readonly closings: Closing[] = [];
  readonly #setup: BotSetup;
  /** The one that it walks by: of somebody with the full picture the same as `#full`. Another one for each coming. */
  #client: WalkingClient;
  #full: FullClient | undefined;
  readonly #steering: Steering;
  /** Of somebody who leaves and comes back. */
  readonly #comings: Comings | undefined;
  /** What its former clients have counted. */
  #formerly = NO_TRAFFIC;
  #token: string | null = null;
  #wasJoined = false;
  #wasDropped = false;
  #wasDroppedInFault = false;
  #isRefused = false;
  #hasLeft = false;
  /** `inputsSent` when the present session began, and as far as the oracle was told. */
  #inputsBefore = 0;
  #inputsTold = 0;
  #inputAtMs = 0;
  #frameAtMs: number | undefined;
  /** When it went over to another server, as long as it is not there. */
  #movedAtMs: number | undefined;

  constructor(setup: BotSetup) {
    const { name, urls, role, openSpawn, oracle } = setup;
    const { behaviour, screen } = role;
    this.#setup = setup;
    this.#steering = new Steering(role, openSpawn);
    if (behaviour === 'churn' || behaviour === 'slow') this.#comings = new Comings(role.whims, behaviour === 'slow');
    const participant = { name, behaviour, group: role.group, node: urls.url, screen };
    if (role.isFull) {
      this.participant = oracle.add(participant, {
        squares: () => this.#full?.client.squares ?? new Map(),
        printOf: (sx, sy) => printOf(this.#full?.client.ground?.tilesOf(sx, sy) ?? new Map()),
        log: () => this.#full?.client.chat.entries ?? [],
      });
    } else this.participant = oracle.addMover(participant);
    this.#client = this.#open();
  }

  /** A client for the next coming. */
  #open(): WalkingClient {
    const { role, oracle } = this.#setup;
    if (!role.isFull) return this.#openLight();
    const client = this.#openFull();
    this.#full = { client, doings: new Doings(client, this.participant, oracle.things, role) };
    return client;
  }

  #openFull(): Client {
    const { oracle, urls, role } = this.#setup;
    const { participant } = this;
    const { things } = oracle;
    const client = new Client({
      ...this.#whoAndWhere,
      url: () => urls.url,
      random: role.random,
      openSocket: this.#line(),
      observer: {
        joined: (welcome) => this.#joined(welcome),
        closed: (code, reason) => this.#closed({ code, reason }),
        frame: (_tick, bytes) => {
          things.framed(participant);
          oracle.framed(bytes);
          this.#framed();
        },
        entered: (id, generation, rev) => oracle.entered(participant, id, generation, rev),
        moved: (id, generation, rev) => oracle.moved(participant, id, generation, rev),
        left: (id) => oracle.vanished(participant, id),
        duplicated: (id) => oracle.duplicated(participant, id, 'told again what had been told'),
        diverged: (sx, sy) => oracle.diverged(participant, sx, sy),
        acknowledged: (n, rev, motion) => oracle.acknowledged(participant, n, rev, motion),
        corrected: () => oracle.corrected(),
        done: (n, revision) => things.done(participant, n, revision),
        refused: (n, sentence) => things.refused(participant, n, sentence),
        pictured: (sx, sy, revision) => things.pictured(participant, sx, sy, revision),
        edited: (sx, sy, edits) => things.edited(participant, sx, sy, edits),
        lines: (sx, sy, lines, isHistory) => things.heard(participant, sx, sy, lines, isHistory),
        claimed: (claim) => things.claimed(participant, claim),
        scored: (score) => things.scored(participant, score),
        traced: (traced, atMs) => {
          // One's own input comes back with everything else about the square.
          if (traced.player !== participant.id) oracle.traced(traced.arrivedMs !== null, hopTimesOf(traced, atMs));
        },
      },
    });
    client.watchTraces(this.#setup.sampler.isOn);
    return client;
  }

  #line(): SocketFactory {
    const { role, openSocket, monotonic } = this.#setup;
    if (role.behaviour !== 'phones') return openSocket;
    const line = new LinkConditioner({
      monotonic,
      random: role.whims,
      later: (ms, run) => void setTimeout(run, ms),
    });
    line.set(PHONE_LINE);
    return line.wrap(openSocket);
  }

  #openLight(): LightClient {
    const { oracle, urls, openLightSocket } = this.#setup;
    const { participant } = this;
    return new LightClient({
      ...this.#whoAndWhere,
      url: urls.url,
      openSocket: this.#isSlow ? slowSockets(openLightSocket, SLOW_BYTES) : openLightSocket,
      observer: {
        joined: (welcome) => this.#joined(welcome),
        closed: (code, reason) => this.#closed({ code, reason }),
        frame: (bytes) => oracle.framed(bytes),
        acknowledged: (n, rev, motion) => {
          if (!this.#isSlow) oracle.acknowledged(participant, n, rev, motion);
        },
        corrected: () => {
          if (!this.#isSlow) oracle.corrected();
        },
      },
    });
  }

  get #whoAndWhere() {
    const { name, look, role, openSpawn, monotonic, openTerrain } = this.#setup;
    const at = openSpawn ? ([role.place.tileX, role.place.tileY] as const) : null;
    return { name, look: look % LOOKS, screen: role.screen, at, token: this.#token, monotonic, openTerrain };
  }

  /** What they did is long past when they hear of it, so nothing is expected of it. */
  get #isSlow(): boolean {
    return this.#setup.role.behaviour === 'slow';
  }

  /** Whether it sees what it is told, and is judged by it. */
  get isFull(): boolean {
    return this.#full !== undefined;
  }

  get isJoined(): boolean {
    return this.#client.state.phase === 'joined';
  }

  get wasJoined(): boolean {
    return this.#wasJoined;
  }

  /** Whether it lost its connection after having joined: outside the fault window, or in it and for longer. */
  get wasDropped(): boolean {
    return this.#wasDropped;
  }

  /** Whether it lost its connection in the fault window. */
  get wasDroppedInFault(): boolean {
    return this.#wasDroppedInFault;
  }

  /** Whether the server turned it away. It does not try again; a connection that just failed is tried again. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Whether it is where it belongs, or has given up getting there. */
  get isSettled(): boolean {
    return this.#steering.isSettled;
  }

  /** Whether it did not get to its place, and stays where it got to. */
  get hasGivenUp(): boolean {
    return this.#steering.hasGivenUp;
  }

  /** Whether it has left for good. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** Whether it has left and means to come back. */
  get isAway(): boolean {
    return this.#comings?.isAway === true;
  }

  get counters(): TrafficCounters {
    return sumOf(this.#formerly, this.#client.counters);
  }

  connect(): void {
    this.#client.connect();
  }

  /**
   * A look at the way, every 50 ms or so; with `isUpdated` also the client's heartbeat and reconnection. In between
   * nobody has to know where a light one is.
   */
  drive(nowMs: number, isUpdated: boolean): void {
    if (this.#comings !== undefined) this.#comeAndGo(this.#comings, nowMs);
    const client = this.#client;
    const full = this.#full;
    if (isUpdated) {
      client.update();
      this.#tellInputs(nowMs);
      // Whoever tests a server's load does not wait in line at it: it is full.
      if (client.state.phase === 'queued' && !this.#wasJoined) {
        const { code, sentence } = CLOSE.full;
        this.#closed({ code, reason: sentence });
        return;
      }
    } else if (full === undefined && !this.#steering.isTurnDue(nowMs)) return;
    // Without a synchronised clock nothing can be sent and no time named.
    if (!this.isJoined || client.pingMs === undefined) return;
    const place = client.ownPosition();
    if (place === undefined) return;
    const isExact = nowMs - this.#inputAtMs > BLENDED_MS;
    this.#setup.oracle.position(this.participant, place.x, place.y, client.worldMs(), isExact);
    if (this.#steering.isRoaming) full?.doings.act(place.x, place.y, nowMs);
    const heading = this.#steering.heading(place.x, place.y, nowMs, (x, y) => full?.doings.gemTurn(x, y));
    if (heading === undefined) return;
    const trace = full === undefined ? undefined : this.#setup.sampler.next(nowMs);
    if (trace !== undefined) full?.client.trace(trace);
    client.walk(heading);
    this.#tellInputs(nowMs);
  }

  /** Plays everybody back as a screen would; with `isReported` the oracle hears where they were shown. */
  view(isReported: boolean): void {
    if (this.#full === undefined || !this.isJoined) return;
    const { oracle } = this.#setup;
    const { client } = this.#full;
    const worldMs = client.worldMs();
    const shownMs = worldMs - client.playbackDelayMs;
    const ids = new Set<number>();
    for (const { id, x, y } of client.peopleShown()) {
      if (ids.has(id)) oracle.duplicated(this.participant, id, 'shown twice');
      ids.add(id);
      if (isReported) oracle.played(this.participant, id, x, y, shownMs, worldMs);
    }
    if (isReported) oracle.audit(this.participant, ids);
  }

  /** The fault window has closed: who is not back by now has been dropped. */
  windowClosed(): void {
    if (this.#wasJoined && !this.isJoined && !this.#hasLeft && !this.isAway) this.#wasDropped = true;
  }

  /** Makes no more turns. */
  stand(): void {
    this.#steering.stand();
  }

  /** Leaves the world. */
  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    if (this.participant.isPresent) this.#setup.oracle.left(this.participant);
    this.#setup.oracle.away(this.participant);
    this.#client.close();
  }

  /** Leaves and comes back when it is time, until it is told to stand. */
  #comeAndGo(comings: Comings, nowMs: number): void {
    const isRoaming = this.isJoined && this.#steering.isRoaming;
    if (this.#hasLeft || this.#steering.isStanding || !(isRoaming || comings.isAway)) return;
    const due = comings.due(nowMs);
    if (due === 'leave') {
      if (this.participant.isPresent) this.#setup.oracle.left(this.participant);
      this.#setup.oracle.away(this.participant);
      this.#client.close();
    } else if (due === 'return') {
      if (comings.isSomebodyNew()) this.#token = null;
      this.#formerly = this.counters;
      this.#inputsTold = 0;
      this.#client = this.#open();
      this.#client.connect();
    }
  }

  /** An input goes out with `walk` or with an `update` after it; the client's count says when. */
  #tellInputs(nowMs: number): void {
    const { inputsSent } = this.#client.counters;
    for (; this.#inputsTold < inputsSent; this.#inputsTold++) {
      this.#inputAtMs = nowMs;
      if (!this.#isSlow) this.#setup.oracle.sent(this.participant, this.#inputsTold + 1 - this.#inputsBefore, nowMs);
    }
  }

  #joined({ id, generation, token }: Welcome): void {
    this.#token = token;
    const { participant } = this;
    const { oracle, urls, monotonic } = this.#setup;
    // A server that does not know it any more takes it for somebody new, who appears where everybody does.
    if (this.#wasJoined && id !== participant.id) this.#steering.restart();
    this.#wasJoined = true;
    urls.succeeded();
    if (this.#movedAtMs !== undefined) oracle.handedOver(monotonic() - this.#movedAtMs);
    this.#movedAtMs = undefined;
    this.#inputsBefore = this.#client.counters.inputsSent;
    this.#inputsTold = this.#inputsBefore;
    this.#frameAtMs = undefined;
    this.#full?.doings.joined();
    oracle.joined(participant, id, generation, urls.url);
  }

  #framed(): void {
    const { oracle, monotonic } = this.#setup;
    const nowMs = monotonic();
    if (this.#frameAtMs !== undefined) oracle.frameGap(nowMs - this.#frameAtMs);
    this.#frameAtMs = nowMs;
  }

  #closed(closing: Closing): void {
    if (this.closings.length < MAX_CLOSINGS) this.closings.push(closing);
    const { oracle, urls, monotonic } = this.#setup;
    // A light one has one connection, so one that just failed is as good as refused. Both ask a busy server again.
    const isMoved = closing.code === CLOSE.draining.code;
    const isExpected =
      closing.code === CLOSE.busy.code || isMoved || (this.#isSlow && closing.code === CLOSE.slow.code);
    // Whoever comes while something is broken comes again, as those do who were in the world.
    const isTriedAgain = this.isFull && (closing.code === ABNORMAL || oracle.window.isOpen);
    if (!this.#wasJoined && !isExpected && !isTriedAgain) {
      this.#isRefused = true;
      this.leave();
    }
    if (isMoved) urls.next();
    else {
      if (this.#comings !== undefined) {
        // Whoever comes and goes comes back later, as whoever is slow does, who is sent away by rule: by a client of its
        // own. This one would come back by itself beside it, as the same player.
        this.#comings.sentAway(monotonic());
        this.#client.close();
      }
      if (!this.participant.isPresent) urls.failed();
    }
    if (!this.participant.isPresent) return;
    if (isMoved) {
      this.#movedAtMs = monotonic();
      // Others see them stand until they come in anew.
      oracle.left(this.participant, true);
      return;
    }
    if (this.#isSlow && closing.code === CLOSE.slow.code) {
      // The server keeps them for a while, as everybody who did not say that they leave.
      oracle.left(this.participant, true);
      oracle.away(this.participant);
      return;
    }
    if (oracle.window.isOpen) this.#wasDroppedInFault = true;
    else this.#wasDropped = true;
    oracle.left(this.participant, closing.code === ABNORMAL);
  }
}

const sumOf = (a: TrafficCounters, b: TrafficCounters): TrafficCounters => ({
  framesIn: a.framesIn + b.framesIn,
  bytesIn: a.bytesIn + b.bytesIn,
  messagesOut: a.messagesOut + b.messagesOut,
  bytesOut: a.bytesOut + b.bytesOut,
});
