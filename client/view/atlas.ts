import { BufferImageSource, Rectangle, Texture } from 'pixi.js';
import { EMOTES, LOOKS } from '../../shared/constants.ts';
import type { GemPoints } from '../../shared/gems.ts';
import { TILE_COLOURS, TILE_KINDS } from '../../shared/tiles.ts';
import { drawEmoteBubble } from './art/emote-art.ts';
import { drawGemFrame, drawSpark, GEM_FRAMES } from './art/gem-art.ts';
import { LAND } from './art/palette.ts';
import { DIRECTIONS, drawPerson, WALK_FRAMES } from './art/person-art.ts';
import { ink, Pixels } from './art/pixels.ts';
import {
  drawGlint,
  drawRing,
  drawShadow,
  drawTree,
  drawTreeShade,
  GLINT_FRAMES,
  TREE_KINDS,
} from './art/scenery-art.ts';
import { drawCross, drawCursor, drawRemoval, drawTileGhost } from './art/tile-art.ts';
import { isWall } from './art/tile-look.ts';
import { drawWall, WALL_JOINS } from './art/wall-art.ts';

const ATLAS_WIDTH = 512;
const ATLAS_HEIGHT = 1024;
/** Clear pixels between pictures. */
const GAP = 1;

/** What gems score. */
const GEM_POINTS: readonly GemPoints[] = [1, 5, 25];
/** The colour of what is refused. */
const REFUSED = 0xe5484f;

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
  readonly treeShade: Texture;
  readonly glints: readonly Texture[];
  readonly shadow: Texture;
  /** Lies under one's own feet. */
  readonly ownRing: Texture;
  /** The marker at the place one walks to, from wide to narrow. */
  readonly targetRings: readonly Texture[];
  /** The outline of a tile that can be set, and of one that cannot, with its cross. */
  readonly cursor: { readonly allowed: Texture; readonly refused: Texture; readonly cross: Texture };
  /** The mark of a tile that is about to be bare again. */
  readonly removal: Texture;
  /** Sparks of a claimed gem: bright, and nearly spent. */
  readonly sparks: readonly [Texture, Texture];
  /** The shadow under a gem. */
  readonly gemShadow: Texture;
  /** Emotes in their bubbles, by number. */
  readonly emotes: readonly Texture[];
  /** One white pixel, to be tinted and stretched. */
  readonly white: Texture;
  readonly #walls: readonly Texture[];
  readonly #ghosts: ReadonlyMap<number, Texture>;
  readonly #gems: ReadonlyMap<number, readonly Texture[]>;
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
    this.#walls = TILE_COLOURS.flatMap((_, variant) =>
      Array.from({ length: WALL_JOINS }, (_none, joins) => place(drawWall(variant, joins))),
    );
    this.treeShade = place(drawTreeShade());
    this.emotes = Array.from({ length: EMOTES }, (_, emote) => place(drawEmoteBubble(emote)));
    this.#ghosts = new Map(
      TILE_KINDS.filter(({ number }) => !isWall(number)).map(({ number }) => [number, place(drawTileGhost(number))]),
    );
    this.#gems = new Map(
      GEM_POINTS.map((points) => [
        points,
        Array.from({ length: GEM_FRAMES }, (_, frame) => place(drawGemFrame(points, frame))),
      ]),
    );
    this.cursor = {
      allowed: place(drawCursor(LAND.petalWhite)),
      refused: place(drawCursor(REFUSED)),
      cross: place(drawCross(REFUSED)),
    };
    this.removal = place(drawRemoval());
    this.sparks = [place(drawSpark(false)), place(drawSpark(true))];
    this.gemShadow = place(drawShadow(10, 5));
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

  /** A wall in one of TILE_COLOURS; `joins` in bits, see art/wall-art.ts. */
  wall(variant: number, joins: number): Texture {
    return this.#walls[variant * WALL_JOINS + joins] as Texture;
  }

  /** What shows a kind that lies flat before it is there; undefined for walls and for what is not known. */
  ghost(kind: number): Texture | undefined {
    return this.#ghosts.get(kind);
  }

  /** The steps of a gem's glint; the first is the gem without one. */
  gem(points: number): readonly Texture[] {
    return this.#gems.get(points) ?? (this.#gems.get(1) as readonly Texture[]);
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
  readonly #sheet = new Pixels(ATLAS_WIDTH, ATLAS_HEIGHT);
  readonly source = new BufferImageSource({
    resource: this.#sheet.bytes,
    width: ATLAS_WIDTH,
    height: ATLAS_HEIGHT,
    format: 'rgba8unorm',
    alphaMode: 'premultiplied-alpha',
    scaleMode: 'nearest',
    label: 'atlas',
  });
  #x = GAP;
  #y = GAP;
  #rowHeight = 0;

  place(picture: Pixels): Texture {
    if (this.#x + picture.width + GAP > ATLAS_WIDTH) {
      this.#x = GAP;
      this.#y += this.#rowHeight + GAP;
      this.#rowHeight = 0;
    }
    if (this.#y + picture.height + GAP > ATLAS_HEIGHT) throw new Error('The atlas is full: raise ATLAS_HEIGHT.');
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
