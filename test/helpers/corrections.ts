import type { Page } from 'playwright-core';
import { REWIND_TICKS, TICK_MS } from '../../shared/constants.ts';
import type { PlayerPage } from './playing.ts';

/** Times that something is done at most until the machine has kept up. */
const TRIES = 3;
/** Between two questions to the server, in ms. */
const ASK_EVERY_MS = 10;

/** What kept a page waiting, in ms. */
interface Waits {
  /** The longest for an answer of the server, which needs the page, the browser's network and the server's loop. */
  readonly answerMs: number;
  /** The longest that the page itself was busy since it was opened. */
  readonly busyMs: number;
}

export interface Line {
  /** What the line to the server takes one way at most, in ms. */
  readonly delayMs: number;
  /** Whether answers to the page's other questions come by it, too. */
  readonly isOfAll: boolean;
}

const SHORT: Line = { delayMs: 0, isOfAll: true };

/**
 * Does something for which nobody may be corrected (M2), and checks that nobody was. An input that comes to the server
 * after the rewind window is corrected rightly, and on a machine that stands still for that long it does: then the
 * pages are loaded afresh and it is done again. The page asks the server all the while, to know how long an input may
 * have taken. How much its clock may be wrong follows from how long it was busy: an answer about the time that had to
 * wait for it makes the clock wrong by half of that.
 * @param act is to work from wherever people stand, on pages that have just been opened
 * @throws Error when somebody was corrected though the machine kept up, or when it never did
 */
export async function withoutCorrections(
  players: readonly PlayerPage[],
  act: () => Promise<void>,
  line: Line = SHORT,
): Promise<void> {
  // A stamp is rounded down to its tick.
  const roomMs = REWIND_TICKS * TICK_MS - TICK_MS - line.delayMs;
  const isStall = ({ answerMs, busyMs }: Waits): boolean =>
    answerMs - (line.isOfAll ? 2 * line.delayMs : 0) + busyMs / 2 > roomMs;
  for (let tried = 1; ; tried++) {
    if (tried > 1) await Promise.all(players.map(({ page }) => openAfresh(page)));
    const watches = await Promise.all(players.map(({ page }) => watchWaits(page)));
    await act();
    const corrections = await Promise.all(players.map(({ page }) => correctionsOf(page)));
    const waits = await Promise.all(watches.map((end) => end()));
    if (corrections.every((count) => count === 0)) return;
    const told = `Corrections: ${corrections.join(', ')}; waits: ${JSON.stringify(waits)}`;
    if (!waits.some(isStall)) throw new Error(`Somebody was corrected though the machine kept up. ${told}`);
    if (tried === TRIES) throw new Error(`Somebody was corrected, ${TRIES} times in a row. ${told}`);
  }
}

async function openAfresh(page: Page): Promise<void> {
  await page.reload();
  await page.waitForFunction(() => window.flatlands?.ready === true);
}

/** The corrections so far, once the server has answered all inputs. */
async function correctionsOf(page: Page): Promise<number | undefined> {
  await page.waitForFunction(() => window.flatlands?.counters?.inputsAcked === window.flatlands?.counters?.inputsSent);
  return page.evaluate(() => window.flatlands?.counters?.corrections);
}

/** Asks the server again and again. Resolves with what ends that and gives the waits. */
async function watchWaits(page: Page): Promise<() => Promise<Waits>> {
  const watch = await page.evaluateHandle((everyMs) => {
    let busyMs = 0;
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) busyMs = Math.max(busyMs, duration);
    });
    observer.observe({ type: 'longtask', buffered: true });
    let isOver = false;
    const ask = async (): Promise<number> => {
      let longestMs = 0;
      let from = performance.now();
      do {
        await fetch('/healthz');
        await new Promise((resolve) => setTimeout(resolve, everyMs));
        const now = performance.now();
        longestMs = Math.max(longestMs, now - from);
        from = now;
      } while (!isOver);
      return longestMs;
    };
    const asking = ask();
    return {
      end: async (): Promise<Waits> => {
        isOver = true;
        const answerMs = await asking;
        observer.disconnect();
        return { answerMs, busyMs };
      },
    };
  }, ASK_EVERY_MS);
  return () => watch.evaluate(({ end }) => end());
}
