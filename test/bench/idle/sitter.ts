import { middleOf, type Tile } from '../../../client/bots/place.ts';
import { encodeClientMessage } from '../../../shared/client-codec.ts';
import { CLOSE } from '../../../shared/closing.ts';
import { ENTER_MARGIN_TILES, PROTOCOL_VERSION } from '../../../shared/constants.ts';
import { type SquareRect, squaresOnScreen } from '../../../shared/grid.ts';
import type { ServerMessage } from '../../../shared/protocol.ts';
import { readEnters } from '../../../shared/records.ts';
import { decodeServerFrame } from '../../../shared/server-codec.ts';
import { WireSocket } from '../../helpers/wire-socket.ts';
import { SCREEN } from './orders.ts';

const AGAIN_MS = 2000;

/** Somebody who joins and from then on does nothing but say that they are there. */
export class Sitter {
  readonly tile: Tile;
  /** Everybody they have been told of, themselves included; nobody leaves. */
  readonly known = new Set<number>();
  hasJoined = false;
  /** Why the server ended it, if it has. */
  ending: string | undefined;
  readonly #port: number;
  #socket: WireSocket;
  #frame = 0;

  constructor(port: number, tile: Tile) {
    this.#port = port;
    this.tile = tile;
    this.#socket = this.#join();
  }

  #join(): WireSocket {
    const { tileX, tileY } = this.tile;
    const socket = new WireSocket(this.#port);
    socket.onMessage = (payload) => {
      for (const message of decodeServerFrame(payload)) this.#hear(message);
    };
    void socket.ended.then(({ code, reason }) => this.#end(code, reason));
    const hello = { type: 'hello', protocol: PROTOCOL_VERSION, look: 0, ...SCREEN, token: null } as const;
    socket.send(encodeClientMessage({ ...hello, name: `At ${tileX} ${tileY}`, at: [tileX, tileY] }));
    return socket;
  }

  /** A server with its hands full may be tried again. */
  #end(code: number, reason: string): void {
    if (code !== CLOSE.busy.code) {
      this.ending = `${code} ${reason}`;
      return;
    }
    setTimeout(() => {
      this.#socket = this.#join();
    }, AGAIN_MS);
  }

  /** To be called once a second. */
  sayAlive(): void {
    this.#socket.send(encodeClientMessage({ type: 'alive', frame: this.#frame, nonce: null }));
  }

  /** The squares whose people they have to know. */
  get squares(): SquareRect {
    const { x, y } = middleOf(this.tile);
    return squaresOnScreen(x, y, SCREEN.width, SCREEN.height, ENTER_MARGIN_TILES);
  }

  #hear(message: ServerMessage): void {
    if (message.type === 'frame') this.#frame = message.tick;
    else if (message.type === 'welcome') this.hasJoined = true;
    else if (message.type === 'snapshot' || message.type === 'changes') {
      for (const { id } of readEnters(message.enters)) this.known.add(id);
    }
  }
}
