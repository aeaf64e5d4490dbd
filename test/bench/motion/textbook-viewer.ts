import type { Distribution } from '../../../client/bots/histogram.ts';
import type { SocketLike } from '../../../client/core/connection.ts';
import type { LinkConditioner } from '../../../client/core/link-conditioner.ts';
import { UNITS_PER_TILE } from '../../../shared/constants.ts';
import { TextbookClient, TextbookServer } from './textbook.ts';

/** Where players are at a moment, by id, in units. */
export type Places = ReadonlyMap<number, { readonly x: number; readonly y: number }>;

/** Somebody who is told and shown the world as the textbook has it, over a connection like everybody's. */
export class TextbookViewer {
  readonly #server = new TextbookServer();
  readonly #client = new TextbookClient();
  readonly #socket: SocketLike;
  /** That it has been told. */
  bytes = 0;
  /** That it would have been told by a server which knows of everybody's screen, and cuts it out exactly. */
  screenBytes = 0;
  readonly #screenServer = new TextbookServer();

  constructor(conditioner: LinkConditioner) {
    const wire: SocketLike = {
      binaryType: 'arraybuffer',
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      // One way is enough: what goes in here comes out at the viewer, as late as the connection makes it.
      send: (data) => this.#client.received(data),
      close: () => undefined,
    };
    this.#socket = conditioner.wrap(() => wire)('textbook', '');
  }

  /** The server's tick. */
  tick(tick: number, seen: ReadonlySet<number>, places: Places): void {
    const people: { readonly id: number; readonly x: number; readonly y: number }[] = [];
    for (const id of seen) {
      const place = places.get(id);
      if (place !== undefined) people.push({ id, ...place });
    }
    const frame = this.#server.frame(tick, people);
    if (frame === undefined) return;
    this.bytes += frame.length;
    this.#socket.send(frame);
  }

  /**
   * Counts what a tick costs when only those are told who are on the screen, or within a tile of it.
   * @param own in the middle of the screen
   * @param screen in tiles
   */
  count(
    tick: number,
    seen: ReadonlySet<number>,
    places: Places,
    own: { readonly x: number; readonly y: number },
    screen: { readonly width: number; readonly height: number },
  ): void {
    const people: { readonly id: number; readonly x: number; readonly y: number }[] = [];
    for (const id of seen) {
      const place = places.get(id);
      if (place === undefined) continue;
      const isOnScreen =
        Math.abs(place.x - own.x) <= (screen.width / 2 + 1) * UNITS_PER_TILE &&
        Math.abs(place.y - own.y) <= (screen.height / 2 + 1) * UNITS_PER_TILE;
      if (isOnScreen) people.push({ id, ...place });
    }
    this.screenBytes += this.#screenServer.frame(tick, people)?.length ?? 0;
  }

  /** Records how far those in the picture are shown from where they were at the world time shown, in tiles. */
  compare(shownMs: number, seen: ReadonlySet<number>, truths: Places, errors: Distribution): void {
    for (const id of seen) {
      const truth = truths.get(id);
      const shown = truth === undefined ? undefined : this.#client.shownAt(id, shownMs, truth);
      if (truth === undefined || shown === undefined) continue;
      errors.record(Math.hypot(shown.x - truth.x, shown.y - truth.y) / UNITS_PER_TILE);
    }
  }
}
