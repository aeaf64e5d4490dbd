import { describe, it } from 'vitest';
import { startTestApp } from '../helpers/test-app.ts';
import { expectTheFigure, joinScreens } from '../helpers/three-screens.ts';
import { SHARED_WORLDS, type StartNodes, startNodes } from '../helpers/world-of-nodes.ts';

describe('a wide, a box-shaped and a phone-sized screen: red sees green, green sees blue, red and blue do not', () => {
  it('on one server', async () => {
    const { url } = await startTestApp();
    await expectTheFigure(await joinScreens({ red: url, green: url, blue: url }));
  });

  it('each on a server of its own', async () => {
    const [red, green, blue] = (await startNodes(3)).map(({ url }) => url) as [string, string, string];
    await expectTheFigure(await joinScreens({ red, green, blue }));
  });

  it.each(Object.entries(SHARED_WORLDS))('each on a server of its own, over %s', async (_name, start) => {
    const [red, green, blue] = (await start(3)).map(({ url }) => url) as [string, string, string];
    await expectTheFigure(await joinScreens({ red, green, blue }));
  });

  it.each([4, 16] as const)('each on a server of its own, with %s squares on a channel', async (channelSquares) => {
    const start = SHARED_WORLDS['one Redis'] as StartNodes;
    const [red, green, blue] = (await start(3, { channelSquares })).map(({ url }) => url) as [string, string, string];
    await expectTheFigure(await joinScreens({ red, green, blue }));
  });
});
