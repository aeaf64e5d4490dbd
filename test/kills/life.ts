import { setTimeout as pause } from 'node:timers/promises';
import { TILES_PER_SQUARE } from '../../shared/constants.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { until } from '../helpers/until.ts';
import { audit, type Verdict } from './audit.ts';
import { pictureFaults } from './picture-audit.ts';
import { Resident } from './resident.ts';
import type { Counts, RoundReport } from './round-report.ts';
import type { Scene, Victim } from './scenes.ts';
import { readWorld } from './stored-world.ts';
import { Witness } from './witness.ts';

/** The seed of the terrain by default; the gems follow from it. */
const SEED = 7;
const DRIVE_MS = 50;
const KILL_AFTER_MS = [1000, 4000] as const;
/** How long Redis is away while the server goes on, and how long everybody is busy after that, in ms. */
const OUTAGE_MS = [200, 1200] as const;
const AFTER_OUTAGE_MS = 600;
/** Requests are answered within this, also when the store is away, in ms. */
const ANSWER_MS = 10_000;
/** What is read beside a running server may be ahead of it for a moment; what is wrong for longer is wrong. In ms. */
const PATIENCE_MS = 10_000;
/** A place is saved every eight seconds, and once one has left. In ms, and in tiles that a look may be off. */
const PLACE_AGE_MS = 9000;
const PLACE_TILES = 2;
/** Residents live in pairs, two squares apart, from this square on. */
const FIRST_SQUARE = 6;
const SQUARES_APART = 2;

/** A world, its residents, and rounds of their lives that end with a kill. */
export class Life {
  readonly #scene: Scene;
  readonly #victim: Victim;
  readonly #random: () => number;
  readonly #terrain = createTerrain('flat', SEED);
  readonly #witness = new Witness();
  readonly #residents: readonly Resident[];
  readonly #timer: NodeJS.Timeout;
  #isBusy = false;
  #survivors: ReadonlySet<string> = new Set();

  constructor(scene: Scene, victim: Victim, count: number, seed: number) {
    this.#scene = scene;
    this.#victim = victim;
    this.#random = seededRandom(seed);
    const witness = this.#witness;
    const terrain = this.#terrain;
    this.#residents = Array.from({ length: count }, (_, number) => {
      return new Resident({ number, witness, terrain, random: seededRandom(seed * 1000 + number) });
    });
    this.#timer = setInterval(() => this.#drive(), DRIVE_MS);
  }

  /** Settles everybody at home: whoever has been somewhere comes back there. */
  async begin(): Promise<void> {
    const perRow = Math.ceil(Math.sqrt(this.#residents.length / 2));
    await this.#all((resident) => {
      const pair = Math.floor(resident.number / 2);
      const home = (along: number): number => (FIRST_SQUARE + SQUARES_APART * along + 0.5) * TILES_PER_SQUARE;
      const at = [home(pair % perRow) + (resident.number % 2) * 2, home(Math.floor(pair / perRow))] as const;
      return resident.join(this.#scene.url, at);
    });
    for (const resident of this.#residents) resident.leave();
    await until('all places were saved', async () => {
      const { people } = await readWorld(this.#scene.place);
      return this.#residents.every(({ id }) => people.get(id)?.place !== undefined);
    });
    await this.#all((resident) => resident.join(this.#scene.url));
  }

  end(): void {
    clearInterval(this.#timer);
    for (const resident of this.#residents) resident.leave();
  }

  async round(round: number): Promise<RoundReport> {
    const before = this.#acknowledged();
    const unansweredBefore = this.#unanswered();
    const beganMs = performance.now();
    for (const resident of this.#residents) resident.wake(beganMs);
    this.#isBusy = true;
    await pause(this.#between(...KILL_AFTER_MS));
    const killedMs = performance.now();
    const restartMs = await (this.#victim.serverLives ? this.#killStore() : this.#killServer());
    this.#isBusy = false;
    const acknowledged = lessCounts(this.#acknowledged(), before);
    const unanswered = this.#unanswered() - unansweredBefore;
    const trails = new Map(this.#residents.map((resident) => [resident, resident.trail]));
    for (const resident of this.#residents) resident.leave();
    const leftMs = this.#victim.serverLives ? performance.now() : killedMs;
    const comingMs = performance.now();
    await this.#all((resident) => resident.join(this.#scene.url));
    const backMs = performance.now() - comingMs;
    const strays = this.#residents.filter((resident) => !isNear(resident, trails.get(resident) ?? [], leftMs));
    const { verdict, misshown } = await this.#judge();
    const fresh = [...verdict.survivors].filter((survivor) => !this.#survivors.has(survivor));
    this.#survivors = verdict.survivors;
    return {
      victim: this.#victim.name,
      round,
      killedAfterMs: Math.round(killedMs - beganMs),
      acknowledged,
      unanswered,
      survived: fresh.length,
      lost: [...verdict.lost, ...strays.map(({ id }) => `player ${id} came back to a place of long ago`)],
      half: verdict.half,
      misshown,
      restartMs: Math.round(restartMs),
      backMs: Math.round(backMs),
    };
  }

  /** Everybody is thrown out. @returns how long the restart took, in ms */
  async #killServer(): Promise<number> {
    await this.#scene.kill();
    await until('everybody knew', () => this.#residents.every(({ isJoined }) => !isJoined));
    const startMs = performance.now();
    await this.#scene.restart();
    return performance.now() - startMs;
  }

  /** Everybody stays, and goes on while nothing can be kept and after that. @returns as above */
  async #killStore(): Promise<number> {
    await this.#scene.kill();
    await pause(this.#between(...OUTAGE_MS));
    const startMs = performance.now();
    await this.#scene.restart();
    const restartMs = performance.now() - startMs;
    await pause(AFTER_OUTAGE_MS);
    this.#isBusy = false;
    for (const resident of this.#residents) resident.stand();
    const isAnswered = (): boolean => this.#residents.every(({ waiting }) => waiting === 0);
    await until('everybody had an answer', isAnswered, ANSWER_MS);
    return restartMs;
  }

  /** What is there now; those who have just come in may still claim what they stand on. */
  async #judge(): Promise<{ readonly verdict: Verdict; readonly misshown: readonly string[] }> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const stored = await readWorld(this.#scene.place);
      const verdict = audit(this.#witness, stored, this.#terrain);
      const misshown = this.#residents.flatMap((resident) => pictureFaults(resident, stored, this.#terrain));
      const isClean = verdict.lost.length + verdict.half.length + misshown.length === 0;
      if (isClean || performance.now() > deadline) return { verdict, misshown };
      await pause(DRIVE_MS);
    }
  }

  #drive(): void {
    const nowMs = performance.now();
    for (const resident of this.#residents) resident.drive(nowMs, this.#isBusy);
  }

  async #all(act: (resident: Resident) => Promise<void>): Promise<void> {
    await Promise.all(this.#residents.map(act));
  }

  #acknowledged(): Counts {
    const { edits, lines, profiles, toldClaims } = this.#witness;
    const done = (all: Iterable<{ readonly outcome: string }>): number =>
      [...all].filter(({ outcome }) => outcome === 'done').length;
    return { edits: done(edits), lines: done(lines.values()), claims: toldClaims.size, profiles: done(profiles) };
  }

  #unanswered(): number {
    const { edits, lines, profiles } = this.#witness;
    return [...edits, ...lines.values(), ...profiles].filter(({ outcome }) => outcome === 'open').length;
  }

  #between(low: number, high: number): number {
    return low + this.#random() * (high - low);
  }
}

const lessCounts = (all: Counts, before: Counts): Counts => ({
  edits: all.edits - before.edits,
  lines: all.lines - before.lines,
  claims: all.claims - before.claims,
  profiles: all.profiles - before.profiles,
});

/** Whether somebody has come back to where they were not too long before they left. */
function isNear({ trail: [now] }: Resident, trail: Resident['trail'], leftMs: number): boolean {
  if (now === undefined) return true;
  return trail.some(
    ({ atMs, x, y }) => atMs >= leftMs - PLACE_AGE_MS && Math.hypot(x - now.x, y - now.y) <= PLACE_TILES,
  );
}
