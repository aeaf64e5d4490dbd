import { describe, expect, it } from 'vitest';
import { TICK_MS, UNITS_PER_TILE } from '../../shared/constants.ts';
import { advance, type Motion } from '../../shared/motion.ts';
import { TruePath } from '../bench/motion/true-path.ts';
import { ScriptedServer } from '../helpers/scripted-server.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { motions, snapshot } from '../helpers/told.ts';
import { free } from '../helpers/walls.ts';

const STEP_MS = 25;
const PEOPLE = 30;
/** Each way, in ms: as long as it takes and as much as it differs. */
const LEAST_MS = 30;
const JITTER_MS = 20;

interface Walking {
  readonly path: TruePath;
  motion: Motion;
  rev: number;
  turnsAtTick: number;
  /** What has arrived at the server and has not been told: the last of it, as a server tells it. */
  news: Motion | undefined;
}

/** How far off people were shown in a stretch of time, in tiles, and how they were. */
interface Stretch {
  readonly p99: number;
  /** Shown time may slow down and hurry: how fast it ran at its slowest and at its quickest, against world time. */
  readonly slowest: number;
  readonly quickest: number;
  readonly delayMs: number;
}

/** People who turn once a second or so, a server that tells of it in the rhythm of the moment, and one who looks on. */
class Meadow {
  readonly server = new ScriptedServer();
  readonly #random = seededRandom(6);
  readonly #people: readonly Walking[];
  /** What is under way, either way, in order. */
  readonly #toServer: { readonly atMs: number; readonly run: () => void }[] = [];
  readonly #toClient: { readonly atMs: number; readonly run: () => void }[] = [];
  #everyMs: number;
  #flushAtMs = 0;
  /** The world time that is shown. */
  #shownMs: number;

  constructor(flushMs: number) {
    this.#everyMs = flushMs;
    this.server.client.connect();
    this.server.welcome({ flushMs });
    const { tick } = this.server;
    this.#people = Array.from({ length: PEOPLE }, (_, index) => {
      const motion = { tick, x: index * 256, y: 4096, heading: Math.floor(this.#random() * 256) };
      const path = new TruePath(free);
      path.add(motion);
      return { path, motion, rev: 1, turnsAtTick: tick + index, news: undefined };
    });
    this.server.frame(
      snapshot(
        0,
        0,
        this.#people.map(({ motion: { x, y, heading } }, id) => ({ id: 100 + id, rev: 1, dx: x, dy: y, heading })),
      ),
    );
    this.#shownMs = this.server.worldMs - this.server.client.playbackDelayMs;
    this.#look([]);
  }

  /** The server tells news this seldom from its next frame on, and says so with that unless it keeps it to itself. */
  pace(everyMs: number, isTold = true): void {
    this.#everyMs = everyMs;
    if (isTold) this.#under(this.#toClient, () => this.server.frame({ type: 'pace', nearMs: 100, farMs: everyMs }));
  }

  /** Time passes, and everybody is looked at in it. */
  watch(ms: number): Stretch {
    const errors: number[] = [];
    const speeds: number[] = [];
    this.server.pass(ms, STEP_MS, () => {
      this.#live();
      const before = this.#shownMs;
      this.#look(errors);
      speeds.push((this.#shownMs - before) / STEP_MS);
    });
    errors.sort((a, b) => a - b);
    return {
      p99: errors[Math.floor(errors.length * 0.99)] as number,
      slowest: Math.min(...speeds),
      quickest: Math.max(...speeds),
      delayMs: this.server.client.playbackDelayMs,
    };
  }

  #live(): void {
    const { nowMs, worldMs } = this.server;
    if (worldMs % TICK_MS === 0) for (const walking of this.#people) this.#walk(walking);
    this.#deliver(this.#toServer);
    if (nowMs >= this.#flushAtMs) {
      this.#flushAtMs = nowMs + this.#everyMs;
      this.#flush();
    }
    this.#deliver(this.#toClient);
  }

  #walk(walking: Walking): void {
    const { tick } = this.server;
    if (tick < walking.turnsAtTick) return;
    walking.turnsAtTick = tick + 12 + Math.floor(this.#random() * 17);
    const motion = { ...advance(walking.motion, tick, free), heading: Math.floor(this.#random() * 256) };
    walking.motion = motion;
    walking.path.add(motion);
    this.#under(this.#toServer, () => {
      walking.news = motion;
    });
  }

  #flush(): void {
    const { tick } = this.server;
    const told = this.#people.flatMap((walking, id) => {
      if (walking.news === undefined) return [];
      const { x, y, heading, tick: turnedAt } = walking.news;
      walking.news = undefined;
      walking.rev++;
      return [{ id: 100 + id, rev: walking.rev, dx: x, dy: y, heading, ago: tick - turnedAt }];
    });
    if (told.length > 0) this.#under(this.#toClient, () => this.server.send({ type: 'frame', tick }, motions(...told)));
  }

  #look(errors: number[]): void {
    const { client, worldMs } = this.server;
    this.#shownMs = worldMs - client.playbackDelayMs;
    for (const { id, x, y } of client.people()) {
      const truth = this.#people[id - 100]?.path.at(this.#shownMs);
      if (truth !== undefined) errors.push(Math.hypot(x - truth.x, y - truth.y) / UNITS_PER_TILE);
    }
  }

  #under(lane: { atMs: number; run: () => void }[], run: () => void): void {
    const atMs = this.server.nowMs + LEAST_MS + this.#random() * JITTER_MS;
    lane.push({ atMs: Math.max(atMs, lane.at(-1)?.atMs ?? 0), run });
  }

  #deliver(lane: { readonly atMs: number; readonly run: () => void }[]): void {
    for (let next = lane[0]; next !== undefined && next.atMs <= this.server.nowMs; next = lane[0]) {
      lane.shift();
      next.run();
    }
  }
}

describe('the rhythm of news', () => {
  // Without late news nobody is shown wrong at all.
  const NOTHING = 0.01;

  it('may become four times as slow and quick again: others are shown where they were all the while (O1, M3, P-PACE-1)', () => {
    const meadow = new Meadow(100);
    const usual = meadow.watch(8000);
    expect(usual.p99).toBeLessThan(NOTHING);
    for (const everyMs of [200, 400]) {
      meadow.pace(everyMs);
      const [soon, later] = [meadow.watch(1000), meadow.watch(8000)];
      // In the first second after the step to 400 ms measured: 0.21 tiles. Without the word of the server: 0.63.
      expect(soon.p99).toBeLessThan(0.3);
      expect(soon.slowest).toBeCloseTo(0.85, 9);
      expect(later.p99).toBeLessThan(NOTHING);
      expect(later.delayMs).toBeGreaterThan(usual.delayMs + everyMs - 100 - 50);
      expect(later.delayMs).toBeLessThan(everyMs + 250);
    }
    for (const everyMs of [200, 100]) {
      meadow.pace(everyMs);
      const back = meadow.watch(14_000);
      expect(back.p99).toBeLessThan(NOTHING);
      expect(back.slowest).toBe(1);
      expect(back.quickest).toBeLessThan(1.05 + 1e-9);
      expect(Math.abs(back.delayMs - usual.delayMs - everyMs + 100)).toBeLessThan(50);
    }
  });

  it('shows people wrong where the server keeps it to itself', () => {
    const meadow = new Meadow(100);
    meadow.watch(5000);
    meadow.pace(400, false);
    expect(meadow.watch(1000).p99).toBeGreaterThan(0.3);
    expect(meadow.watch(8000).p99).toBeGreaterThan(0.3);
  });

  it('may be a slower one from the first moment, as of a server started with it', () => {
    for (const flushMs of [200, 400]) {
      const meadow = new Meadow(flushMs);
      const { p99, slowest, quickest } = meadow.watch(8000);
      expect(p99).toBeLessThan(NOTHING);
      expect(slowest).toBeGreaterThan(0.95 - 1e-9);
      expect(quickest).toBeLessThan(1.05 + 1e-9);
    }
  });
});
