import { describe, expect, test } from 'vitest';
import { Camera } from '../../client/view/camera.ts';
import { MAX_SCREEN_HEIGHT_TILES, MAX_SCREEN_WIDTH_TILES } from '../../shared/constants.ts';

const SCREENS = [
  { name: 'a small phone', width: 320, height: 568, density: 2 },
  { name: 'the same turned', width: 568, height: 320, density: 2 },
  { name: 'a phone', width: 390, height: 844, density: 3 },
  { name: 'a phone turned', width: 844, height: 390, density: 3 },
  { name: 'an Android phone', width: 412, height: 915, density: 2.625 },
  { name: 'a tablet', width: 820, height: 1180, density: 2 },
  { name: 'a desktop', width: 1280, height: 720, density: 1 },
  { name: 'a laptop at 150 %', width: 1280, height: 800, density: 1.5 },
  { name: 'an ultra-wide desktop', width: 3840, height: 1600, density: 1 },
] as const;

const PERSON_PIXELS = 24;

function cameraFor({ width, height, density }: Omit<(typeof SCREENS)[number], 'name'>, zoom?: number, coarse = false) {
  const camera = new Camera();
  camera.fit(width, height, density, zoom, coarse);
  return camera;
}

describe.each(SCREENS)('on $name', (screen) => {
  const { width, height, density } = screen;

  test('the default is comfortable: nobody is an ant, nobody a giant, and there is land around', () => {
    const camera = cameraFor(screen);
    const people = (PERSON_PIXELS * camera.zoom) / Math.max(width, height);
    expect(people).toBeGreaterThan(1 / 45);
    expect(people).toBeLessThan(1 / 12);
    const { width: across, height: down } = camera.screenTiles;
    expect(Math.min(across, down)).toBeGreaterThanOrEqual(12);
    expect(Math.max(across, down)).toBeLessThanOrEqual(64);
  });

  test('the canvas has the pixels of the device, whole ones to a pixel of the art', () => {
    for (const zoom of [undefined, 1, 2, 3, 5]) {
      const camera = cameraFor(screen, zoom);
      expect(Number.isInteger(camera.scale)).toBe(true);
      expect(Math.abs(camera.width - width * density)).toBeLessThan(1);
      expect(Math.abs(camera.height - height * density)).toBeLessThan(1);
      const coarse = cameraFor(screen, zoom, true);
      expect(coarse.screenTiles).toEqual(camera.screenTiles);
      expect(coarse.zoom).toBeCloseTo(camera.zoom, 9);
    }
  });

  test('stepping closer and back goes through all zooms, and shows neither too much land nor too little', () => {
    const camera = cameraFor(screen);
    const zoomTo = (zoom: number | undefined): void => {
      if (zoom !== undefined) camera.fit(width, height, density, zoom, false);
    };
    while (camera.zoomBy(-1) !== undefined) zoomTo(camera.zoomBy(-1));
    const scales = [camera.scale];
    for (let zoom = camera.zoomBy(1); zoom !== undefined; zoom = camera.zoomBy(1)) {
      zoomTo(zoom);
      expect(camera.scale).toBeGreaterThan(scales.at(-1) as number);
      scales.push(camera.scale);
      expect(camera.screenTiles.width).toBeLessThanOrEqual(MAX_SCREEN_WIDTH_TILES);
      expect(camera.screenTiles.height).toBeLessThanOrEqual(MAX_SCREEN_HEIGHT_TILES);
      expect(Math.min(camera.screenTiles.width, camera.screenTiles.height)).toBeGreaterThanOrEqual(6);
    }
    expect(scales.length).toBeGreaterThanOrEqual(3);
    for (const scale of scales.reverse().slice(1)) {
      zoomTo(camera.zoomBy(-1));
      expect(camera.scale).toBe(scale);
    }
    expect(camera.zoomBy(-1)).toBeUndefined();
  });

  test('what is followed stays in the middle at every zoom, and points lead back to places', () => {
    for (const zoom of [1, 2, 4]) {
      const camera = cameraFor(screen);
      const place = { x: 1_000_000_123, y: -77_777 };
      camera.follow(place.x, place.y, 16, true);
      camera.fit(width, height, density, zoom, false);
      const { x, y } = camera.pointOver(place);
      expect(Math.abs(x - width / 2)).toBeLessThanOrEqual(1);
      expect(Math.abs(y - height / 2)).toBeLessThanOrEqual(1);
      const back = camera.placeUnder({ x, y });
      expect(Math.abs(back.x - place.x)).toBeLessThanOrEqual(256 / 16);
      expect(camera.tileUnder({ x, y }).tileY).toBe(Math.floor(back.y / 256));
    }
  });
});
