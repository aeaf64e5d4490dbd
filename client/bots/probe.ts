import type { Monotonic } from '../../shared/clock.ts';
import type { Welcome } from '../../shared/protocol.ts';
import { Client } from '../core/client.ts';
import type { SocketFactory } from '../core/connection.ts';
import { ABNORMAL } from './bot.ts';

/** The server cannot be used; the message is the sentence that the user reads. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** How long a server may take to let somebody in, in ms. */
const PATIENCE_MS = 10_000;

/**
 * Joins for a moment, to learn what kind of world it is before the players come.
 * @throws Unreachable when nobody answers or the server turns one away
 */
export function probe(url: string, monotonic: Monotonic, openSocket: SocketFactory): Promise<Welcome> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      client.close();
      settle();
    };
    const fail = (sentence: string): void => end(() => reject(new Unreachable(sentence)));
    const client = new Client({
      url,
      name: 'probe',
      look: 0,
      screen: { width: 1, height: 1 },
      monotonic,
      random: () => 0,
      openSocket,
      observer: {
        joined: (welcome) => end(() => resolve(welcome)),
        closed: (code, reason) =>
          fail(code === ABNORMAL ? `No server answers at ${url}.` : `${url} turned the first player away: ${reason}`),
      },
    });
    const timer = setTimeout(() => fail(`${url} did not let anybody in within ${PATIENCE_MS / 1000} s.`), PATIENCE_MS);
    client.connect();
  });
}
