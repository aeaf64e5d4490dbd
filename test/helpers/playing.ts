import type { Page } from 'playwright-core';
import type { ProbedPerson } from '../../client/probe.ts';
import type { App } from '../../server/app.ts';
import type { PageOptions, PageSize, TestBrowser } from './browser.ts';

/** Somebody who plays in a page. */
export interface PlayerPage {
  readonly page: Page;
  readonly name: string;
}

/** Opens the game and waits until it is playable. `place` is the tile to appear at. */
export async function openPlayer(
  browser: TestBrowser,
  app: Pick<App, 'port'>,
  name: string,
  place: readonly [number, number],
  size: PageSize,
  options: PageOptions & { readonly look?: number } = {},
): Promise<PlayerPage> {
  const look = options.look === undefined ? '' : `&look=${options.look}`;
  const url = `http://127.0.0.1:${app.port}/?name=${name}&at=${place.join(',')}&zoom=2${look}`;
  const page = await browser.openPage(size, { ...options, url });
  await page.waitForFunction(() => window.flatlands?.ready === true);
  return { page, name };
}

/** Everybody as this page draws them. */
export const drawnPeople = ({ page }: PlayerPage): Promise<ProbedPerson[]> =>
  page.evaluate(() => window.flatlands?.scenePeople() ?? []);

/** One person as this page draws them; waits until they are there. */
export async function drawn(viewer: PlayerPage, name: string): Promise<ProbedPerson> {
  await viewer.page.waitForFunction(
    (wanted) => window.flatlands?.scenePeople().some((person) => person.name === wanted && person.visible) === true,
    name,
  );
  const person = (await drawnPeople(viewer)).find((each) => each.name === name);
  if (person === undefined) throw new Error(`${name} is not drawn any more`);
  return person;
}

/**
 * What a page drew of somebody, an entry for each animation frame. `atMs` is the clock that people are placed by, not
 * the frame's stamp, which lags behind it in a busy page.
 */
export type Trail = readonly (Pick<ProbedPerson, 'x' | 'y' | 'direction' | 'frame'> & { readonly atMs: number })[];

/** Follows somebody in a viewer's scene until they have gone so many CSS pixels from where they were. */
export function follow(viewer: PlayerPage, name: string, pixels: number): Promise<Trail> {
  return viewer.page.evaluate(
    ([wanted, distance]) =>
      new Promise<Trail>((resolve) => {
        const trail: Trail[number][] = [];
        const look = (): void => {
          const atMs = performance.now();
          const person = window.flatlands?.scenePeople().find((each) => each.name === wanted);
          if (person !== undefined) {
            const { x, y, direction, frame } = person;
            trail.push({ x, y, direction, frame, atMs });
            const from = trail[0] ?? person;
            if (Math.hypot(x - from.x, y - from.y) >= distance) {
              resolve(trail);
              return;
            }
          }
          requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
    [name, pixels] as const,
  );
}
