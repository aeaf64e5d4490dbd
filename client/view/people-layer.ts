import { Container, type Sprite } from 'pixi.js';
import { PERSON_HEIGHT, PERSON_WIDTH } from './art/person-art.ts';
import type { Atlas, PersonPicture } from './atlas.ts';
import { type Camera, UNITS_PER_PIXEL } from './camera.ts';
import { type PersonPools, type PersonToDraw, PersonView } from './person-view.ts';
import { SpritePool } from './sprite-pool.ts';

/** People who become visible in one frame; the others wait for the next. */
const NEW_PER_FRAME = 24;
/** Height of a name over the feet, in pixels of the art. */
export const NAME_RISE = 23;

/** A person as the scene shows them, read from the scene. */
export interface ScenePerson extends PersonPicture {
  readonly id: number;
  readonly name: string | undefined;
  /** Place of the feet in the window, in CSS pixels. */
  readonly x: number;
  readonly y: number;
  readonly visible: boolean;
  readonly isOwn: boolean;
}

/** Where somebody's name belongs. */
export interface NameSpot {
  readonly id: number;
  readonly name: string;
  readonly isOwn: boolean;
  /** The middle of the name's lower edge in the window, in CSS pixels. */
  readonly x: number;
  readonly y: number;
}

/** Where something over somebody's head belongs, in CSS pixels. */
export interface HeadSpot {
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

/** Everybody in or near the window: oneself and others, drawn alike. */
export class PeopleLayer {
  /** Lies over the ground, under everything that stands. */
  readonly shadows = new Container();
  readonly #atlas: Atlas;
  readonly #pools: PersonPools;
  readonly #views = new Map<number, PersonView>();
  #frame = 0;
  #new = 0;

  /** @param standing where people stand, sorted by their feet */
  constructor(atlas: Atlas, standing: Container) {
    this.#atlas = atlas;
    this.#pools = {
      shadows: new SpritePool(this.shadows, atlas.white),
      bodies: new SpritePool(standing, atlas.white),
    };
  }

  /**
   * Draws who is there now; whoever is not in `people` is gone.
   * @param own is never left out
   * @param ms since the last frame
   * @param calm nobody fades in
   */
  update(
    own: PersonToDraw | undefined,
    people: Iterable<PersonToDraw>,
    camera: Camera,
    ms: number,
    calm: boolean,
  ): void {
    this.#frame++;
    this.#new = NEW_PER_FRAME;
    if (own !== undefined) this.#draw(own, true, camera, ms, calm);
    for (const person of people) {
      if (person.id !== own?.id && isNear(person, camera)) this.#draw(person, false, camera, ms, calm);
    }
    for (const [id, view] of this.#views) {
      if (view.seenIn === this.#frame) continue;
      view.leave(this.#pools);
      this.#views.delete(id);
    }
  }

  /** Everybody in the scene, read from what Pixi draws. */
  people(camera: Camera): ScenePerson[] {
    const people: ScenePerson[] = [];
    for (const { id, name, isOwn, body } of this.#views.values()) {
      const picture = this.#atlas.pictureOf(body.texture);
      if (picture === undefined) continue;
      const feet = body.getGlobalPosition();
      const { minX, minY, maxX, maxY } = body.getBounds();
      const isOnScreen = maxX > 0 && maxY > 0 && minX < camera.width && minY < camera.height;
      people.push({
        ...picture,
        id,
        name,
        x: feet.x / camera.density,
        y: feet.y / camera.density,
        visible: body.visible && body.alpha > 0 && isOnScreen,
        isOwn,
      });
    }
    return people;
  }

  /** Where names belong; everybody whose name is known and who is drawn. */
  *names(camera: Camera): Generator<NameSpot> {
    for (const { id, name, isOwn, body } of this.#views.values()) {
      if (name !== undefined) yield { id, name, isOwn, ...overHead(body, NAME_RISE, camera) };
    }
  }

  /**
   * Over the heads of everybody who is drawn.
   * @param roomOver how high over somebody's feet that is, in pixels of the art
   */
  *heads(camera: Camera, roomOver: (id: number) => number): Generator<HeadSpot> {
    for (const { id, body } of this.#views.values()) yield { id, ...overHead(body, roomOver(id), camera) };
  }

  /** The picture of somebody who is drawn, its place at the feet. */
  bodyOf(id: number): Sprite | undefined {
    return this.#views.get(id)?.body;
  }

  #draw(person: PersonToDraw, isOwn: boolean, camera: Camera, ms: number, calm: boolean): void {
    let view = this.#views.get(person.id);
    if (view !== undefined && view.isOwn !== isOwn) {
      view.leave(this.#pools);
      view = undefined;
    }
    if (view === undefined) {
      if (!isOwn && this.#new <= 0) return;
      this.#new--;
      view = new PersonView(person, isOwn, this.#atlas, this.#pools);
      this.#views.set(person.id, view);
    }
    view.seenIn = this.#frame;
    view.draw(person, camera, this.#atlas, ms, calm);
  }
}

/** The place so many pixels of the art over somebody's feet, in CSS pixels. */
const overHead = (body: Sprite, rise: number, camera: Camera): { x: number; y: number } => ({
  x: (camera.anchorScreenX + body.x * camera.scale) / camera.density,
  y: (camera.anchorScreenY + (body.y - rise) * camera.scale) / camera.density,
});

/** Whether any of a person's picture can be in the window, or their name. */
function isNear({ x, y }: PersonToDraw, camera: Camera): boolean {
  const halfWidth = ((camera.width / camera.scale) * UNITS_PER_PIXEL) / 2 + 4 * PERSON_WIDTH * UNITS_PER_PIXEL;
  const halfHeight = ((camera.height / camera.scale) * UNITS_PER_PIXEL) / 2 + 2 * PERSON_HEIGHT * UNITS_PER_PIXEL;
  return Math.abs(x - camera.x) <= halfWidth && Math.abs(y - camera.y) <= halfHeight;
}
