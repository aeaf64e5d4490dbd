import { Container } from 'pixi.js';
import type { Square } from '../../shared/grid.ts';
import { LAND } from './art/palette.ts';
import { Atlas } from './atlas.ts';
import { BuiltLayer } from './built-layer.ts';
import { BuiltMap } from './built-map.ts';
import { Camera } from './camera.ts';
import { darknessOf, lightAt, lit, NOON } from './daylight.ts';
import { EmoteLayer } from './emote-layer.ts';
import { FootstepLayer } from './footstep-layer.ts';
import { GemLayer } from './gem-layer.ts';
import { GhostLayer } from './ghost-layer.ts';
import { LanternLayer } from './lantern-layer.ts';
import { MarkerLayer } from './marker-layer.ts';
import { Overlay, type OverlaySquare } from './overlay.ts';
import { Pace } from './pace.ts';
import { type HeadSpot, type NameSpot, PeopleLayer, type ScenePerson, type Stepped } from './people-layer.ts';
import type { Picture, SceneStyle } from './picture.ts';
import { type Renderer, startRenderer } from './renderer.ts';
import { RippleLayer } from './ripple-layer.ts';
import { SceneryLayer } from './scenery-layer.ts';
import { SparkleLayer } from './sparkle-layer.ts';
import { KEEP_MARGIN, PAINT_MARGIN, squareRect, TerrainLayer } from './terrain-layer.ts';
import { TileMarks } from './tile-marks.ts';
import { WallLayer } from './wall-layer.ts';

/** A picture that is not back after so long, in ms, may never be: then it is time to say so. */
const LOST_MS = 4000;

/** The world as drawn: the layers from the ground up and the camera over them. */
export class Scene {
  readonly camera = new Camera();
  readonly #renderer: Renderer;
  readonly #root = new Container();
  /** What lies in the land, in pixels of the art from the camera's anchor. */
  readonly #land = new Container();
  /** What lies on the ground, and what stands on it, sorted by the feet: both in the light of the time of day. */
  readonly #floor = new Container();
  readonly #standing = new Container({ sortableChildren: true });
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
  readonly #footsteps: FootstepLayer;
  readonly #ripples: RippleLayer;
  readonly #lanterns: LanternLayer;
  readonly #ghosts: GhostLayer;
  readonly #overlay: Overlay;
  readonly #pace = new Pace();
  #isCoarse: boolean;
  #refit: (() => void) | undefined;
  #drawnAt: number | undefined;
  #lostAt: number | undefined;
  #light = NOON;
  #style: SceneStyle = { quality: 'auto', daylight: 'world' };

  /**
   * @param stepped told of every foot that comes down in the window
   * @throws when there is no WebGL
   */
  static async start(stepped: Stepped = () => undefined): Promise<Scene> {
    const [renderer, atlas] = await Promise.all([startRenderer(LAND.grass), Atlas.load()]);
    return new Scene(renderer, atlas, stepped);
  }

  private constructor(renderer: Renderer, atlas: Atlas, stepped: Stepped) {
    this.#renderer = renderer;
    this.#isCoarse = renderer.isSoftware;
    const standing = this.#standing;
    this.#scenery = new SceneryLayer(atlas, standing);
    this.#walls = new WallLayer(atlas, standing);
    this.#marks = new TileMarks(atlas, standing);
    this.#gems = new GemLayer(atlas, standing);
    this.#sparkles = new SparkleLayer(atlas);
    this.#emotes = new EmoteLayer(atlas);
    this.#footsteps = new FootstepLayer(atlas);
    this.#ripples = new RippleLayer(atlas);
    this.#lanterns = new LanternLayer(atlas);
    this.#ghosts = new GhostLayer(atlas);
    this.#people = new PeopleLayer(atlas, standing, (person, isOwn) => {
      if (this.#isLively) this.#footsteps.add(person.id, person, person.heading);
      stepped(person, isOwn);
    });
    this.#markers = new MarkerLayer(atlas);
    this.#overlay = new Overlay(atlas);
    this.#floor.addChild(
      this.#terrain.view,
      this.#ripples.view,
      this.#built.view,
      this.#footsteps.view,
      this.#scenery.shades,
      this.#scenery.glints,
      this.#marks.flat,
      this.#gems.shadows,
      this.#people.shadows,
    );
    this.#land.addChild(
      this.#floor,
      this.#markers.view,
      standing,
      this.#lanterns.view,
      this.#ghosts.view,
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

  /** Whether there has been nothing to see for a while, for the graphics card gave the picture up. */
  get isLost(): boolean {
    return this.#lostAt !== undefined && (this.#drawnAt ?? 0) - this.#lostAt > LOST_MS;
  }

  get isOverlayShown(): boolean {
    return this.#overlay.isShown;
  }

  showOverlay(shown: boolean): void {
    this.#overlay.show(shown);
  }

  setStyle(style: SceneStyle): void {
    const { quality } = this.#style;
    this.#style = style;
    if (style.quality === quality) return;
    if (!this.#isLively) {
      this.#footsteps.clear();
      this.#ripples.clear();
    }
    this.#isCoarse = style.quality === 'light' || (style.quality === 'auto' && this.#renderer.isSoftware);
    this.#refit?.();
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
    if (this.#renderer.isLost) {
      this.#lostAt ??= nowMs;
      return;
    }
    this.#lostAt = undefined;
    if (this.#style.quality === 'auto' && !this.#isCoarse && this.#pace.isTooSlow(since)) {
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
    this.#shine(this.#style.daylight === 'day' ? NOON : lightAt(picture.tick));
    if (this.#isLively) {
      this.#ripples.update(camera, terrain, this.#map, nowMs, calm);
      this.#footsteps.update(camera, terrain, this.#map, nowMs, calm);
    }
    this.#lanterns.update(own, picture.people, camera, this.#isLively ? darknessOf(this.#light) : 0);
    this.#ghosts.update(picture.truths, (id) => this.#people.bodyOf(id), camera);
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
    return this.#people.names();
  }

  /** Just above people's heads, or above the emotes that they show: where what they say belongs. */
  heads(): Iterable<HeadSpot> {
    return this.#people.heads((id) => this.#emotes.roomOver(id));
  }

  squares(): Square[] {
    return this.#terrain.squares();
  }

  overlaySquares(): readonly OverlaySquare[] {
    return this.#overlay.squares();
  }

  /** Whether there is more to see than what is needed: lanterns, ripples and footsteps. */
  get #isLively(): boolean {
    return this.#style.quality !== 'light';
  }

  /** Sets the light of the time of day. */
  #shine(light: number): void {
    if (light === this.#light) return;
    this.#light = light;
    this.#floor.tint = light;
    this.#standing.tint = light;
    this.#renderer.setBackground(lit(LAND.grass, light));
  }
}
