import { Container } from 'pixi.js';
import { FEET_X, FEET_Y, PERSON_HEIGHT, PERSON_WIDTH } from './art/person-art.ts';
import type { Atlas } from './atlas.ts';
import type { Camera } from './camera.ts';
import type { Place } from './marker-layer.ts';
import { SpriteDeal } from './sprite-deal.ts';
import type { TableSprite } from './sprite-table.ts';

/** Where the server says that somebody is, in units. */
export interface Truth extends Place {
  readonly id: number;
}

export type GhostArt = Pick<Atlas, 'white' | 'personGhost'>;

/** Ghosts at once. */
const MOST_GHOSTS = 200;
/** A ghost this near to where somebody is drawn needs no line, in pixels. */
const NEAR = 3;
/** Pixels from dot to dot of a line, and dots in one line: longer ones are sparser. */
const DOT_EVERY = 3;
const MOST_DOTS = 32;
/** Height of a line over the feet, in pixels: where a body is not in its way. */
const LINE_RISE = 1;
const LINE_COLOUR = 0xfffdf5;

/** The server's truth as a ghost beside everybody, and a dotted line to it from where they are drawn. */
export class GhostLayer {
  /** Lies over everything that stands. */
  readonly view = new Container();
  readonly #atlas: GhostArt;
  readonly #ghosts: SpriteDeal;
  readonly #dots: SpriteDeal;

  constructor(atlas: GhostArt) {
    this.#atlas = atlas;
    this.#ghosts = new SpriteDeal(this.view, atlas.white);
    this.#dots = new SpriteDeal(this.view, atlas.white);
  }

  /**
   * @param truths none where none are to be drawn
   * @param bodyOf a person's picture, its place at the feet; undefined for people who are not drawn
   */
  update(truths: Iterable<Truth>, bodyOf: (id: number) => TableSprite | undefined, camera: Camera): void {
    this.#ghosts.begin();
    this.#dots.begin();
    let room = MOST_GHOSTS;
    for (const { id, x, y } of truths) {
      const body = bodyOf(id);
      if (body === undefined) continue;
      if (room-- <= 0) break;
      const ghost = this.#ghosts.next(this.#atlas.personGhost);
      ghost.anchor.set(FEET_X / PERSON_WIDTH, FEET_Y / PERSON_HEIGHT);
      ghost.position.set(camera.snappedX(x), camera.snappedY(y));
      this.#line(body, ghost);
    }
    this.#ghosts.end();
    this.#dots.end();
  }

  #line(from: Place, to: Place): void {
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const length = Math.hypot(dx, dy);
    if (length <= NEAR) return;
    const dots = Math.min(MOST_DOTS, Math.floor(length / DOT_EVERY));
    for (let at = 1; at <= dots; at++) {
      const dot = this.#dots.next(this.#atlas.white);
      dot.scale.set(1 / dot.texture.width, 1 / dot.texture.height);
      dot.tint = LINE_COLOUR;
      dot.position.set(Math.round(from.x + (dx * at) / dots), Math.round(from.y + (dy * at) / dots) - LINE_RISE);
    }
  }
}
