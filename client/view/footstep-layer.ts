import { Container, type Texture } from 'pixi.js';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { SAND, type Terrain } from '../../shared/terrain.ts';
import { covers, tileLook } from './art/tile-look.ts';
import type { Atlas } from './atlas.ts';
import type { BuiltMap } from './built-map.ts';
import { type Camera, UNITS_PER_PIXEL } from './camera.ts';
import type { Place } from './marker-layer.ts';
import { SpritePool } from './sprite-pool.ts';
import type { TableSprite } from './sprite-table.ts';

/** Prints and clouds of dust at once; beyond these the oldest is used again. */
export const MOST_PRINTS = 192;
const MOST_CLOUDS = 24;
/** Feet that leave anything in one frame; in a crowd nobody misses the others. */
const STEPS_PER_FRAME = 12;
/** A print fades away in so many ms, in so many steps, from so much. */
const PRINT_MS = 8000;
const PRINT_STEPS = 8;
const PRINT_ALPHA = 0.85;
/** How long each picture of a cloud of dust is seen. */
const DUST_MS = 110;
/** How far each foot is beside the way, in pixels, by the heading of eight: to the right, and the other foot opposite. */
const ASIDE_X = [0, -1, -2, -1, 0, 1, 2, 1] as const;
const ASIDE_Y = [2, 1, 0, -1, -2, -1, 0, 1] as const;
/** People whose feet are told apart; two who share a number may set the same foot twice. */
const FEET = 256;
/** The path among the floors: the one that is of earth and stones. */
const PATH = 0;

export type FootstepArt = Pick<Atlas, 'white' | 'footprint' | 'dust'>;

interface Step extends Place {
  readonly id: number;
  readonly heading: number;
}

interface Trace {
  readonly sprite: TableSprite;
  /** In units. */
  x: number;
  y: number;
  bornMs: number;
  /** Of its fading, or of its pictures. */
  step: number;
}

/** What feet leave on the ground for a while: prints in sand, dust on paths. */
export class FootstepLayer {
  /** Lies over the ground and what is built on it. */
  readonly view = new Container();
  readonly #atlas: FootstepArt;
  readonly #prints: TraceRing;
  readonly #clouds: TraceRing;
  readonly #steps: Step[] = [];
  readonly #feet = new Uint8Array(FEET);
  #anchorVersion = -1;

  constructor(atlas: FootstepArt) {
    this.#atlas = atlas;
    this.#prints = new TraceRing(new SpritePool(this.view, atlas.white), MOST_PRINTS);
    this.#clouds = new TraceRing(new SpritePool(this.view, atlas.white), MOST_CLOUDS);
  }

  /**
   * A foot came down.
   * @param id whose
   * @param place of the feet, in units
   * @param heading 0–255, of the walk
   */
  add(id: number, { x, y }: Place, heading: number): void {
    if (this.#steps.length < STEPS_PER_FRAME) this.#steps.push({ id, x, y, heading });
  }

  /** @param calm prints stay as they are until they are gone, and no dust rises */
  update(camera: Camera, terrain: Terrain, map: BuiltMap, nowMs: number, calm: boolean): void {
    if (camera.anchorVersion !== this.#anchorVersion) {
      this.#anchorVersion = camera.anchorVersion;
      for (const ring of [this.#prints, this.#clouds]) ring.place(camera);
    }
    for (const step of this.#steps.splice(0)) this.#leave(step, camera, terrain, map, nowMs, calm);
    this.#prints.age(nowMs, PRINT_MS / PRINT_STEPS, PRINT_STEPS, (sprite, step) => {
      sprite.alpha = calm ? PRINT_ALPHA / 2 : PRINT_ALPHA * (1 - step / PRINT_STEPS);
    });
    const { dust } = this.#atlas;
    this.#clouds.age(nowMs, DUST_MS, calm ? 0 : dust.length, (sprite, step) => {
      const texture = dust[step];
      if (texture !== undefined) sprite.texture = texture;
    });
  }

  /** Forgets everything. */
  clear(): void {
    this.#steps.length = 0;
    this.#prints.clear();
    this.#clouds.clear();
  }

  #leave(step: Step, camera: Camera, terrain: Terrain, map: BuiltMap, nowMs: number, calm: boolean): void {
    const tileX = Math.floor(step.x / UNITS_PER_TILE);
    const tileY = Math.floor(step.y / UNITS_PER_TILE);
    const kind = map.kindAt(tileX, tileY);
    if (covers(kind)) {
      const look = tileLook(kind);
      const [cloud] = this.#atlas.dust;
      if (calm || cloud === undefined || look?.group !== 'floor' || look.variant !== PATH) return;
      this.#clouds.add(cloud, step.x, step.y, nowMs, camera);
    } else if (terrain.groundAt(tileX, tileY) === SAND) this.#print(step, camera, nowMs);
  }

  #print({ id, x, y, heading }: Step, camera: Camera, nowMs: number): void {
    const direction = Math.round(heading / 32) & 7;
    const foot = id % FEET;
    this.#feet[foot] = 1 - (this.#feet[foot] as number);
    const side = this.#feet[foot] === 0 ? 1 : -1;
    const asideX = side * (ASIDE_X[direction] as number) * UNITS_PER_PIXEL;
    const asideY = side * (ASIDE_Y[direction] as number) * UNITS_PER_PIXEL;
    this.#prints.add(this.#atlas.footprint(direction), x + asideX, y + asideY, nowMs, camera);
  }
}

/** Traces of one kind, the newest in the place of the oldest once there are so many. */
class TraceRing {
  readonly #pool: SpritePool;
  readonly #most: number;
  readonly #traces: Trace[] = [];
  #next = 0;

  constructor(pool: SpritePool, most: number) {
    this.#pool = pool;
    this.#most = most;
  }

  add(texture: Texture, x: number, y: number, nowMs: number, camera: Camera): void {
    let trace = this.#traces[this.#next];
    if (trace === undefined) {
      trace = { sprite: this.#pool.take(texture), x, y, bornMs: nowMs, step: -1 };
      this.#traces.push(trace);
    }
    this.#next = (this.#next + 1) % this.#most;
    Object.assign(trace, { x, y, bornMs: nowMs, step: -1 });
    const { sprite } = trace;
    sprite.texture = texture;
    sprite.anchor.set(Math.floor(texture.width / 2) / texture.width, Math.floor(texture.height / 2) / texture.height);
    sprite.visible = true;
    put(trace, camera);
  }

  /** Puts everything where it belongs, after the anchor has changed. */
  place(camera: Camera): void {
    for (const trace of this.#traces) put(trace, camera);
  }

  /** Shows every trace in the step of its age, each `stepMs` long; after so many steps it is gone. */
  age(nowMs: number, stepMs: number, steps: number, show: (sprite: TableSprite, step: number) => void): void {
    for (const trace of this.#traces) {
      const { sprite } = trace;
      if (!sprite.visible) continue;
      const step = Math.floor((nowMs - trace.bornMs) / stepMs);
      if (step >= steps) sprite.visible = false;
      else if (step !== trace.step) show(sprite, step);
      trace.step = step;
    }
  }

  clear(): void {
    for (const { sprite } of this.#traces) sprite.visible = false;
  }
}

/** On whole pixels of the art. */
function put({ sprite, x, y }: Trace, camera: Camera): void {
  sprite.position.set(Math.round(camera.anchoredX(x)), Math.round(camera.anchoredY(y)));
}
