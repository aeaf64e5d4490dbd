import { Distribution } from '../../../client/bots/histogram.ts';
import { createRandom, seedOf } from '../../../client/bots/random.ts';
import { LinkConditioner } from '../../../client/core/link-conditioner.ts';
import { TICK_MS, UNITS_PER_TILE } from '../../../shared/constants.ts';
import { SCREEN, Stage, type StageOptions, type Walker } from './stage.ts';
import { BEHIND_MS } from './textbook.ts';
import { type Places, TextbookViewer } from './textbook-viewer.ts';

/** After so long the truth is certain: inputs on their way, stalled or predicted anew, have arrived; in ms. */
const CERTAIN_MS = 2500;
/** Pictures are compared with the truth this often, in ms. */
const LOOK_MS = 100;
/** Time to get in over the worst of connections, in ms. */
const ENTER_MS = 15_000;

/** One way to show motion. */
export interface WayFigures {
  /** Distances between what was shown and the truth at that world time, in tiles. */
  readonly errors: Distribution;
  /** To each player. */
  readonly bytesPerSecond: number;
}

export interface ConditionFigures {
  readonly ours: WayFigures;
  readonly textbook: WayFigures;
  /** To each player, of a textbook server that tells only who is on the screen, or within a tile of it. */
  readonly textbookScreenBytesPerSecond: number;
  /** How far oneself was shown from where the server then said one was, in tiles. */
  readonly ownErrors: Distribution;
  /** Of one player. */
  readonly correctionsPerMinute: number;
  /** How far behind world time others were shown, in ms. */
  readonly delays: Distribution;
  readonly othersInPicture: number;
}

export interface ComparisonOptions extends StageOptions {
  /** Until the playback delay has found its length, in ms. */
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

/** What somebody saw, until the truth of it is certain. */
interface Claim {
  readonly of: Walker;
  readonly errors: Distribution;
  readonly worldMs: number;
  readonly x: number;
  readonly y: number;
}

/** Everybody walks for so long on such connections, and is shown in our way and in the textbook's. */
class Comparison {
  readonly ours = new Distribution();
  readonly own = new Distribution();
  readonly textbook = new Distribution();
  readonly delays = new Distribution();
  pictures = 0;
  othersSeen = 0;
  isMeasuring = false;
  readonly #stage: Stage;
  readonly #byId: ReadonlyMap<number, Walker>;
  readonly #viewers: readonly TextbookViewer[];
  readonly #textbookBehindMs: number;
  #claims: Claim[] = [];
  #nextLookMs: number;
  #nextTickMs: number;

  constructor(stage: Stage, { seed, conditions }: StageOptions) {
    this.#stage = stage;
    const { now, later } = stage.timeline;
    this.#byId = new Map(stage.walkers.map((walker) => [walker.client.own?.id ?? 0, walker]));
    this.#viewers = stage.walkers.map((_, index) => {
      const random = createRandom(seedOf(seed, -1 - index));
      const conditioner = new LinkConditioner({ monotonic: now, random, later });
      conditioner.set(conditions);
      return new TextbookViewer(conditioner);
    });
    // The textbook's world lies so far back that all is certain in it.
    this.#textbookBehindMs = CERTAIN_MS + conditions.latencyMs / 2 + BEHIND_MS;
    this.#nextLookMs = now();
    this.#nextTickMs = now();
  }

  get textbookBytes(): number {
    return this.#viewers.reduce((total, { bytes }) => total + bytes, 0);
  }

  get textbookScreenBytes(): number {
    return this.#viewers.reduce((total, { screenBytes }) => total + screenBytes, 0);
  }

  /** To be called at every step. */
  look(): void {
    const nowMs = this.#stage.timeline.now();
    const isLook = nowMs >= this.#nextLookMs;
    const isTick = nowMs >= this.#nextTickMs;
    if (!isLook && !isTick) return;
    const worldMs = this.#stage.worldMs;
    const tick = Math.floor((worldMs - CERTAIN_MS) / TICK_MS);
    const places: Places = isTick ? this.#placesAt(tick * TICK_MS) : new Map();
    const shownMs = worldMs - this.#textbookBehindMs;
    const truths = isLook ? this.#placesAt(shownMs) : new Map();
    this.#stage.walkers.forEach((walker, index) => {
      const seen = this.#see(walker, isLook && this.isMeasuring);
      const viewer = this.#viewers[index] as TextbookViewer;
      if (isTick) {
        viewer.tick(tick, seen, places);
        const own = places.get(walker.client.own?.id ?? 0);
        if (own !== undefined) viewer.count(tick, seen, places, own, SCREEN);
      }
      if (isLook && this.isMeasuring) viewer.compare(shownMs, seen, truths, this.textbook);
    });
    if (isTick) this.#nextTickMs += TICK_MS;
    if (!isLook) return;
    this.#nextLookMs += LOOK_MS;
    this.#settle();
  }

  #placesAt(worldMs: number): Places {
    const places = new Map<number, { x: number; y: number }>();
    for (const [id, { path }] of this.#byId) {
      const place = path.at(worldMs);
      if (place !== undefined) places.set(id, place);
    }
    return places;
  }

  #see(walker: Walker, isClaimed: boolean): ReadonlySet<number> {
    const { client } = walker;
    const seen = new Set<number>();
    const worldMs = client.worldMs();
    const shownMs = worldMs - client.playbackDelayMs;
    for (const { id, x, y } of client.people()) {
      const of = this.#byId.get(id);
      if (of === undefined) continue;
      seen.add(id);
      if (isClaimed) this.#claims.push({ of, errors: this.ours, worldMs: shownMs, x, y });
    }
    const own = isClaimed ? client.ownPosition() : undefined;
    if (own === undefined) return seen;
    this.#claims.push({ of: walker, errors: this.own, worldMs, x: own.x, y: own.y });
    // By the server's clock: the client's own word on how late it is could not be wrong.
    this.delays.record(this.#stage.worldMs - shownMs);
    this.pictures++;
    this.othersSeen += seen.size;
    return seen;
  }

  #settle(): void {
    const certainMs = this.#stage.worldMs - CERTAIN_MS;
    const waiting: Claim[] = [];
    for (const claim of this.#claims) {
      if (claim.worldMs > certainMs) {
        waiting.push(claim);
        continue;
      }
      const truth = claim.of.path.at(claim.worldMs);
      if (truth !== undefined) claim.errors.record(Math.hypot(claim.x - truth.x, claim.y - truth.y) / UNITS_PER_TILE);
    }
    this.#claims = waiting;
  }
}

/** @throws when nobody saw anybody, so that there is nothing to compare */
export async function compare(options: ComparisonOptions): Promise<ConditionFigures> {
  const stage = new Stage(options);
  await stage.enter(ENTER_MS);
  const comparison = new Comparison(stage, options);
  const look = (): void => comparison.look();
  const total = (figure: (walker: Walker) => number): number =>
    stage.walkers.reduce((sum, walker) => sum + figure(walker), 0);
  const bytes = (): number => total(({ client }) => client.counters.bytesIn);
  const corrections = (): number => total(({ client }) => client.counters.corrections);

  await stage.run(options.warmUpMs, look);
  comparison.isMeasuring = true;
  const before = {
    bytes: bytes(),
    corrections: corrections(),
    textbook: comparison.textbookBytes,
    screen: comparison.textbookScreenBytes,
  };
  await stage.run(options.measuredMs, look);
  const playerSeconds = stage.walkers.length * (options.measuredMs / 1000);
  const bytesPerSecond = (bytes() - before.bytes) / playerSeconds;
  const textbookBytesPerSecond = (comparison.textbookBytes - before.textbook) / playerSeconds;
  const textbookScreenBytesPerSecond = (comparison.textbookScreenBytes - before.screen) / playerSeconds;
  const correctionsPerMinute = ((corrections() - before.corrections) * 60) / playerSeconds;
  comparison.isMeasuring = false;
  // What was seen last is certain only now.
  await stage.run(CERTAIN_MS + LOOK_MS, look);

  const { ours, own, textbook, delays, pictures, othersSeen } = comparison;
  if (ours.count === 0 || own.count === 0 || textbook.count === 0) throw new Error('Nobody saw anybody.');
  return {
    ours: { errors: ours, bytesPerSecond },
    textbook: { errors: textbook, bytesPerSecond: textbookBytesPerSecond },
    textbookScreenBytesPerSecond,
    ownErrors: own,
    correctionsPerMinute,
    delays,
    othersInPicture: othersSeen / pictures,
  };
}
