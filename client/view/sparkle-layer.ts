import { Container } from 'pixi.js';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import type { Atlas } from './atlas.ts';
import type { TilePlace } from './built-map.ts';
import type { Camera } from './camera.ts';
import { SpriteDeal } from './sprite-deal.ts';

/** How long a burst lasts, and when its sparks are nearly spent, in ms. */
const BURST_MS = 600;
const SPENT_MS = 340;
/** Bursts at once; beyond these the oldest is over. */
const MOST_BURSTS = 12;
const SPARKS = 8;
/** How far sparks fly, in pixels, and how far they rise and fall besides. */
const REACH = 13;
const RISE = 10;

interface Burst extends TilePlace {
  /** Undefined until it is first drawn. */
  bornMs: number | undefined;
}

/** The sparks that fly where a gem was claimed. */
export class SparkleLayer {
  readonly view = new Container();
  readonly #atlas: Atlas;
  readonly #sparks: SpriteDeal;
  #bursts: Burst[] = [];

  constructor(atlas: Atlas) {
    this.#atlas = atlas;
    this.#sparks = new SpriteDeal(this.view, atlas.white);
  }

  add(tileX: number, tileY: number): void {
    this.#bursts.push({ tileX, tileY, bornMs: undefined });
    if (this.#bursts.length > MOST_BURSTS) this.#bursts.shift();
  }

  /** @param calm sparks stay where they are, and are gone sooner */
  update(camera: Camera, nowMs: number, calm: boolean): void {
    this.#sparks.begin();
    this.#bursts = this.#bursts.filter((burst) => {
      burst.bornMs ??= nowMs;
      const ageMs = nowMs - burst.bornMs;
      if (ageMs >= (calm ? SPENT_MS : BURST_MS)) return false;
      this.#draw(burst, calm ? SPENT_MS - 1 : ageMs, camera);
      return true;
    });
    this.#sparks.end();
  }

  #draw({ tileX, tileY }: Burst, ageMs: number, camera: Camera): void {
    const x = camera.anchoredX((tileX + 0.5) * UNITS_PER_TILE);
    const y = camera.anchoredY((tileY + 0.5) * UNITS_PER_TILE);
    const part = ageMs / BURST_MS;
    // Fast at first, then slower; up at first, then down.
    const out = 1 - (1 - part) ** 2;
    const up = RISE * (1 - (2 * part - 0.8) ** 2);
    for (let spark = 0; spark < SPARKS; spark++) {
      const angle = ((spark + 0.5) / SPARKS) * 2 * Math.PI;
      const reach = REACH * (spark % 2 === 0 ? 1 : 0.7) * out;
      const sprite = this.#sparks.next(this.#atlas.sparks[ageMs < SPENT_MS ? 0 : 1]);
      sprite.anchor.set(1 / 3, 1 / 3);
      sprite.position.set(x + Math.round(reach * Math.cos(angle)), y + Math.round(0.7 * reach * Math.sin(angle) - up));
    }
  }
}
