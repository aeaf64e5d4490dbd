import type { CDPSession, Page } from 'playwright-core';
import type { PageSize, TestBrowser } from '../../helpers/browser.ts';
import { until } from '../../helpers/until.ts';
import { Ramble } from './ramble.ts';
import type { ThrongServer } from './throng-server.ts';
import { readTrace, TRACE_CATEGORIES, type TraceEvent, type TraceFigures } from './trace.ts';

const SIZE: PageSize = { width: 1280, height: 720 };
/** Of those on the screen so many are drawn at least: somebody has always just come. */
const DRAWN_SHARE = 0.9;
/** Until everybody is drawn, in ms. */
const CROWD_MS = 60_000;

/** Fewer would be no figures. */
const LEAST_FRAMES = 12;

// Text, because a function would be sent with what the loader of this file adds to it.
const MUTE = `{
  const gl = WebGL2RenderingContext.prototype;
  for (const name of ['drawElements', 'drawElementsInstanced', 'drawArrays', 'drawArraysInstanced']) {
    const draw = gl[name];
    gl[name] = function (...details) {
      if (window.isPictureMuted !== true) draw.apply(this, details);
    };
  }
}`;

/** What a page keeps, after its garbage has been collected. */
export interface Kept {
  readonly heapBytes: number;
  readonly nodes: number;
}

/** A page that walks on and on in a crowd, and what it takes. */
export class PageMeter {
  readonly #page: Page;
  readonly #server: ThrongServer;
  readonly #cdp: CDPSession;
  readonly #ramble: Ramble;
  #count = 0;

  private constructor(page: Page, server: ThrongServer, cdp: CDPSession) {
    this.#page = page;
    this.#server = server;
    this.#cdp = cdp;
    this.#ramble = new Ramble(page, server);
  }

  static async open(browser: TestBrowser, server: ThrongServer): Promise<PageMeter> {
    server.expect(0);
    const page = await browser.openPage(SIZE);
    await page.addInitScript(MUTE);
    await page.goto(`${server.url}/?name=Ada&zoom=2`);
    await page.waitForFunction(() => window.flatlands?.ready === true);
    return new PageMeter(page, server, await page.context().newCDPSession(page));
  }

  /** Lets others come until there are so many, and waits until all of them are drawn. */
  async fill(count: number): Promise<void> {
    this.#count = count;
    this.#server.throng.grow(count);
    await this.#mute(true);
    await until('everybody was drawn', async () => (await this.#drawn()) >= count * DRAWN_SHARE, CROWD_MS);
  }

  /** Lets it walk for so many ms, unseen: until the browser has compiled what runs often. */
  async warmUp(ms: number): Promise<void> {
    await this.#mute(true);
    await this.#pass(ms);
  }

  /**
   * Watches for so many ms, longer if it takes that to see frames.
   * @param isMuted whether nothing is drawn, although the script does all it would do for it: then frames come as often as
   * where a graphics card draws, and the processor is left to the script
   */
  async watch(ms: number, isMuted: boolean): Promise<TraceFigures> {
    await this.#mute(isMuted);
    const browser = this.#page.context().browser();
    if (browser === null) throw new Error('The page has no browser to trace.');
    await browser.startTracing(this.#page, { categories: TRACE_CATEGORIES });
    await this.#pass(ms);
    const trace = (await browser.stopTracing()).toString();
    const { traceEvents } = JSON.parse(trace) as { readonly traceEvents: readonly TraceEvent[] };
    return readTrace(traceEvents);
  }

  async kept(): Promise<Kept> {
    await this.#cdp.send('HeapProfiler.collectGarbage');
    const heap = await this.#cdp.send('Runtime.getHeapUsage');
    const { nodes } = await this.#cdp.send('Memory.getDOMCounters');
    return { heapBytes: heap.usedSize + heap.backingStorageSize, nodes };
  }

  /** @throws Error when the page did not show what it was told */
  async judge(): Promise<void> {
    const drawn = await this.#drawn();
    const { counters, errors, phase } = await this.#page.evaluate(() => ({
      counters: window.flatlands?.counters,
      errors: window.flatlands?.errors ?? [],
      phase: window.flatlands?.phase,
    }));
    const faults = [...errors];
    if (phase !== 'joined') faults.push(`the page is ${phase}`);
    if (drawn < this.#count * DRAWN_SHARE) faults.push(`of ${this.#count} people ${drawn} are drawn`);
    for (const name of ['divergences', 'corrections', 'duplicates'] as const) {
      if (counters?.[name] !== 0) faults.push(`${counters?.[name]} ${name}`);
    }
    if (this.#server.asked > 0) faults.push(`${this.#server.asked} squares were asked for again`);
    if (this.#server.throng.crossings === 0) faults.push('no border was crossed');
    if (faults.length > 0) throw new Error(`The page did not show what it was told: ${faults.join('; ')}.`);
  }

  async close(): Promise<void> {
    await this.#ramble.stop();
    await this.#page.context().close();
  }

  async #mute(isMuted: boolean): Promise<void> {
    await this.#page.evaluate(
      `window.isPictureMuted = ${isMuted}; document.body.style.visibility = '${isMuted ? 'hidden' : 'visible'}';`,
    );
  }

  async #pass(ms: number): Promise<void> {
    await this.#page.evaluate(`new Promise((resolve) => {
      const begunAt = performance.now();
      let frames = 0;
      const look = () => {
        frames++;
        if (frames >= ${LEAST_FRAMES} && performance.now() - begunAt >= ${ms}) resolve();
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    })`);
  }

  #drawn(): Promise<number> {
    return this.#page.evaluate(
      () => window.flatlands?.scenePeople().filter(({ visible, isOwn }) => visible && !isOwn).length ?? 0,
    );
  }
}
