import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { FEET_X, FEET_Y, PERSON_HEIGHT, PERSON_WIDTH, WALK_FRAMES } from './art/person-art.ts';
import type { Atlas } from './atlas.ts';
import type { Camera } from './camera.ts';
import type { SpritePool } from './sprite-pool.ts';
import type { TableSprite } from './sprite-table.ts';

/** Steps (frames of the walk) in one tile of way. */
const FRAMES_PER_TILE = 2.2;
/** Height of a name over the feet, in pixels of the art. */
export const NAME_RISE = 23;
/** Way beyond this in one frame is no walk, in units. */
const TELEPORT_UNITS = 2 * UNITS_PER_TILE;
/** Whoever walks but makes no way for this long stands, in ms: between two frames nobody may have moved. */
const BLOCKED_MS = 120;
/** How fast somebody new appears, per ms. */
const FADE_PER_MS = 1 / 180;

/** Somebody to be drawn. */
export interface PersonToDraw {
  readonly id: number;
  readonly name: string | undefined;
  readonly look: number;
  /** In units. */
  readonly x: number;
  readonly y: number;
  /** 0–255. */
  readonly heading: number;
  readonly walking: boolean;
}

/** Where something over somebody's head belongs in the window, in CSS pixels. */
export interface HeadSpot {
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

/** Where somebody's name belongs: the middle of its lower edge, as they are drawn at the moment when it is asked for. */
export interface NameSpot extends HeadSpot {
  readonly name: string;
  readonly isOwn: boolean;
  /** Whether they are still drawn. */
  readonly isThere: boolean;
}

/** The pools that people's sprites come from and return to. */
export interface PersonPools {
  readonly shadows: SpritePool;
  readonly bodies: SpritePool;
}

/** One person in the scene: shadow and body. */
export class PersonView implements NameSpot {
  readonly id: number;
  readonly isOwn: boolean;
  readonly shadow: TableSprite;
  readonly body: TableSprite;
  /** Number of the frame in which this person was last there. */
  seenIn = 0;
  /** Empty while it is not known. */
  name = '';
  isThere = true;
  readonly #camera: Camera;
  #x: number;
  #y: number;
  #way = 0;
  #stillMs = 0;
  #frame = 0;
  /** Written over in every frame, so that of a thousand people nothing is thrown away. */
  readonly #head: { readonly id: number; x: number; y: number };

  constructor(person: PersonToDraw, isOwn: boolean, atlas: Atlas, pools: PersonPools, camera: Camera) {
    this.id = person.id;
    this.isOwn = isOwn;
    this.#head = { id: person.id, x: 0, y: 0 };
    this.#camera = camera;
    this.#x = person.x;
    this.#y = person.y;
    this.shadow = pools.shadows.take(atlas.shadow);
    this.shadow.anchor.set(0.5, 0.5);
    this.body = pools.bodies.take(atlas.person(person.look, directionOf(person.heading), 0));
    this.body.anchor.set(FEET_X / PERSON_WIDTH, FEET_Y / PERSON_HEIGHT);
    this.body.alpha = 0;
  }

  /**
   * Returns whether a foot has just come down.
   * @param calm nobody fades in
   */
  draw(person: PersonToDraw, atlas: Atlas, ms: number, calm: boolean): boolean {
    const camera = this.#camera;
    const dx = person.x - this.#x;
    const dy = person.y - this.#y;
    // Not Math.hypot, which guards against overflow at many times the price.
    const way = Math.sqrt(dx * dx + dy * dy);
    this.name = person.name ?? '';
    this.#x = person.x;
    this.#y = person.y;
    // Feet follow the way made, so they neither slide nor run on the spot against a wall.
    this.#stillMs = way < 1 ? this.#stillMs + ms : 0;
    if (this.#stillMs > (person.walking ? BLOCKED_MS : 0)) this.#way = 0;
    else if (way < TELEPORT_UNITS) this.#way += way / UNITS_PER_TILE;
    const frame = this.#way === 0 ? 0 : Math.floor(this.#way * FRAMES_PER_TILE + 1) % WALK_FRAMES;
    const texture = atlas.person(person.look, directionOf(person.heading), frame);
    if (this.body.texture !== texture) this.body.texture = texture;

    const x = camera.snappedX(person.x);
    const y = camera.snappedY(person.y);
    this.body.position.set(x, y);
    this.shadow.position.set(x, y);
    this.body.zIndex = person.y;
    if (this.body.alpha < 1) this.body.alpha = calm ? 1 : Math.min(1, this.body.alpha + ms * FADE_PER_MS);
    this.shadow.alpha = this.body.alpha;
    const isStep = frame !== this.#frame && frame % 2 === 1;
    this.#frame = frame;
    return isStep;
  }

  get x(): number {
    const { anchorScreenX, scale, density } = this.#camera;
    return (anchorScreenX + this.body.x * scale) / density;
  }

  get y(): number {
    return this.#over(NAME_RISE);
  }

  /** The place so many pixels of the art over the feet; good until asked again. */
  spotOver(rise: number): HeadSpot {
    this.#head.x = this.x;
    this.#head.y = this.#over(rise);
    return this.#head;
  }

  /** Gives everything back. */
  leave(pools: PersonPools): void {
    pools.shadows.give(this.shadow);
    pools.bodies.give(this.body);
    this.isThere = false;
  }

  #over(rise: number): number {
    const { anchorScreenY, scale, density } = this.#camera;
    return (anchorScreenY + (this.body.y - rise) * scale) / density;
  }
}

/** The one of eight directions nearest to a heading. */
const directionOf = (heading: number): number => Math.round(heading / 32) & 7;
