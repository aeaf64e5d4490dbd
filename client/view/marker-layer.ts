import { Container, Sprite } from 'pixi.js';
import type { Atlas } from './atlas.ts';
import type { Camera } from './camera.ts';

/** One step of the target's pulse, in ms. */
const PULSE_MS = 170;

/** A place in units. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Rings on the ground: under oneself, and at the place one walks to. */
export class MarkerLayer {
  readonly view = new Container();
  readonly #atlas: Atlas;
  readonly #own: Sprite;
  readonly #target: Sprite;

  constructor(atlas: Atlas) {
    this.#atlas = atlas;
    this.#own = this.view.addChild(new Sprite({ texture: atlas.ownRing, anchor: 0.5, roundPixels: true }));
    this.#own.alpha = 0.75;
    this.#target = this.view.addChild(new Sprite({ texture: atlas.targetRings[0] ?? atlas.white, anchor: 0.5 }));
    this.#target.alpha = 0.9;
  }

  update(own: Place | undefined, target: Place | undefined, camera: Camera, nowMs: number, calm: boolean): void {
    put(this.#own, own, camera);
    put(this.#target, target, camera);
    const rings = this.#atlas.targetRings;
    // Inwards and outwards again.
    const step = calm ? 0 : Math.floor(nowMs / PULSE_MS) % (2 * rings.length - 2);
    const ring = rings[step < rings.length ? step : 2 * rings.length - 2 - step];
    if (ring !== undefined) this.#target.texture = ring;
  }
}

function put(sprite: Sprite, place: Place | undefined, camera: Camera): void {
  sprite.visible = place !== undefined;
  if (place !== undefined) sprite.position.set(camera.snappedX(place.x), camera.snappedY(place.y));
}
