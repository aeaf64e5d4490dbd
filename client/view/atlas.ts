import { BufferImageSource, Rectangle, Texture } from 'pixi.js';
import { LOOKS } from '../../shared/constants.ts';
import { LAND } from './art/palette.ts';
import { DIRECTIONS, drawPerson, WALK_FRAMES } from './art/person-art.ts';
import { ink, Pixels } from './art/pixels.ts';
import { drawGlint, drawRing, drawShadow, drawTree, GLINT_FRAMES, TREE_KINDS } from './art/scenery-art.ts';

const ATLAS_SIDE = 512;
/** Clear pixels between pictures. */
const GAP = 1;

/** Which picture of a person a texture shows. */
export interface PersonPicture {
  readonly look: number;
  /** 0–7, clockwise from east. */
  readonly direction: number;
  /** 0 to WALK_FRAMES - 1; 0 stands. */
  readonly frame: number;
}

/** Every picture of the scene but ground and labels, drawn in code and packed into one texture, so that they batch. */
export class Atlas {
  readonly trees: readonly Texture[];
  readonly glints: readonly Texture[];
  readonly shadow: Texture;
  /** Lies under one's own feet. */
  readonly ownRing: Texture;
  /** The marker at the place one walks to, from wide to narrow. */
  readonly targetRings: readonly Texture[];
  /** One white pixel, to be tinted and stretched. */
  readonly white: Texture;
  readonly #people: readonly Texture[];
  readonly #pictures = new Map<Texture, PersonPicture>();
  readonly #source: BufferImageSource;

  constructor() {
    const packer = new Packer();
    const people: Texture[] = [];
    const place = (picture: Pixels): Texture => packer.place(picture);
    for (let look = 0; look < LOOKS; look++) {
      for (let direction = 0; direction < DIRECTIONS.length; direction++) {
        for (let frame = 0; frame < WALK_FRAMES; frame++) {
          const texture = place(drawPerson(look, direction, frame));
          people.push(texture);
          this.#pictures.set(texture, { look, direction, frame });
        }
      }
    }
    this.#people = people;
    this.trees = Array.from({ length: TREE_KINDS }, (_, kind) => place(drawTree(kind)));
    this.glints = Array.from({ length: GLINT_FRAMES }, (_, frame) => place(drawGlint(frame)));
    this.shadow = place(drawShadow(14, 7));
    this.ownRing = place(drawRing(20, 10, LAND.petalWhite));
    this.targetRings = [24, 20, 16].map((width) => place(drawRing(width, width / 2, LAND.petalWhite)));
    // Larger than a pixel, and framed inside, so that stretching never reaches a neighbour.
    const white = new Pixels(4, 4);
    white.data.fill(ink(0xffffff));
    this.white = place(white);
    this.#source = packer.source;
    packer.upload();
  }

  /** The picture of a person; look, direction and frame within their ranges. */
  person(look: number, direction: number, frame: number): Texture {
    const index = ((look % LOOKS) * DIRECTIONS.length + direction) * WALK_FRAMES + frame;
    return this.#people[index] as Texture;
  }

  /** What a texture that `person` gave shows. */
  pictureOf(texture: Texture): PersonPicture | undefined {
    return this.#pictures.get(texture);
  }

  destroy(): void {
    this.#source.destroy();
  }
}

/** Puts pictures side by side in rows. */
class Packer {
  readonly #sheet = new Pixels(ATLAS_SIDE, ATLAS_SIDE);
  readonly source = new BufferImageSource({
    resource: this.#sheet.bytes,
    width: ATLAS_SIDE,
    height: ATLAS_SIDE,
    format: 'rgba8unorm',
    alphaMode: 'premultiplied-alpha',
    scaleMode: 'nearest',
    label: 'atlas',
  });
  #x = GAP;
  #y = GAP;
  #rowHeight = 0;

  place(picture: Pixels): Texture {
    if (this.#x + picture.width + GAP > ATLAS_SIDE) {
      this.#x = GAP;
      this.#y += this.#rowHeight + GAP;
      this.#rowHeight = 0;
    }
    if (this.#y + picture.height + GAP > ATLAS_SIDE) throw new Error('The atlas is full: raise ATLAS_SIDE.');
    this.#sheet.blit(picture, this.#x, this.#y);
    const frame = new Rectangle(this.#x, this.#y, picture.width, picture.height);
    this.#x += picture.width + GAP;
    this.#rowHeight = Math.max(this.#rowHeight, picture.height);
    return new Texture({ source: this.source, frame });
  }

  upload(): void {
    this.source.update();
  }
}
