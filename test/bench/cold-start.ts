import type { PageSize, TestBrowser } from '../helpers/browser.ts';

/** A page's first visit, from a browser that has nothing of it. */
export interface ColdStart {
  /** From the start of the navigation to the first frame that can be played, in ms. */
  readonly ms: number;
  /** What HTTP brought until then, packed as it came, without headers. */
  readonly bytes: number;
  /** Answers that HTTP brought until then, the page's own among them. */
  readonly requests: number;
}

const DESKTOP: PageSize = { width: 1280, height: 720 };

// Text, because a function would be sent with what the loader of this file adds to it.
const WATCH = `
  const look = () => {
    if (window.flatlands?.ready === true) window.readyAtMs = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);`;
const RESULT = `(() => {
  const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  const before = entries.filter(({ responseEnd }) => responseEnd <= window.readyAtMs);
  const bytes = before.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
  return { ms: window.readyAtMs, bytes, requests: before.length };
})()`;

/**
 * Visits a page for the first time, in a context of its own, and closes it again.
 * @param url names a person (`?name=…`), or the start card would be waited on
 */
export async function measureColdStart(browser: TestBrowser, url: string, size = DESKTOP): Promise<ColdStart> {
  const page = await browser.openPage(size);
  try {
    await page.addInitScript(WATCH);
    await page.goto(url);
    await page.waitForFunction(() => 'readyAtMs' in window);
    return (await page.evaluate(RESULT)) as ColdStart;
  } finally {
    await page.context().close();
  }
}
