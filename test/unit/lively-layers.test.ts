import { type Container, DOMAdapter, type ICanvas, Rectangle, Texture, TextureSource } from 'pixi.js';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { BuiltMap } from '../../client/view/built-map.ts';
import { Camera } from '../../client/view/camera.ts';
import { FootstepLayer, MOST_PRINTS } from '../../client/view/footstep-layer.ts';
import { GhostLayer } from '../../client/view/ghost-layer.ts';
import { LanternLayer, MOST_LANTERNS } from '../../client/view/lantern-layer.ts';
import { RippleLayer } from '../../client/view/ripple-layer.ts';
import { SpriteMesh } from '../../client/view/sprite-mesh.ts';
import { SpriteTable, type TableSprite } from '../../client/view/sprite-table.ts';
import { UNITS_PER_TILE } from '../../shared/constants.ts';
import { Ground } from '../../shared/ground.ts';
import { createTerrain, SAND, type Terrain, WATER } from '../../shared/terrain.ts';
import { tileIndexOf } from '../../shared/tiles.ts';

// What Pixi asks, when it is imported, of the browser that it is in.
vi.hoisted(() => vi.stubGlobal('navigator', { userAgent: 'Node' }));

// Nothing is drawn here, so there is no canvas to try out what the graphics card can do.
DOMAdapter.set({ ...DOMAdapter.get(), createCanvas: () => ({ getContext: () => null }) as unknown as ICanvas });

const [PLANKS, PATH] = [34, 33] as const;
/** A sandy point in a lake. */
const SHORE = [186, 102] as const;

const source = new TextureSource({ width: 64, height: 64 });
const picture = (width: number, height: number): Texture =>
  new Texture({ source, frame: new Rectangle(0, 0, width, height) });
const art = {
  white: picture(4, 4),
  footprint: () => art.print,
  print: picture(5, 5),
  dust: [picture(9, 7), picture(9, 7)],
  ripples: [picture(12, 5), picture(12, 5), picture(12, 5)],
  lantern: picture(48, 48),
  personGhost: picture(16, 24),
};

let terrain: Terrain;
let ground: Ground;
let map: BuiltMap;
let camera: Camera;

beforeEach(() => {
  terrain = createTerrain('meadows', 7);
  ground = new Ground(terrain);
  map = new BuiltMap();
  camera = new Camera();
  camera.fit(640, 480, 1, 2, false);
  camera.follow(...units(...SHORE), 0, true);
  learn();
});

/** The middle of a tile. */
const units = (tileX: number, tileY: number): [x: number, y: number] => [
  (tileX + 0.5) * UNITS_PER_TILE,
  (tileY + 0.5) * UNITS_PER_TILE,
];
const place = (tileX: number, tileY: number) => {
  const [x, y] = units(tileX, tileY);
  return { x, y };
};

function learn(): void {
  const all = { left: 4, top: 2, right: 7, bottom: 4 };
  map.update(ground, all, all);
}

function build(tileX: number, tileY: number, kind: number): void {
  const { sx, sy, tile } = tileIndexOf(tileX, tileY);
  ground.set(sx, sy, tile, kind, 0);
  learn();
}

/** What is to be seen of a container. */
const seen = (view: Container): TableSprite[] => sprites(view).filter(({ visible, alpha }) => visible && alpha > 0);
const sprites = (view: Container): readonly TableSprite[] =>
  view.children.flatMap((child) => (child instanceof SpriteMesh ? child.sprites : []));

/** The tiles of the window's middle that are of a ground. */
function tilesOf(kind: number): [tileX: number, tileY: number][] {
  const tiles: [number, number][] = [];
  for (let y = SHORE[1] - 5; y <= SHORE[1] + 5; y++) {
    for (let x = SHORE[0] - 8; x <= SHORE[0] + 8; x++) if (terrain.groundAt(x, y) === kind) tiles.push([x, y]);
  }
  return tiles;
}

describe('footsteps', () => {
  const step = (layer: FootstepLayer, tile: readonly [number, number], nowMs: number, calm = false): void => {
    layer.add(1, place(...tile), 0);
    layer.update(camera, terrain, map, nowMs, calm);
  };

  test('are prints in sand, left and right in turn, that fade and are gone', () => {
    const layer = new FootstepLayer(art);
    step(layer, SHORE, 0);
    step(layer, SHORE, 100);
    const [first, second] = seen(layer.view);
    expect(first?.texture).toBe(art.print);
    expect((first?.y ?? 0) - (second?.y ?? 0)).not.toBe(0);
    const fresh = first?.alpha ?? 0;
    layer.update(camera, terrain, map, 4000, false);
    expect(first?.alpha).toBeLessThan(fresh);
    layer.update(camera, terrain, map, 9000, false);
    expect(seen(layer.view)).toEqual([]);
  });

  test('are dust on a path, unless nothing is to move, and nothing on planks, on grass or in water', () => {
    const layer = new FootstepLayer(art);
    const [[x, y] = SHORE] = tilesOf(WATER);
    step(layer, [x, y], 0);
    step(layer, [0, 0], 0);
    build(x, y, PLANKS);
    step(layer, [x, y], 0);
    build(x, y, PATH);
    step(layer, [x, y], 0, true);
    expect(seen(layer.view)).toEqual([]);
    step(layer, [x, y], 0);
    expect(seen(layer.view).map(({ texture }) => texture)).toEqual([art.dust[0]]);
    layer.update(camera, terrain, map, 1000, false);
    expect(seen(layer.view)).toEqual([]);
  });

  test('are never more than so many, whoever walks for how long', () => {
    const layer = new FootstepLayer(art);
    for (let frame = 0; frame < 400; frame++) {
      for (let id = 0; id < 50; id++) layer.add(id, place(...SHORE), id);
      layer.update(camera, terrain, map, frame, false);
    }
    expect(sprites(layer.view).length).toBe(MOST_PRINTS);
    layer.clear();
    expect(seen(layer.view)).toEqual([]);
  });

  test('lie on whole pixels of the art, also after the anchor has changed', () => {
    const layer = new FootstepLayer(art);
    layer.add(1, { x: SHORE[0] * UNITS_PER_TILE + 7, y: SHORE[1] * UNITS_PER_TILE + 133 }, 32);
    layer.update(camera, terrain, map, 0, false);
    camera.fit(500, 300, 1, 3, false);
    layer.update(camera, terrain, map, 10, false);
    for (const { x, y } of seen(layer.view)) expect([x % 1, y % 1]).toEqual([0, 0]);
  });
});

describe('ripples', () => {
  const shown = (layer: RippleLayer, nowMs: number, calm = false): string[] => {
    layer.update(camera, terrain, map, nowMs, calm);
    return seen(layer.view).map(({ x, y }) => `${x},${y}`);
  };

  test('come in along the shore, and stand still when nothing is to move', () => {
    const layer = new RippleLayer(art);
    const first = shown(layer, 0);
    expect(first.length).toBeGreaterThan(3);
    expect(shown(layer, 1000)).not.toEqual(first);
    const calm = shown(layer, 2000, true);
    expect(shown(layer, 9000, true)).toEqual(calm);
  });

  test('lie on water alone, on whole pixels of the art, and are the same for whoever comes from wherever', () => {
    const layer = new RippleLayer(art);
    const here = shown(layer, 0);
    for (const { x, y } of seen(layer.view)) {
      expect([x % 1, y % 1]).toEqual([0, 0]);
      expect(terrain.groundAt(Math.floor(x / 16), Math.floor(y / 16))).toBe(WATER);
    }
    camera.follow(...units(SHORE[0] + 9, SHORE[1] + 4), 0, true);
    shown(layer, 0);
    camera.follow(...units(...SHORE), 0, true);
    expect(shown(layer, 0).sort()).toEqual(here.sort());
  });

  test('make way for what is built, and come back', () => {
    const layer = new RippleLayer(art);
    const before = shown(layer, 0).sort();
    for (const [x, y] of tilesOf(WATER)) build(x, y, PLANKS);
    layer.clear();
    const built = shown(layer, 0);
    expect(built.length).toBeLessThan(before.length);
    for (const [x, y] of tilesOf(WATER)) {
      build(x, y, 0);
      layer.update(camera, terrain, map, 0, false);
    }
    expect(shown(layer, 0).sort()).toEqual(before);
  });

  test('take no more sprites however far one goes', () => {
    const layer = new RippleLayer(art);
    let most = 0;
    for (let way = 0; way < 300; way++) {
      camera.follow(...units(SHORE[0] + way * 3, SHORE[1]), 0, true);
      most = Math.max(most, shown(layer, 0).length);
    }
    expect(sprites(layer.view).length).toBeLessThan(8 * most);
  });
});

describe('lanterns', () => {
  test('burn at night alone, one’s own the brightest', () => {
    const layer = new LanternLayer(art);
    const own = place(...SHORE);
    const other = place(SHORE[0] + 4, SHORE[1]);
    layer.update(own, [other], camera, 0);
    expect(seen(layer.view)).toEqual([]);
    layer.update(own, [other], camera, 1);
    const [mine, theirs] = seen(layer.view);
    expect(mine?.alpha).toBeGreaterThan(theirs?.alpha ?? 1);
    layer.update(own, [other], camera, 0.6);
    expect(seen(layer.view)[0]?.alpha).toBeLessThan(0.9);
  });

  test('are those nearest to the middle, and none beyond the window', () => {
    const layer = new LanternLayer(art);
    const people = Array.from({ length: 200 }, (_, at) => place(SHORE[0] + (at % 20) - 10, SHORE[1] + (at % 7) - 3));
    layer.update(place(...SHORE), people, camera, 1);
    const lit = seen(layer.view);
    expect(lit.length).toBe(MOST_LANTERNS);
    const middle = { x: camera.anchoredX(camera.x), y: camera.anchoredY(camera.y) };
    for (const { x, y } of lit) expect(Math.hypot(x - middle.x, y + 7 - middle.y)).toBeLessThan(5 * 16);
    layer.update(undefined, [place(SHORE[0] + 40, SHORE[1])], camera, 1);
    expect(seen(layer.view)).toEqual([]);
  });

  test('in a crowd are hardly brighter together than one', () => {
    const layer = new LanternLayer(art);
    const crowd = Array.from({ length: 60 }, () => place(...SHORE));
    layer.update(undefined, crowd, camera, 1);
    const together = seen(layer.view).reduce((sum, { alpha }) => sum + alpha, 0);
    layer.update(undefined, crowd.slice(0, 1), camera, 1);
    expect(together).toBeCloseTo(seen(layer.view)[0]?.alpha ?? 0);
  });
});

describe('ghosts', () => {
  test('stand where the server says, with a line to whoever is drawn elsewhere', () => {
    const layer = new GhostLayer(art);
    const body = new SpriteTable(false).add(art.personGhost);
    body.position.set(camera.anchoredX(units(...SHORE)[0]), camera.anchoredY(units(...SHORE)[1]));
    const bodyOf = (id: number) => (id === 1 ? body : undefined);
    const show = (tileX: number, id = 1): number => {
      layer.update([{ id, ...place(tileX, SHORE[1]) }], bodyOf, camera);
      return seen(layer.view).length;
    };
    expect(show(SHORE[0])).toBe(1);
    expect(show(SHORE[0] + 2)).toBeGreaterThan(5);
    expect(show(SHORE[0] + 900)).toBeLessThan(40);
    expect(show(SHORE[0], 2)).toBe(0);
    layer.update([], bodyOf, camera);
    expect(seen(layer.view)).toEqual([]);
  });
});

test('sand is where these tests walk', () => {
  expect(terrain.groundAt(...SHORE)).toBe(SAND);
});
