import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OwnNews } from '../../client/own-news.ts';
import { describeSurroundings } from '../../client/surroundings.ts';
import { nameColour } from '../../client/ui/name-colour.ts';
import { PALETTE } from '../../client/view/art/palette.ts';
import { UNITS_PER_TILE } from '../../shared/constants.ts';

describe('what is around, in words', () => {
  const own = { x: 100.5 * UNITS_PER_TILE, y: -60.5 * UNITS_PER_TILE };
  const person = (name: string | undefined, dx: number, dy: number) => ({
    name,
    x: own.x + dx * UNITS_PER_TILE,
    y: own.y + dy * UNITS_PER_TILE,
  });
  const nothing = { own, people: [], gems: [], company: undefined };

  test('begins with the square, and says when nobody is near', () => {
    expect(describeSurroundings(nothing)).toBe('You are in square 3, −2. Nobody is near.');
    expect(describeSurroundings({ ...nothing, company: [100, 39] })).toBe(
      'You are in square 3, −2. Nobody is near; the nearest people are 100 tiles south.',
    );
  });

  test('names the nearest three with their way, and the nearest gem', () => {
    const people = [
      person('Dora', 30, 0),
      person('Ada', 0, -6),
      person(undefined, -1, 0),
      person('Ben', 10, 0.2),
      person('Eve', 0, 40),
    ];
    const gems = [
      { tileX: 110, tileY: -61 },
      { tileX: 96, tileY: -61 },
    ];
    expect(describeSurroundings({ own, people, gems, company: undefined })).toBe(
      'You are in square 3, −2. 5 players near: Somebody 1 tile west, Ada 6 tiles north, Ben 10 tiles east and 2 more. ' +
        'The nearest gem is 4 tiles west.',
    );
  });

  test('has somebody right here, and one player without a list', () => {
    expect(describeSurroundings({ ...nothing, people: [person('Ada', 0.2, 0)] })).toBe(
      'You are in square 3, −2. 1 player near: Ada right here.',
    );
  });
});

test('news of oneself: that one is in the world, and each gem; nothing of what one came with, nor while away', () => {
  const news = new OwnNews();
  const say = (isJoined: boolean, score: number): string | undefined => news.update({ isJoined, name: 'Ada', score });
  expect(say(false, 0)).toBeUndefined();
  expect(say(true, 12)).toContain('as Ada');
  expect(say(true, 12)).toBeUndefined();
  expect(say(true, 13)).toBe('A gem, worth 1 point. Your score is 13.');
  expect(say(false, 0)).toBeUndefined();
  expect(say(true, 13)).toBeUndefined();
  expect(say(true, 18)).toBe('A gem, worth 5 points. Your score is 18.');
});

describe('text is read over any land (WCAG: at least 4.5 to 1)', () => {
  type Rgb = readonly [number, number, number];
  const style = (file: string): string => readFileSync(join(import.meta.dirname, '../../client', file), 'utf8');
  const STYLES = style('styles.css');
  const rgb = (hex: number): Rgb => [(hex >> 16) & 255, (hex >> 8) & 255, hex & 255];
  const property = (name: string): string => {
    const value = new RegExp(`--${name}: ([^;]+);`).exec(STYLES)?.[1];
    if (value === undefined) throw new Error(`there is no --${name}`);
    return value;
  };
  const colour = (name: string): Rgb => rgb(Number.parseInt(property(name).slice(1), 16));
  const mixed = (over: Rgb, under: Rgb, share: number): Rgb => [
    over[0] * share + under[0] * (1 - share),
    over[1] * share + under[1] * (1 - share),
    over[2] * share + under[2] * (1 - share),
  ];
  const luminance = (value: Rgb): number => {
    const [red = 0, green = 0, blue = 0] = value.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (a: Rgb, b: Rgb): number => {
    const [dark = 0, bright = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (bright + 0.05) / (dark + 0.05);
  };
  /** Every colour of the art, and white for what may be brighter in between. */
  const LANDS: readonly Rgb[] = [...Object.values(PALETTE).map(rgb), [255, 255, 255], [0, 0, 0]];
  const onGlass = (land: Rgb): Rgb => {
    const [red = 0, green = 0, blue = 0, percent = 100] = (property('glass').match(/\d+/g) ?? []).map(Number);
    return mixed([red, green, blue], land, percent / 100);
  };
  const hsl = (text: string): Rgb => {
    const [hue = 0, saturation = 0, lightness = 0] = (text.match(/\d+/g) ?? []).map(Number);
    const a = (saturation / 100) * Math.min(lightness / 100, 1 - lightness / 100);
    const part = (n: number): number => {
      const k = (n + hue / 30) % 12;
      return 255 * (lightness / 100 - a * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
    };
    return [part(0), part(8), part(4)];
  };

  test('on glass: the HUD, lines of chat and the names in them', () => {
    const names = Array.from({ length: 24 }, (_, player) => hsl(nameColour(player)));
    const texts = [colour('cream'), colour('gold'), rgb(0xd8d9d2), rgb(0xf6d9a0), rgb(0xffe9a8), ...names];
    const worst = Math.min(...LANDS.flatMap((land) => texts.map((text) => contrast(text, onGlass(land)))));
    expect(worst).toBeGreaterThanOrEqual(4.5);
  });

  test('on paper, on gold and on the buttons of cards', () => {
    for (const [text, ground] of [
      ['ink', 'paper'],
      ['ink-soft', 'paper'],
      ['meadow-deeper', 'paper'],
      ['ink', 'gold'],
      ['cream', 'meadow-deep'],
    ] as const) {
      expect(contrast(colour(text), colour(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('the ring of the focus is seen on paper and on glass (3 to 1)', () => {
    expect(contrast(colour('meadow-deeper'), colour('paper'))).toBeGreaterThanOrEqual(3);
    for (const land of LANDS) expect(contrast(colour('gold'), onGlass(land))).toBeGreaterThanOrEqual(3);
    expect(contrast(colour('gold'), colour('ink'))).toBeGreaterThanOrEqual(3);
  });
});
