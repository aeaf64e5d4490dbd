import { expect } from 'vitest';
import { squareIndexOf, squareKey } from '../../shared/grid.ts';
import { Walker } from './walker.ts';

/** The colours of the figure that the idea came with: three screens on the grid, each with a player in its middle. */
export type Colour = 'red' | 'green' | 'blue';

interface ScreenOnTheGrid {
  /** The tile in the middle. */
  readonly at: readonly [number, number];
  /** In tiles. */
  readonly screen: { readonly width: number; readonly height: number };
  /** What the screen and its margin touch: columns and rows of squares, bounds inclusive. */
  readonly columns: readonly [number, number];
  readonly rows: readonly [number, number];
}

/**
 * Who is told about which square, in lower case, and who stands in it, in capitals:
 *
 *            −2    −1     0     1     2
 *      −1     .     .     g     g     g
 *       0     r     r    R g  r G b r g b
 *       1     .     .     g   g B   g b
 */
export const SCREENS: Readonly<Record<Colour, ScreenOnTheGrid>> = {
  red: { at: [16, 16], screen: { width: 120, height: 16 }, columns: [-2, 2], rows: [0, 0] },
  green: { at: [48, 16], screen: { width: 48, height: 48 }, columns: [0, 2], rows: [-1, 1] },
  blue: { at: [60, 34], screen: { width: 14, height: 25 }, columns: [1, 2], rows: [0, 1] },
};

/** Puts each screen on a server of its choice. */
export async function joinScreens(urls: Readonly<Record<Colour, string>>): Promise<Record<Colour, Walker>> {
  const join = (colour: Colour): Promise<Walker> => {
    const { at, screen } = SCREENS[colour];
    return Walker.join(urls[colour], { name: colour, at, screen });
  };
  const [red, green, blue] = await Promise.all([join('red'), join('green'), join('blue')]);
  return { red, green, blue };
}

/** Red and green see each other, green and blue see each other, red and blue do not: when they come, walk and leave. */
export async function expectTheFigure({ red, green, blue }: Record<Colour, Walker>): Promise<void> {
  await red.sees(green);
  await green.sees(red, blue);
  await blue.sees(green);
  for (const [colour, walker] of Object.entries({ red, green, blue }) as [Colour, Walker][])
    expectInterest(colour, walker);

  // Each turns; the last to turn is green, and whatever red and blue were told of each other came before that.
  await red.turn(192);
  await green.sawTurn(red.id, 192);
  await blue.turn(64);
  await green.sawTurn(blue.id, 64);
  await green.turn(0);
  await red.sawTurn(green.id, 0);
  await blue.sawTurn(green.id, 0);
  expectUnseen(red, blue);
  expectUnseen(blue, red);

  const ids = { red: red.id, blue: blue.id };
  blue.leave();
  await expect.poll(() => green.shows(ids.blue)).toBe(false);
  red.leave();
  await expect.poll(() => green.shows(ids.red)).toBe(false);
  expect(red.sights.some(({ id }) => id === ids.blue)).toBe(false);
  for (const { client, endings } of [red, green, blue]) {
    expect(endings).toEqual([]);
    expect(client.counters).toMatchObject({ divergences: 0, duplicates: 0 });
  }
}

function expectInterest(colour: Colour, { client }: Walker): void {
  const { columns, rows } = SCREENS[colour];
  const expected: string[] = [];
  for (let sx = columns[0]; sx <= columns[1]; sx++) {
    for (let sy = rows[0]; sy <= rows[1]; sy++) expected.push(squareKey(sx, sy));
  }
  expect([...client.squares.keys()].sort(), colour).toEqual(expected.sort());
}

/** The one was never shown the other, nor is told about the square where the other is. */
function expectUnseen(watcher: Walker, other: Walker): void {
  expect(watcher.sights.filter(({ id }) => id === other.id)).toEqual([]);
  const { x, y } = other.client.ownPosition() ?? { x: 0, y: 0 };
  expect(watcher.client.squares.has(squareKey(squareIndexOf(x), squareIndexOf(y)))).toBe(false);
}
