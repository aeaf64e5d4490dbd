import type { Alive, Pong } from '../../shared/protocol.ts';
import type { SyncedClock } from '../../shared/synced-clock.ts';

/** With nothing else to say, a client is heard this often, in ms. */
const ALIVE_MS = 1000;
/**
 * Whoever has got so many bytes says so sooner, at most so often, in ms: a server that hears nothing of more than four
 * times as much takes the client for one who falls behind (O2).
 */
const HEARD_BYTES = 16 << 10;
const HEARD_MS = 100;
/** Between two questions for the time: a few quick ones first, then steadily, in ms. */
const QUICK_PING_MS = 250;
const QUICK_PINGS = 4;
const PING_MS = 5000;
/** The same while somebody watches the round trip. A client is heard this often anyway: all it costs is the answers. */
const WATCHED_PING_MS = ALIVE_MS;
/** Questions whose answers are still awaited; the oldest is given up beyond that. */
const MAX_AWAITED = 8;

/** When to tell the server that one is alive, and when to ask it for the time. */
export class Heartbeat {
  /** Whether somebody watches the round trip. */
  isWatched = false;
  readonly #clock: SyncedClock;
  /** Local times of the questions, by nonce. */
  readonly #awaited = new Map<number, number>();
  #nonce = 0;
  #askedAt = 0;
  #numberedAt = 0;
  /** Bytes that have come since. */
  #heardBytes = 0;
  #lookedAt = 0;
  /** When to say how far one has come after having been away; undefined when that is said as usual. */
  #backAt: number | undefined;

  constructor(clock: SyncedClock) {
    this.#clock = clock;
  }

  /** Begins anew, with the first question. */
  restart(now: number): Alive {
    this.#awaited.clear();
    this.#nonce = 0;
    this.#lookedAt = now;
    this.#backAt = undefined;
    return this.#ask(now, 0);
  }

  /** Something that carries the number of the last frame has just been sent. */
  numbered(now: number): void {
    this.#numberedAt = now;
    this.#heardBytes = 0;
  }

  /** A frame has been taken in. */
  heard(bytes: number): void {
    this.#heardBytes += bytes;
  }

  /** What is to be said now; `frame` is the number of the last frame. */
  due(now: number, frame: number): Alive | undefined {
    // The frames that wait for whoever was away have yet to be taken in: what is said now is not news for long, and the
    // server holds things back until it knows (O2).
    if (now - this.#lookedAt >= ALIVE_MS) this.#backAt = now + HEARD_MS;
    this.#lookedAt = now;
    const steadily = this.isWatched ? WATCHED_PING_MS : PING_MS;
    const pingEvery = this.#nonce < QUICK_PINGS ? QUICK_PING_MS : steadily;
    if (now - this.#askedAt >= pingEvery) return this.#ask(now, frame);
    const aliveEvery = this.#heardBytes >= HEARD_BYTES ? HEARD_MS : ALIVE_MS;
    const isBack = this.#backAt !== undefined && now >= this.#backAt;
    if (isBack) this.#backAt = undefined;
    if (isBack || now - this.#numberedAt >= aliveEvery) return { type: 'alive', frame, nonce: null };
    return undefined;
  }

  /** Takes in an answer: the clock learns from it. */
  answered({ nonce, receivedMs, sentMs }: Pong): void {
    const askedAt = this.#awaited.get(nonce);
    this.#awaited.delete(nonce);
    if (askedAt !== undefined) this.#clock.learn(askedAt, receivedMs, sentMs);
  }

  #ask(now: number, frame: number): Alive {
    this.#nonce++;
    this.#askedAt = now;
    this.#awaited.set(this.#nonce, now);
    for (const nonce of this.#awaited.keys()) if (this.#awaited.size > MAX_AWAITED) this.#awaited.delete(nonce);
    return { type: 'alive', frame, nonce: this.#nonce };
  }
}
