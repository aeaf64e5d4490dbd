import { Container } from 'pixi.js';
import type { Atlas } from './atlas.ts';
import { type Camera, UNITS_PER_PIXEL } from './camera.ts';
import type { Place } from './marker-layer.ts';
import { SpriteDeal } from './sprite-deal.ts';

/** Lanterns at once, those nearest to the middle of the window: where the processor draws, every pixel of one is dear. */
export const MOST_LANTERNS = 16;
/** How dark it has to be before anybody lights a lantern, of 1. */
const DARK_ENOUGH = 0.3;
/** How bright one's own and other people's are. */
const OWN_ALPHA = 1;
const OTHER_ALPHA = 0.75;
/** How high a lantern is held over the feet, in pixels. */
const RISE = 7;

export type LanternArt = Pick<Atlas, 'white' | 'lantern'>;

interface Light extends Place {
  /** From the middle of the window, squared. */
  distance: number;
  isOwn: boolean;
}

/** The lantern that everybody carries at night: a warm light on whatever is around them. */
export class LanternLayer {
  /** Lies over everything that stands, and adds to it. */
  readonly view = new Container({ blendMode: 'add' });
  readonly #atlas: LanternArt;
  readonly #glows: SpriteDeal;
  readonly #lights: Light[] = [];

  constructor(atlas: LanternArt) {
    this.#atlas = atlas;
    this.#glows = new SpriteDeal(this.view, atlas.white);
  }

  /** @param darkness 0 at noon, 1 at night */
  update(own: Place | undefined, people: Iterable<Place>, camera: Camera, darkness: number): void {
    this.#lights.length = 0;
    this.#glows.begin();
    if (darkness > DARK_ENOUGH) {
      if (own !== undefined) this.#consider(own, true, camera);
      for (const person of people) this.#consider(person, false, camera);
      this.#shine((darkness - DARK_ENOUGH) / (1 - DARK_ENOUGH), camera);
    }
    this.#glows.end();
  }

  /** Keeps a light if it is among the nearest so far. */
  #consider({ x, y }: Place, isOwn: boolean, camera: Camera): void {
    const { lantern } = this.#atlas;
    const dx = x - camera.x;
    const dy = y - camera.y;
    if (Math.abs(dx) > (camera.width / camera.scale + lantern.width) * (UNITS_PER_PIXEL / 2)) return;
    if (Math.abs(dy) > (camera.height / camera.scale + lantern.height + 2 * RISE) * (UNITS_PER_PIXEL / 2)) return;
    const lights = this.#lights;
    const distance = isOwn ? -1 : dx * dx + dy * dy;
    if (lights.length === MOST_LANTERNS && distance >= (lights.at(-1) as Light).distance) return;
    let at = lights.length === MOST_LANTERNS ? MOST_LANTERNS - 1 : lights.length;
    for (; at > 0 && (lights[at - 1] as Light).distance > distance; at--) lights[at] = lights[at - 1] as Light;
    lights[at] = { x, y, distance, isOwn };
  }

  #shine(strength: number, camera: Camera): void {
    const { lantern } = this.#atlas;
    for (const light of this.#lights) {
      const glow = this.#glows.next(lantern);
      glow.anchor.set(Math.floor(lantern.width / 2) / lantern.width, Math.floor(lantern.height / 2) / lantern.height);
      glow.position.set(camera.snappedX(light.x), camera.snappedY(light.y) - RISE);
      const share = light.isOwn ? 1 : 1 / this.#company(light);
      glow.alpha = strength * share * (light.isOwn ? OWN_ALPHA : OTHER_ALPHA);
    }
  }

  /** How many lights shine where this one does, itself included: together they are hardly brighter than one. */
  #company({ x, y }: Light): number {
    const reach = (this.#atlas.lantern.width / 2) * UNITS_PER_PIXEL;
    let sum = 0;
    for (const other of this.#lights) sum += Math.max(0, 1 - Math.hypot(other.x - x, other.y - y) / reach);
    return sum;
  }
}
