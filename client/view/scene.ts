import { Container } from 'pixi.js';
import type { Square, SquareKey } from '../../shared/grid.ts';
import type { Ground } from '../../shared/ground.ts';
import type { Terrain } from '../../shared/terrain.ts';
import { LAND } from './art/palette.ts';
import { Atlas } from './atlas.ts';
import { BuiltLayer } from './built-layer.ts';
import { BuiltMap } from './built-map.ts';
import { Camera } from './camera.ts';
import { EmoteLayer } from './emote-layer.ts';
import { GemLayer, type GemToDraw } from './gem-layer.ts';
import { MarkerLayer, type Place } from './marker-layer.ts';
import { Overlay, type OverlaySquare, type SubscribedSquare } from './overlay.ts';
import { Pace } from './pace.ts';
import { type HeadSpot, type NameSpot, PeopleLayer, type ScenePerson } from './people-layer.ts';
import type { PersonToDraw } from './person-view.ts';
import { type Renderer, startRenderer } from './renderer.ts';
import { SceneryLayer } from './scenery-layer.ts';
import { SparkleLayer } from './sparkle-layer.ts';
import { KEEP_MARGIN, PAINT_MARGIN, squareRect, TerrainLayer } from './terrain-layer.ts';
import { type PendingTile, type TileCursor, TileMarks } from './tile-marks.ts';
import { WallLayer } from './wall-layer.ts';

/** What one frame shows. */
export interface Picture {
  readonly terrain: Terrain;
  /** What the camera follows, in units. */
  readonly focus: Place;
  readonly own: PersonToDraw | undefined;
  /** Everybody else; read once. */
  readonly people: Iterable<PersonToDraw>;
  /** Where one walks to, in units. */
  readonly target: Place | undefined;
  readonly interest: ReadonlyMap<SquareKey, SubscribedSquare>;
  /** What is built on the terrain. Its newest state is drawn, also of what counts from a coming tick on. */
  readonly ground: Ground;
  /** World time. */
  readonly tick: number;
  /** What lies about to be found; read once. */
  readonly gems: Iterable<GemToDraw>;
  /** Tiles that were asked for and are not there yet; read once. */
  readonly pending: Iterable<PendingTile>;
  /** The tile that would be built now. */
  readonly cursor: TileCursor | undefined;
  /** Emotes by player. */
  readonly emotes: ReadonlyMap<number, number>;
}

/** The world as drawn: the layers from the ground up and the camera over them. */
export class Scene {
  readonly camera = new Camera();
  readonly #renderer: Renderer;
  readonly #root = new Container();
  /** What lies in the land, in pixels of the art from the camera's anchor. */
  readonly #land = new Container();
  readonly #terrain = new TerrainLayer();
  readonly #map = new BuiltMap();
  readonly #built = new BuiltLayer();
  readonly #walls: WallLayer;
  readonly #marks: TileMarks;
  readonly #gems: GemLayer;
  readonly #sparkles: SparkleLayer;
  readonly #emotes: EmoteLayer;
  readonly #scenery: SceneryLayer;
  readonly #people: PeopleLayer;
  readonly #markers: MarkerLayer;
  readonly #overlay: Overlay;
  readonly #pace = new Pace();
  #isCoarse: boolean;
  #refit: (() => void) | undefined;
  #drawnAt: number | undefined;

  /** @throws when there is no WebGL */
  static async start(): Promise<Scene> {
    return new Scene(await startRenderer(LAND.grass));
  }

  private constructor(renderer: Renderer) {
    this.#renderer = renderer;
    this.#isCoarse = renderer.isSoftware;
    const atlas = new Atlas();
    const standing = new Container({ sortableChildren: true });
    this.#scenery = new SceneryLayer(atlas, standing);
    this.#walls = new WallLayer(atlas, standing);
    this.#marks = new TileMarks(atlas, standing);
    this.#gems = new GemLayer(atlas, standing);
    this.#sparkles = new SparkleLayer(atlas);
    this.#emotes = new EmoteLayer(atlas);
    this.#people = new PeopleLayer(atlas, standing);
    this.#markers = new MarkerLayer(atlas);
    this.#overlay = new Overlay(atlas);
    this.#land.addChild(
      this.#terrain.view,
      this.#built.view,
      this.#scenery.shades,
      this.#scenery.glints,
      this.#marks.flat,
      this.#gems.shadows,
      this.#people.shadows,
      this.#markers.view,
      standing,
      this.#sparkles.view,
      this.#marks.outlines,
      this.#emotes.view,
    );
    this.#root.addChild(this.#land, this.#overlay.view);
  }

  get canvas(): HTMLCanvasElement {
    return this.#renderer.canvas;
  }

  /** Whether the whole window shows land. */
  get isComplete(): boolean {
    return this.#terrain.isComplete;
  }

  get isOverlayShown(): boolean {
    return this.#overlay.isShown;
  }

  showOverlay(shown: boolean): void {
    this.#overlay.show(shown);
  }

  /** Fits the scene to a window of CSS pixels; `zoom` in CSS pixels to a pixel of the art, undefined for the default. */
  fit(cssWidth: number, cssHeight: number, density: number, zoom: number | undefined): void {
    this.#refit = () => this.fit(cssWidth, cssHeight, density, zoom);
    const { camera, canvas } = this;
    camera.fit(cssWidth, cssHeight, density, zoom, this.#isCoarse);
    this.#renderer.resize(camera.width, camera.height);
    // Exactly as large as its pixels, or the browser would blur them.
    canvas.style.width = `${camera.width / camera.density}px`;
    canvas.style.height = `${camera.height / camera.density}px`;
  }

  /**
   * Draws one frame.
   * @param nowMs monotonic
   * @param calm nothing moves but what the world moves: for those who asked for reduced motion
   */
  draw(picture: Picture, nowMs: number, calm: boolean): void {
    const { camera } = this;
    const { terrain, ground, own } = picture;
    const since = nowMs - (this.#drawnAt ?? nowMs);
    const ms = Math.min(250, since);
    this.#drawnAt = nowMs;
    if (!this.#isCoarse && this.#pace.isTooSlow(since)) {
      this.#isCoarse = true;
      this.#refit?.();
    }
    camera.follow(picture.focus.x, picture.focus.y, ms, calm);
    this.#land.scale.set(camera.scale);
    this.#land.position.set(camera.anchorScreenX, camera.anchorScreenY);
    const keep = squareRect(camera.tiles(KEEP_MARGIN));
    this.#map.update(ground, squareRect(camera.tiles(PAINT_MARGIN)), keep);
    this.#terrain.update(camera, terrain);
    this.#built.update(camera, terrain, this.#map, keep);
    this.#scenery.update(camera, terrain, this.#map, own, nowMs, ms, calm);
    this.#walls.update(camera, this.#map);
    this.#gems.update(picture.gems, this.#map, camera, picture.tick, nowMs, calm);
    this.#marks.update(picture.pending, picture.cursor, camera, nowMs, calm);
    this.#markers.update(own, picture.target, camera, nowMs, calm);
    this.#people.update(own, picture.people, camera, ms, calm);
    this.#sparkles.update(camera, nowMs, calm);
    this.#emotes.update(picture.emotes, (id) => this.#people.bodyOf(id), camera);
    this.#overlay.update(own, camera.screenTiles, picture.interest, camera);
    this.#renderer.render(this.#root);
  }

  /** Sparks fly from a tile: a gem was claimed there. */
  sparkle(tileX: number, tileY: number): void {
    this.#sparkles.add(tileX, tileY);
  }

  people(): ScenePerson[] {
    return this.#people.people(this.camera);
  }

  /** Where people's names belong. */
  names(): Iterable<NameSpot> {
    return this.#people.names(this.camera);
  }

  /** Just above people's heads, or above the emotes that they show: where what they say belongs. */
  heads(): Iterable<HeadSpot> {
    return this.#people.heads(this.camera, (id) => this.#emotes.roomOver(id));
  }

  squares(): Square[] {
    return this.#terrain.squares();
  }

  overlaySquares(): readonly OverlaySquare[] {
    return this.#overlay.squares();
  }
}
