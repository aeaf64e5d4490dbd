import type { CDPSession, Page } from 'playwright-core';

interface Finger {
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

/** Several fingers on a page's screen, in CSS pixels. Playwright itself has but one, which only taps. */
export class Fingers {
  readonly #session: CDPSession;
  readonly #down = new Map<number, Finger>();

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  static async on(page: Page): Promise<Fingers> {
    return new Fingers(await page.context().newCDPSession(page));
  }

  async down(id: number, x: number, y: number): Promise<void> {
    this.#down.set(id, { id, x, y });
    await this.#send('touchStart', [...this.#down.values()]);
  }

  async move(id: number, x: number, y: number): Promise<void> {
    this.#down.set(id, { id, x, y });
    await this.#send('touchMove', [...this.#down.values()]);
  }

  async up(id: number): Promise<void> {
    const finger = this.#down.get(id);
    this.#down.delete(id);
    // Here those that end are named, not those that stay.
    if (finger !== undefined) await this.#send('touchEnd', [finger]);
  }

  async #send(type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: Finger[]): Promise<void> {
    await this.#session.send('Input.dispatchTouchEvent', { type, touchPoints });
  }
}
