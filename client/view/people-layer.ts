import { Container } from 'pixi.js';
import { PERSON_HEIGHT, PERSON_WIDTH } from './art/person-art.ts';
import type { Atlas, PersonPicture } from './atlas.ts';
import { type Camera, UNITS_PER_PIXEL } from './camera.ts';
import { type HeadSpot, type NameSpot, type PersonPools, type PersonToDraw, PersonView } from './person-view.ts';
import { SpritePool } from './sprite-pool.ts';
import type { TableSprite } from './sprite-table.ts';

/** People who become visible in one frame; the others wait for the next. */
const NEW_PER_FRAME = 48;

export type { HeadSpot, NameSpot };

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

/** Told of every foot that comes down in the window; the place of the feet in units. */
export type Stepped = (person: PersonToDraw, isOwn: boolean) => void;

/** Everybody in or near the window: oneself and others, drawn alike. */
export class PeopleLayer {
  /** Lies over the ground, under everything that stands. */
  readonly shadows = new Container();
  readonly #atlas: Atlas;
  readonly #pools: PersonPools;
  readonly #views = new Map<number, PersonView>();
  readonly #stepped: Stepped;
  #frame = 0;
  #new = 0;

  /** @param standing where people stand, sorted by their feet */
  constructor(atlas: Atlas, standing: Container, stepped: Stepped) {
    this.#atlas = atlas;
    this.#stepped = stepped;
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

  /** Everybody in the scene, read from the sprites that are drawn. */
  people(camera: Camera): ScenePerson[] {
    const people: ScenePerson[] = [];
    for (const { id, name, isOwn, body } of this.#views.values()) {
      const picture = this.#atlas.pictureOf(body.texture);
      if (picture === undefined) continue;
      const feetX = camera.anchorScreenX + body.x * camera.scale;
      const feetY = camera.anchorScreenY + body.y * camera.scale;
      const left = feetX - body.anchor.x * PERSON_WIDTH * camera.scale;
      const top = feetY - body.anchor.y * PERSON_HEIGHT * camera.scale;
      const isBeside = left >= camera.width || left + PERSON_WIDTH * camera.scale <= 0;
      const isAboveOrBelow = top >= camera.height || top + PERSON_HEIGHT * camera.scale <= 0;
      people.push({
        ...picture,
        id,
        name: name === '' ? undefined : name,
        x: feetX / camera.density,
        y: feetY / camera.density,
        visible: body.visible && body.alpha > 0 && !isBeside && !isAboveOrBelow,
        isOwn,
      });
    }
    return people;
  }

  /** Where names belong: everybody who is drawn and whose name is known. Whoever goes through it may keep the spots. */
  *names(): Generator<NameSpot> {
    for (const view of this.#views.values()) if (view.name !== '') yield view;
  }

  /**
   * Over the heads of everybody who is drawn; each is good until the list is gone through again.
   * @param roomOver how high over somebody's feet that is, in pixels of the art
   */
  *heads(roomOver: (id: number) => number): Generator<HeadSpot> {
    for (const view of this.#views.values()) yield view.spotOver(roomOver(view.id));
  }

  /** The picture of somebody who is drawn, its place at the feet. */
  bodyOf(id: number): TableSprite | undefined {
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
      view = new PersonView(person, isOwn, this.#atlas, this.#pools, camera);
      this.#views.set(person.id, view);
    }
    view.seenIn = this.#frame;
    if (view.draw(person, this.#atlas, ms, calm)) this.#stepped(person, isOwn);
  }
}

/** Whether any of a person's picture can be in the window, or their name. */
function isNear({ x, y }: PersonToDraw, camera: Camera): boolean {
  const halfWidth = ((camera.width / camera.scale) * UNITS_PER_PIXEL) / 2 + 4 * PERSON_WIDTH * UNITS_PER_PIXEL;
  const halfHeight = ((camera.height / camera.scale) * UNITS_PER_PIXEL) / 2 + 2 * PERSON_HEIGHT * UNITS_PER_PIXEL;
  return Math.abs(x - camera.x) <= halfWidth && Math.abs(y - camera.y) <= halfHeight;
}
