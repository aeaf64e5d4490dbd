import { openSocket } from '../../client/bots/socket.ts';
import { Client } from '../../client/core/client.ts';
import { LOOKS, TILES_PER_SQUARE, UNITS_PER_TILE } from '../../shared/constants.ts';
import { type SquareKey, squareKey, tileOf } from '../../shared/grid.ts';
import { headingTowards, STANDING } from '../../shared/motion.ts';
import type { Terrain } from '../../shared/terrain.ts';
import { BARE, TILE_KINDS, tileIndexOf } from '../../shared/tiles.ts';
import { until } from '../helpers/until.ts';
import type { Asked, Witness } from './witness.ts';

export interface ResidentSetup {
  /** From 0 on. */
  readonly number: number;
  readonly witness: Witness;
  /** That of the world, for all its residents. */
  readonly terrain: Terrain;
  readonly random: () => number;
}

/** Where somebody was, in tiles, and when. */
interface Step {
  readonly atMs: number;
  readonly x: number;
  readonly y: number;
}

const SCREEN = { width: 40, height: 24 } as const;
const JOIN_MS = 20_000;
/** Between two edits, two lines and two looks at the way, in ms: from and to. */
const EDIT_MS = [60, 260] as const;
const LINE_MS = [500, 1800] as const;
const TURN_MS = [150, 400] as const;
/** One's name is changed once in a life, at most this long after its beginning, in ms. */
const RENAME_MS = 3000;
/** Half of the edits are of tiles of this raster, which neighbours share. */
const SHARED_RASTER = 3;
const WALL_SHARE = 0.04;
const BARE_SHARE = 0.1;
/** Somebody who has not come further than this between two looks has a wall in the way, in tiles. */
const STUCK_TILES = 0.05;

const WALLS = TILE_KINDS.filter(({ group }) => group === 'wall');
const OPEN_KINDS = TILE_KINDS.filter(({ group }) => group !== 'wall');

export const nameOf = (number: number, version: number): string => `Resident ${number}-${version}`;
export const lookOf = (number: number, version: number): number => (number + version) % LOOKS;

/** A person who lives through every crash: one token, one client at a time, and a will to build, claim and talk. */
export class Resident {
  readonly number: number;
  /** As the server first said; 0 before that. */
  id = 0;
  token: string | null = null;
  /** Where this one was since the last coming, oldest first. */
  trail: Step[] = [];
  /** Ids of the lines of each square that the present session was told. */
  readonly heard = new Map<SquareKey, Set<number>>();
  readonly #witness: Witness;
  readonly #terrain: Terrain;
  readonly #random: () => number;
  #client: Client | undefined;
  /** The present session's requests that are not answered. */
  readonly #asked = new Map<number, Asked>();
  #lineCount = 0;
  #version = 0;
  #editAtMs = 0;
  #lineAtMs = 0;
  #turnAtMs = 0;
  #renameAtMs = Number.POSITIVE_INFINITY;

  constructor({ number, witness, terrain, random }: ResidentSetup) {
    this.number = number;
    this.#witness = witness;
    this.#terrain = terrain;
    this.#random = random;
  }

  get client(): Client {
    if (this.#client === undefined) throw new Error(`resident ${this.number} has no client`);
    return this.#client;
  }

  get isJoined(): boolean {
    return this.#client?.state.phase === 'joined';
  }

  /** Requests of the present session that wait for an answer. */
  get waiting(): number {
    return this.#asked.size;
  }

  /** Comes in, with the token once there is one; `at` goes before the place that belongs to it. */
  async join(url: string, at: readonly [number, number] | null = null): Promise<void> {
    const witness = this.#witness;
    const asked = this.#asked;
    asked.clear();
    this.heard.clear();
    const client = new Client({
      url,
      name: nameOf(this.number, 0),
      look: lookOf(this.number, 0),
      screen: SCREEN,
      at,
      token: this.token,
      monotonic: () => performance.now(),
      random: this.#random,
      openSocket,
      openTerrain: () => this.#terrain,
      observer: {
        done: (n, revision) => {
          const request = asked.get(n);
          asked.delete(n);
          if (request === undefined) witness.contradictions.push(`request ${n} was answered, and had not been asked`);
          else witness.done(request, revision);
        },
        refused: (n, sentence) => {
          if (n === 0) witness.beaten++;
          const request = asked.get(n);
          asked.delete(n);
          if (request !== undefined) witness.refused(request, sentence);
        },
        edited: (sx, sy, edits) => witness.edited(sx, sy, edits),
        lines: (sx, sy, lines) => {
          witness.heard(sx, sy, lines);
          const heard = this.heard.get(squareKey(sx, sy)) ?? new Set();
          for (const { id } of lines) heard.add(id);
          this.heard.set(squareKey(sx, sy), heard);
        },
        claimed: (claim) => witness.claimed(claim),
        scored: (score) => witness.scored(this.id, score),
        joined: (welcome) => {
          this.token = welcome.token;
          if (this.id === 0) this.id = welcome.id;
        },
      },
    });
    this.#client = client;
    client.connect();
    const isIn = (): boolean => client.ownPosition() !== undefined && client.pingMs !== undefined;
    await until(`resident ${this.number} was in`, isIn, JOIN_MS);
    const { own } = client;
    if (own?.id !== this.id) witness.contradictions.push(`resident ${this.id} came back as player ${own?.id}`);
    this.trail = [];
  }

  /** Leaves in good order; where the server is gone, gives up trying. */
  leave(): void {
    this.#client?.close();
    this.#client = undefined;
  }

  /** From now on there is something to do. */
  wake(nowMs: number): void {
    const random = this.#random;
    this.#editAtMs = nowMs + random() * EDIT_MS[1];
    this.#lineAtMs = nowMs + random() * LINE_MS[1];
    this.#turnAtMs = nowMs;
    this.#renameAtMs = nowMs + random() * RENAME_MS;
  }

  stand(): void {
    this.#client?.walk(STANDING);
  }

  /** Heartbeat and trail; with `isBusy` also builds, talks and walks. To be called every 50 ms or so. */
  drive(nowMs: number, isBusy: boolean): void {
    this.#client?.update();
    const place = this.isJoined ? this.client.ownPosition() : undefined;
    if (place === undefined) return;
    const step = { atMs: nowMs, x: place.x / UNITS_PER_TILE, y: place.y / UNITS_PER_TILE };
    this.trail.push(step);
    if (!isBusy) return;
    if (nowMs >= this.#editAtMs) this.#build(step);
    if (nowMs >= this.#lineAtMs) this.#talk(nowMs);
    if (nowMs >= this.#renameAtMs) this.#rename();
    if (nowMs >= this.#turnAtMs) this.#turn(step);
  }

  #build({ atMs, x, y }: Step): void {
    this.#editAtMs = atMs + this.#between(...EDIT_MS);
    const isShared = this.#random() < 0.5;
    const raster = isShared ? SHARED_RASTER : 1;
    const away = isShared ? 5 : 3;
    const along = (middle: number): number => Math.round((middle + this.#between(-away, away)) / raster) * raster;
    const tileX = along(x);
    const tileY = along(y);
    const luck = this.#random();
    const kinds = luck < WALL_SHARE ? WALLS : OPEN_KINDS;
    const kind = luck > 1 - BARE_SHARE ? BARE : (kinds[Math.floor(this.#random() * kinds.length)]?.number ?? BARE);
    const n = this.client.build(tileX, tileY, kind);
    if (n === undefined) return;
    const { sx, sy, tile } = tileIndexOf(tileX, tileY);
    this.#ask(n, { type: 'edit', square: squareKey(sx, sy), tile, kind, outcome: 'open' });
  }

  #talk(nowMs: number): void {
    this.#lineAtMs = nowMs + this.#between(...LINE_MS);
    this.#lineCount++;
    const words = `resident ${this.number} has said ${this.#lineCount} lines`;
    const text = this.#lineCount % 4 === 0 ? `/me ${words}` : words;
    const n = this.client.say(text);
    if (n !== undefined) this.#ask(n, { type: 'line', player: this.id, text, outcome: 'open' });
  }

  #rename(): void {
    this.#renameAtMs = Number.POSITIVE_INFINITY;
    this.#version++;
    const persona = { name: nameOf(this.number, this.#version), look: lookOf(this.number, this.#version) };
    const n = this.client.setPersona(persona);
    if (n !== undefined) this.#ask(n, { type: 'profile', player: this.id, ...persona, outcome: 'open' });
  }

  /** Towards the nearest gem; around what is in the way. */
  #turn({ atMs, x, y }: Step): void {
    this.#turnAtMs = atMs + this.#between(...TURN_MS);
    const before = this.trail.at(-4);
    const isStuck = before !== undefined && Math.hypot(before.x - x, before.y - y) < STUCK_TILES;
    let nearest: { readonly dx: number; readonly dy: number } | undefined;
    for (const { tileX, tileY } of this.client.gems()) {
      const dx = tileX + 0.5 - x;
      const dy = tileY + 0.5 - y;
      // On its tile one has touched it already.
      const isHere = tileOf(x * UNITS_PER_TILE) === tileX && tileOf(y * UNITS_PER_TILE) === tileY;
      if (!isHere && Math.hypot(dx, dy) < Math.hypot(nearest?.dx ?? TILES_PER_SQUARE, nearest?.dy ?? TILES_PER_SQUARE))
        nearest = { dx, dy };
    }
    const isWandering = nearest === undefined || (isStuck && this.#random() < 0.7);
    this.client.walk(
      isWandering ? Math.floor(this.#random() * 256) : headingTowards(nearest?.dx ?? 0, nearest?.dy ?? 0),
    );
  }

  #ask(n: number, asked: Asked): void {
    this.#asked.set(n, asked);
    this.#witness.asked(asked);
  }

  #between(low: number, high: number): number {
    return low + this.#random() * (high - low);
  }
}
