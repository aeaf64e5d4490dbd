import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULTS } from '../../../client/bots/options.ts';
import { gathered, type Tile } from '../../../client/bots/place.ts';
import { createRandom } from '../../../client/bots/random.ts';
import { CLOSE } from '../../../shared/closing.ts';
import { type Arrivals, type Drained, type Endings, RIGHT_AFTER_MS } from './orders.ts';
import { PacedClient } from './paced-client.ts';
import { peopleSeen, SeenByFrame } from './people-seen.ts';

/** So many join at a time, every so many ms: all within half a second, so that they fall behind together. */
const JOIN_AT_ONCE = 6;
const JOIN_EVERY_MS = 50;
const JOIN_MS = 5000;
const LOOK_EVERY_MS = 20;
/** The places of the crowd are spread over so much of a screen, see population.ts of the bots. */
const CROWD_SHARE = 1 / 4;
/** Whoever reads everything sees all squares that the others see. */
const WIDER = 2;
/** The last part of the time within which pictures have to be right, in ms: of some frame in it they are. */
const LAST_MS = 1000;
/** Of a frame that is older than the witness's last by more, in ticks, nothing follows for the present. */
const RECENT_TICKS = 20;
const CUT = 1006;

/** One who was slow, since they read everything. */
interface Draining {
  readonly client: PacedClient;
  readonly seen: SeenByFrame;
  readonly disagreementsBefore: number;
  firstRightMs: number | undefined;
  lastRightMs: number;
}

/** Slow clients in the midst of a crowd, and one besides who reads everything and knows what there is to see. */
export class SlowCrowd {
  readonly #monotonic: () => number;
  #slow: PacedClient[] = [];
  #others: PacedClient[] = [];
  #witness: PacedClient | undefined;
  #witnessed = new SeenByFrame();
  #witnessedFrame = 0;
  #draining = new Map<PacedClient, Draining>();
  #endings: { slow: number; cut: number; others: string[] } = { slow: 0, cut: 0, others: [] };
  #untilMs = Number.POSITIVE_INFINITY;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** To be called often. */
  drive(): void {
    const nowMs = this.#monotonic();
    if (nowMs > this.#untilMs) this.leave();
    for (const client of this.#everybody) client.drive(nowMs);
  }

  /** Rejects when not all of them get in. */
  async join({ url, slow, bytesPerSecond, frozen, mostSeconds }: Arrivals): Promise<null> {
    this.#untilMs = this.#monotonic() + mostSeconds * 1000;
    const { width, height } = DEFAULTS.screen;
    const places = gathered(slow + frozen, width * CROWD_SHARE, height * CROWD_SHARE, createRandom(slow));
    const come = (name: string, at: Tile, pace: number, wider = 1): PacedClient =>
      new PacedClient({
        url: new URL(url),
        name,
        at,
        screen: { width: width * wider, height: height * wider },
        bytesPerSecond: pace,
        monotonic: this.#monotonic,
        framed: (client, frame) => this.#framed(client, frame),
        ended: (code, reason) => this.#ended(code, reason),
      });
    this.#witness = come('Witness', { tileX: 0, tileY: 0 }, Number.POSITIVE_INFINITY, WIDER);
    for (const [i, place] of places.entries()) {
      if (i % JOIN_AT_ONCE === 0) await pause(JOIN_EVERY_MS);
      if (i < slow) this.#slow.push(come(`Slow ${i + 1}`, place, bytesPerSecond));
      else this.#others.push(come(`Frozen ${i + 1 - slow}`, place, 0));
    }
    const deadline = this.#monotonic() + JOIN_MS;
    while (this.#everybody.some(({ hasJoined }) => !hasJoined)) {
      if (this.#monotonic() > deadline) throw new Error(`After ${JOIN_MS} ms not all of the slow clients had joined.`);
      await pause(LOOK_EVERY_MS);
    }
    return null;
  }

  async drain(): Promise<Drained> {
    const begunMs = this.#monotonic();
    const draining = this.#slow.filter((_, i) => i % 2 === 0);
    for (const client of draining) {
      this.#draining.set(client, {
        client,
        seen: new SeenByFrame(),
        disagreementsBefore: client.disagreements,
        firstRightMs: undefined,
        lastRightMs: Number.NEGATIVE_INFINITY,
      });
      client.drain(begunMs);
    }
    await pause(RIGHT_AFTER_MS);
    const drained = [...this.#draining.values()];
    const isRight = ({ lastRightMs }: Draining): boolean => lastRightMs >= begunMs + RIGHT_AFTER_MS - LAST_MS;
    const firsts = drained.flatMap(({ firstRightMs }) => (firstRightMs === undefined ? [] : [firstRightMs - begunMs]));
    this.#draining = new Map();
    return {
      clients: drained.length,
      wrong: drained.filter((one) => !isRight(one)).length,
      disagreements: drained.reduce(
        (sum, { client, disagreementsBefore }) => sum + client.disagreements - disagreementsBefore,
        0,
      ),
      seconds: Math.max(0, ...firsts) / 1000,
    };
  }

  slacken(): null {
    for (const client of this.#slow) client.slacken(this.#monotonic());
    return null;
  }

  leave(): Endings {
    for (const client of this.#everybody) client.leave();
    const endings = this.#endings;
    this.#slow = [];
    this.#others = [];
    this.#witness = undefined;
    this.#witnessed = new SeenByFrame();
    this.#draining.clear();
    this.#endings = { slow: 0, cut: 0, others: [] };
    this.#untilMs = Number.POSITIVE_INFINITY;
    return endings;
  }

  get #everybody(): PacedClient[] {
    return [...(this.#witness === undefined ? [] : [this.#witness]), ...this.#slow, ...this.#others];
  }

  #framed(client: PacedClient, frame: number): void {
    if (client === this.#witness) {
      this.#witnessed.note(frame, peopleSeen(client.replica));
      this.#witnessedFrame = frame;
    } else this.#draining.get(client)?.seen.note(frame, peopleSeen(client.replica));
    for (const draining of this.#draining.values()) {
      for (const { frame: compared, isSame } of draining.seen.compareWith(this.#witnessed)) {
        if (!isSame || compared < this.#witnessedFrame - RECENT_TICKS) continue;
        draining.lastRightMs = this.#monotonic();
        draining.firstRightMs ??= draining.lastRightMs;
      }
    }
  }

  #ended(code: number, reason: string): void {
    if (code === CLOSE.slow.code) this.#endings.slow++;
    else if (code === CUT) this.#endings.cut++;
    else this.#endings.others.push(`${code} ${reason}`);
  }
}
