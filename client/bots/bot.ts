import type { Monotonic } from '../../shared/clock.ts';
import { LOOKS, UNITS_PER_TILE } from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';
import { Client, type ClientOptions } from '../core/client.ts';
import type { SocketFactory } from '../core/connection.ts';
import { type Behaviour, createBehaviour, tileAtBorder } from './behaviour.ts';
import { Doings } from './doings.ts';
import type { Oracle } from './oracle.ts';
import type { Participant } from './participant.ts';
import { middleOf, type Tile, tileAt } from './place.ts';
import type { Role } from './population.ts';
import { Trek } from './trek.ts';
import type { UrlRotation } from './url-rotation.ts';

export interface BotSetup {
  readonly name: string;
  readonly look: number;
  /** Its own server's first, then where to go when that does not answer. */
  readonly urls: UrlRotation;
  readonly role: Role;
  readonly screen: { readonly width: number; readonly height: number };
  /** Whether it may appear at its place, or has to walk there. */
  readonly openSpawn: boolean;
  readonly oracle: Oracle;
  readonly monotonic: Monotonic;
  readonly openSocket: SocketFactory;
  readonly openTerrain: NonNullable<ClientOptions['openTerrain']>;
}

/** How a connection ended that the bot had not closed itself. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** What a connection is closed with that ended without a word. */
export const ABNORMAL = 1006;

/** What a bot is about. */
type Errand =
  | { readonly kind: 'trek'; readonly trek: Trek }
  | { readonly kind: 'roam'; readonly behaviour: Behaviour; turnAtMs: number | undefined }
  | { readonly kind: 'stand' };

/** After a turn, what is shown of oneself is blended for four ticks and so not quite where one is, in ms. */
const BLENDED_MS = 250;
/** Closings remembered of one bot; reconnecting in vain says the same thing again and again. */
const MAX_CLOSINGS = 4;
/** The first turns are spread over the mean time between two, in ms. */
const STAGGER_MS = 1000;

/** One simulated player: a client, what it does, and its reports to the oracle. Has no timer of its own. */
export class Bot {
  readonly participant: Participant;
  readonly closings: Closing[] = [];
  readonly #setup: BotSetup;
  readonly #client: Client;
  readonly #doings: Doings;
  #errand: Errand;
  #wasJoined = false;
  #wasDropped = false;
  #wasDroppedInFault = false;
  #isRefused = false;
  #hasLeft = false;
  #gaveUp = false;
  /** `inputsSent` when the present session began, and as far as the oracle was told. */
  #inputsBefore = 0;
  #inputsTold = 0;
  #inputAtMs = 0;
  #frameAtMs: number | undefined;

  constructor(setup: BotSetup) {
    const { name, look, urls, role, screen, openSpawn, oracle, monotonic, openSocket, openTerrain } = setup;
    this.#setup = setup;
    const { things } = oracle;
    this.participant = oracle.add(
      { name, behaviour: role.behaviour, node: urls.url, screen },
      {
        squares: () => this.#client.squares,
        tilesOf: (sx, sy) => this.#client.ground?.tilesOf(sx, sy) ?? new Map(),
        log: () => this.#client.chat.entries,
      },
    );
    this.#errand = openSpawn ? this.#roamAround(role.home) : this.#trekHome();
    const participant = this.participant;
    this.#client = new Client({
      url: () => urls.url,
      name,
      look: look % LOOKS,
      screen,
      at: openSpawn ? [role.place.tileX, role.place.tileY] : null,
      monotonic,
      random: role.random,
      openSocket,
      openTerrain,
      observer: {
        joined: ({ id, generation }) => {
          // A server that does not know it any more takes it for somebody new, who appears where everybody does.
          const isSomebodyNew = this.#wasJoined && id !== participant.id;
          if (isSomebodyNew && this.#errand.kind !== 'stand') this.#errand = this.#trekHome();
          this.#wasJoined = true;
          urls.succeeded();
          this.#inputsBefore = this.#client.counters.inputsSent;
          this.#inputsTold = this.#inputsBefore;
          this.#frameAtMs = undefined;
          this.#doings.joined();
          oracle.joined(participant, id, generation, urls.url);
        },
        closed: (code, reason) => this.#closed({ code, reason }),
        frame: () => this.#framed(),
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
      },
    });
    this.#doings = new Doings(this.#client, participant, things, role);
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
    return this.#errand.kind !== 'trek';
  }

  /** Whether it did not get to its place, and stays where it got to. */
  get hasGivenUp(): boolean {
    return this.#gaveUp;
  }

  get bytes(): { readonly in: number; readonly out: number } {
    return { in: this.#client.counters.bytesIn, out: this.#client.counters.bytesOut };
  }

  connect(): void {
    this.#client.connect();
  }

  /** A look at the way, every 50 ms or so; with `isUpdated` also the client's heartbeat and reconnection. */
  drive(nowMs: number, isUpdated: boolean): void {
    const { oracle } = this.#setup;
    if (isUpdated) {
      this.#client.update();
      this.#tellInputs(nowMs);
    }
    const place = this.#client.ownPosition();
    // Without a synchronised clock nothing can be sent and no time named.
    if (!this.isJoined || place === undefined || this.#client.pingMs === undefined) return;
    const isExact = nowMs - this.#inputAtMs > BLENDED_MS;
    oracle.position(this.participant, place.x, place.y, this.#client.worldMs(), isExact);
    if (this.#errand.kind === 'roam') this.#doings.act(place.x, place.y, nowMs);
    const heading = this.#steer(place.x, place.y, nowMs);
    if (heading === undefined) return;
    this.#client.walk(heading);
    this.#tellInputs(nowMs);
  }

  /** Plays everybody back as a screen would; with `isReported` the oracle hears where they were shown. */
  view(isReported: boolean): void {
    if (!this.isJoined) return;
    const { oracle } = this.#setup;
    const worldMs = this.#client.worldMs() - this.#client.playbackDelayMs;
    const ids = new Set<number>();
    for (const { id, x, y } of this.#client.people()) {
      if (ids.has(id)) oracle.duplicated(this.participant, id, 'shown twice');
      ids.add(id);
      if (isReported) oracle.played(this.participant, id, x, y, worldMs);
    }
    if (isReported) oracle.audit(this.participant, ids);
  }

  /** The fault window has closed: who is not back by now has been dropped. */
  windowClosed(): void {
    if (this.#wasJoined && !this.isJoined && !this.#hasLeft) this.#wasDropped = true;
  }

  /** Makes no more turns. */
  stand(): void {
    this.#errand = { kind: 'stand' };
  }

  /** Leaves the world. */
  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    if (this.participant.isPresent) this.#setup.oracle.left(this.participant);
    this.#client.close();
  }

  /** The heading to take, or undefined for no change. */
  #steer(x: number, y: number, nowMs: number): number | undefined {
    const errand = this.#errand;
    switch (errand.kind) {
      case 'stand':
        return STANDING;
      case 'trek': {
        const heading = errand.trek.heading(x, y, nowMs);
        if (errand.trek.state === 'walking') return heading;
        const { role } = this.#setup;
        this.#gaveUp = errand.trek.state === 'given up';
        if (!this.#gaveUp) this.#errand = this.#roamAround(role.home);
        else {
          const here = tileAt(x / UNITS_PER_TILE, y / UNITS_PER_TILE);
          this.#errand = this.#roamAround(role.behaviour === 'border' ? tileAtBorder(here, role.border) : here);
        }
        return heading;
      }
      case 'roam': {
        errand.turnAtMs ??= nowMs + this.#setup.role.random() * STAGGER_MS;
        if (nowMs < errand.turnAtMs) return undefined;
        const { heading, forMs } = this.#doings.gemTurn(x, y) ?? errand.behaviour.turn(x, y);
        // From when it was due, so that being looked at late does not make turns rarer; but never a burst of them.
        errand.turnAtMs = Math.max(errand.turnAtMs + forMs, nowMs);
        return heading;
      }
    }
  }

  #trekHome(): Errand {
    const { place, random } = this.#setup.role;
    return { kind: 'trek', trek: new Trek(middleOf(place), random) };
  }

  #roamAround(home: Tile): Errand {
    const { behaviour, border, random } = this.#setup.role;
    return { kind: 'roam', behaviour: createBehaviour(behaviour, home, border, random), turnAtMs: undefined };
  }

  /** An input goes out with `walk` or with an `update` after it; the client's count says when. */
  #tellInputs(nowMs: number): void {
    const { inputsSent } = this.#client.counters;
    for (; this.#inputsTold < inputsSent; this.#inputsTold++) {
      this.#inputAtMs = nowMs;
      this.#setup.oracle.sent(this.participant, this.#inputsTold + 1 - this.#inputsBefore);
    }
  }

  #framed(): void {
    this.#setup.oracle.things.framed(this.participant);
    const nowMs = this.#setup.monotonic();
    if (this.#frameAtMs !== undefined) this.#setup.oracle.frameGap(nowMs - this.#frameAtMs);
    this.#frameAtMs = nowMs;
  }

  #closed(closing: Closing): void {
    if (this.closings.length < MAX_CLOSINGS) this.closings.push(closing);
    if (!this.#wasJoined && closing.code !== ABNORMAL) {
      this.#isRefused = true;
      this.leave();
    }
    const { oracle, urls } = this.#setup;
    if (!this.participant.isPresent) {
      urls.failed();
      return;
    }
    if (oracle.window.isOpen) this.#wasDroppedInFault = true;
    else this.#wasDropped = true;
    oracle.left(this.participant, closing.code === ABNORMAL);
  }
}
