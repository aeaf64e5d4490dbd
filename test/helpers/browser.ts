import { join } from 'node:path';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';
import { chromium } from './chromium.ts';

/** Sizes are in CSS pixels. */
export interface PageSize {
  readonly width: number;
  readonly height: number;
}

export interface PageOptions {
  /** Loaded until its `load` event. */
  readonly url?: string;
  /** A screen that is touched: taps are events of their own. */
  readonly touch?: boolean;
  /** Device pixels per CSS pixel. */
  readonly pixelRatio?: number;
  /** Faults that this page is meant to have, as when a server is stopped under it. */
  readonly expected?: readonly RegExp[];
}

const SCREENSHOTS = join(import.meta.dirname, '../.screenshots');

/** Software WebGL2, and none of what the package asks for by default: its single process dies with the first page. */
const ARGUMENTS = [
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  // Pages in the background of a test are as alive as the one in front.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** See LaunchOptions. */
const COMPOSED_BY_PROCESSOR = '--disable-gpu-compositing';

export interface LaunchOptions {
  /**
   * Puts the page together as a browser with a graphics card does, by the same software that here stands in for the
   * card: a picture of the page then takes seconds instead of a tenth of one, and a second page halves the frames of
   * the first. What the page itself draws is drawn the same way and looks the same without. For measurements.
   */
  readonly asWithCard?: boolean;
}

/**
 * A real browser for a test file. Whatever its pages complain of (an exception, an error on the console, a breach of
 * the content security policy, a file that does not load) is collected as a fault, and `close` throws on any.
 */
export class TestBrowser {
  readonly #browser: Browser;
  readonly #faults: string[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch({ asWithCard = false }: LaunchOptions = {}): Promise<TestBrowser> {
    const { executable, env } = await chromium();
    const args = asWithCard ? ARGUMENTS : [...ARGUMENTS, COMPOSED_BY_PROCESSOR];
    return new TestBrowser(
      await playwright.launch({ executablePath: executable, args, env: { ...process.env, ...env } }),
    );
  }

  /** Opens a page with storage of its own, as another person would. */
  async openPage(size: PageSize, options: PageOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      viewport: { ...size },
      hasTouch: options.touch ?? false,
      deviceScaleFactor: options.pixelRatio ?? 1,
      locale: 'en-US',
    });
    const page = await context.newPage();
    await this.#watch(page, options.expected ?? []);
    if (options.url !== undefined) await page.goto(options.url);
    return page;
  }

  /** Closes every page, as between two tests. */
  async closePages(): Promise<void> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()));
  }

  /** The faults since the last look; looking forgives them. */
  takeFaults(): string[] {
    return this.#faults.splice(0);
  }

  /** @throws Error that lists the faults of all pages, after the browser is closed. */
  async close(): Promise<void> {
    await this.#browser.close();
    const faults = this.takeFaults();
    if (faults.length > 0) throw new Error(`The browser's pages complained:\n${faults.join('\n')}`);
  }

  async #watch(page: Page, expected: readonly RegExp[]): Promise<void> {
    const add = (fault: string): void => {
      if (!expected.some((pattern) => pattern.test(fault))) this.#faults.push(fault);
    };
    page.on('pageerror', (error) => add(`exception: ${error.stack ?? error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') add(`console: ${message.text()} (${message.location().url})`);
    });
    page.on('crash', () => add('crash: the page is gone'));
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        console.error(`content security policy: ${event.violatedDirective} forbids ${event.blockedURI}`);
      });
    });
  }
}

/** Writes what the page shows to test/.screenshots/NAME.png and gives the PNG. */
export function screenshot(page: Page, name: string): Promise<Buffer> {
  return page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}
