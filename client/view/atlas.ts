import { frames, url } from 'virtual:atlas';
import { ImageSource, Rectangle, Texture } from 'pixi.js';
import { LOOKS } from '../../shared/constants.ts';
import type { GemPoints } from '../../shared/gems.ts';
import { TILE_COLOURS, TILE_KINDS } from '../../shared/tiles.ts';
import { DIRECTIONS, WALK_FRAMES } from './art/person-art.ts';
import { isWall } from './art/tile-look.ts';
import { WALL_JOINS } from './art/wall-art.ts';

/** What gems score. */
const GEM_POINTS: readonly GemPoints[] = [1, 5, 25];

/** Which picture of a person a texture shows. */
export interface PersonPicture {
  readonly look: number;
  /** 0–7, clockwise from east. */
  readonly direction: number;
  /** 0 to WALK_FRAMES - 1; 0 stands. */
  readonly frame: number;
}

/** Every picture of the scene but ground and labels, drawn when the client is built: one texture, so that they batch. */
export class Atlas {
  readonly trees: readonly Texture[];
  readonly treeShade: Texture;
  readonly glints: readonly Texture[];
  /** The glow around somebody at night, to be added to what lies below. */
  readonly lantern: Texture;
  /** Crests of foam along a shore. */
  readonly ripples: readonly Texture[];
  readonly shadow: Texture;
  /** Where the server says that somebody is. */
  readonly personGhost: Texture;
  /** A puff of dust under a foot that comes down, from the first moment to the last. */
  readonly dust: readonly Texture[];
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
  /** Nothing but white, to be tinted and stretched. */
  readonly white: Texture;
  readonly #walls: readonly Texture[];
  readonly #ghosts: ReadonlyMap<number, Texture>;
  readonly #gems: ReadonlyMap<number, readonly Texture[]>;
  readonly #people: readonly Texture[];
  readonly #footprints: readonly Texture[];
  readonly #pictures = new Map<Texture, PersonPicture>();

  /** @throws when the sheet of pictures cannot be fetched or is none */
  static async load(): Promise<Atlas> {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`The atlas cannot be loaded: ${url} answers ${answer.status}.`);
    // As the textures want it, and with the very colours that were drawn.
    const options: ImageBitmapOptions = { premultiplyAlpha: 'premultiply', colorSpaceConversion: 'none' };
    return new Atlas(await createImageBitmap(await answer.blob(), options));
  }

  /** @param sheet kept, for it is asked for again when a lost WebGL context comes back */
  private constructor(sheet: ImageBitmap) {
    const source = new ImageSource({
      resource: sheet,
      alphaMode: 'premultiplied-alpha',
      scaleMode: 'nearest',
      label: 'atlas',
    });
    const cut = (name: string): Texture => {
      const frame = frames[name];
      if (frame === undefined) throw new Error(`There is no picture named ${name} in the atlas.`);
      return new Texture({ source, frame: new Rectangle(...frame) });
    };
    const series = (name: string): Texture[] => {
      const textures = [cut(`${name}/0`)];
      while (`${name}/${textures.length}` in frames) textures.push(cut(`${name}/${textures.length}`));
      return textures;
    };

    this.#people = Array.from({ length: LOOKS * DIRECTIONS.length * WALK_FRAMES }, (_, index) => {
      const frame = index % WALK_FRAMES;
      const direction = Math.floor(index / WALK_FRAMES) % DIRECTIONS.length;
      const look = Math.floor(index / WALK_FRAMES / DIRECTIONS.length);
      const texture = cut(`person/${look}/${direction}/${frame}`);
      this.#pictures.set(texture, { look, direction, frame });
      return texture;
    });
    this.personGhost = cut('person-ghost');
    this.shadow = cut('shadow');
    this.#footprints = series('footprint');
    this.dust = series('dust');
    this.ripples = series('ripple');
    this.trees = series('tree');
    this.treeShade = cut('tree-shade');
    this.glints = series('glint');
    this.lantern = cut('lantern');
    this.#walls = TILE_COLOURS.flatMap((_, variant) => series(`wall/${variant}`));
    this.#ghosts = new Map(
      TILE_KINDS.filter(({ number }) => !isWall(number)).map(({ number }) => [number, cut(`tile-ghost/${number}`)]),
    );
    this.cursor = { allowed: cut('cursor/allowed'), refused: cut('cursor/refused'), cross: cut('cursor/cross') };
    this.removal = cut('removal');
    this.ownRing = cut('own-ring');
    this.targetRings = series('target-ring');
    this.emotes = series('emote');
    this.#gems = new Map(GEM_POINTS.map((points) => [points, series(`gem/${points}`)]));
    this.gemShadow = cut('gem-shadow');
    this.sparks = [cut('spark/bright'), cut('spark/spent')];
    this.white = cut('white');
  }

  /** The picture of a person; look, direction and frame within their ranges. */
  person(look: number, direction: number, frame: number): Texture {
    const index = ((look % LOOKS) * DIRECTIONS.length + direction) * WALK_FRAMES + frame;
    return this.#people[index] as Texture;
  }

  /** The trace of a foot. @param direction 0–7, clockwise from east */
  footprint(direction: number): Texture {
    return this.#footprints[direction] as Texture;
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
}
