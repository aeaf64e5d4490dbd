import type { Tile } from '../../../client/bots/place.ts';
import { Heartbeat } from '../../../client/core/heartbeat.ts';
import { Replica } from '../../../client/core/replica.ts';
import { encodeClientMessage } from '../../../shared/client-codec.ts';
import { concat } from '../../../shared/codec.ts';
import { PROTOCOL_VERSION } from '../../../shared/constants.ts';
import type { ClientMessage, ServerMessage } from '../../../shared/protocol.ts';
import { decodeServerFrame } from '../../../shared/server-codec.ts';
import { SyncedClock } from '../../../shared/synced-clock.ts';
import { PacedSocket } from './paced-socket.ts';

export interface PacedClientOptions {
  readonly url: URL;
  readonly name: string;
  readonly at: Tile;
  /** In tiles. */
  readonly screen: { readonly width: number; readonly height: number };
  /** Read from the first frame on, in bytes per second; infinite for everything that comes. */
  readonly bytesPerSecond: number;
  readonly monotonic: () => number;
  /** A whole frame has been taken in. */
  readonly framed: (client: PacedClient, frame: number) => void;
  /** A connection has ended that the client had not ended itself. */
  readonly ended: (code: number, reason: string) => void;
}

/** Who has lost the connection comes back after so long, in ms. */
const BACK_MS = 1000;
/** As in a player's client: who has had no whole frame for so long takes the connection for dead, in ms. */
const SILENCE_MS = 12_000;

const nothingIsBlocked = (): boolean => false;
const ignore = (): void => undefined;

/**
 * Somebody who stands in the world on flat ground, keeps the picture that a client keeps, and says honestly how far it
 * has got, but may read slowly. Who is closed, or hears nothing, comes back with their token.
 */
export class PacedClient {
  /** Squares whose checksum disagreed, and what was told twice, since it was last asked for. */
  disagreements = 0;
  readonly #options: PacedClientOptions;
  readonly #heartbeat: Heartbeat;
  readonly #clock: SyncedClock;
  #bytesPerSecond: number;
  #replica: Replica;
  #socket: PacedSocket | undefined;
  #token: string | null = null;
  #hasJoined = false;
  #frame = 0;
  #heardAtMs = 0;
  /** When it connects again; infinite while there is no need. */
  #backAtMs = Number.POSITIVE_INFINITY;

  constructor(options: PacedClientOptions) {
    this.#options = options;
    this.#bytesPerSecond = options.bytesPerSecond;
    this.#clock = new SyncedClock(options.monotonic);
    this.#heartbeat = new Heartbeat(this.#clock);
    this.#replica = this.#newReplica();
    this.#connect();
  }

  /** Whether it has ever been in the world. */
  get hasJoined(): boolean {
    return this.#token !== null;
  }

  get replica(): Pick<Replica, 'squares'> {
    return this.#replica;
  }

  /** To be called often: reads what is due, says that it is there, comes back. */
  drive(nowMs: number): void {
    this.#socket?.read(nowMs);
    if (nowMs >= this.#backAtMs) this.#connect();
    else if (this.#socket !== undefined && nowMs - this.#heardAtMs > SILENCE_MS) this.#socket.cut();
    else if (this.#hasJoined) {
      const alive = this.#heartbeat.due(nowMs, this.#frame);
      if (alive !== undefined) this.#send(alive);
    }
  }

  /** Reads everything from now on. */
  drain(nowMs: number): void {
    this.#bytesPerSecond = Number.POSITIVE_INFINITY;
    this.#socket?.pace(this.#bytesPerSecond, nowMs);
  }

  /** Reads as it was told at first again. */
  slacken(nowMs: number): void {
    this.#bytesPerSecond = this.#options.bytesPerSecond;
    if (this.#hasJoined) this.#socket?.pace(this.#bytesPerSecond, nowMs);
  }

  leave(): void {
    this.#backAtMs = Number.POSITIVE_INFINITY;
    this.#socket?.leave();
    this.#socket = undefined;
    this.#hasJoined = false;
  }

  #connect(): void {
    const { url, monotonic, ended } = this.#options;
    this.#backAtMs = Number.POSITIVE_INFINITY;
    this.#heardAtMs = monotonic();
    this.#frame = 0;
    this.#replica = this.#newReplica();
    this.#socket = new PacedSocket(url, {
      opened: () => this.#hello(),
      received: (bytes, from, to) => this.#received(bytes.subarray(from, to)),
      closed: (code, reason) => {
        this.#socket = undefined;
        this.#hasJoined = false;
        this.#backAtMs = monotonic() + BACK_MS;
        ended(code, reason);
      },
    });
  }

  #newReplica(): Replica {
    return new Replica(nothingIsBlocked, {
      entered: ignore,
      left: ignore,
      moved: ignore,
      profiled: ignore,
      duplicated: () => {
        this.disagreements++;
      },
    });
  }

  #hello(): void {
    const { name, screen, at: tile, monotonic } = this.#options;
    // Who comes back stands where they stood.
    const at = this.#token === null ? ([tile.tileX, tile.tileY] as const) : null;
    this.#send(
      { type: 'hello', protocol: PROTOCOL_VERSION, name, look: 0, ...screen, token: this.#token, at },
      this.#heartbeat.restart(monotonic()),
    );
  }

  #received(payload: Uint8Array): void {
    this.#heardAtMs = this.#options.monotonic();
    const messages = decodeServerFrame(payload);
    this.#replica.frame(() => {
      for (const message of messages) this.#take(message);
    });
    this.#replica.expire(this.#frame);
    this.#heartbeat.heard(payload.length);
    this.#options.framed(this, this.#frame);
  }

  #take(message: ServerMessage): void {
    const replica = this.#replica;
    if (message.type === 'frame') this.#frame = message.tick;
    else if (message.type === 'welcome') this.#welcomed(message.token);
    else if (message.type === 'pong') this.#heartbeat.answered(message);
    else if (message.type === 'motions') replica.motions(message.records, this.#frame);
    else if (message.type === 'changes') replica.changes(message, this.#frame);
    else if (message.type === 'snapshot') replica.snapshot(message, this.#frame);
    else if (message.type === 'forget') replica.forget(message.sx, message.sy, this.#frame);
    else if (message.type === 'check') this.disagreements += replica.check(message).length;
  }

  #welcomed(token: string): void {
    this.#token = token;
    this.#hasJoined = true;
    this.#socket?.pace(this.#bytesPerSecond, this.#options.monotonic());
  }

  #send(...messages: readonly ClientMessage[]): void {
    this.#socket?.send(concat(messages.map(encodeClientMessage)));
    this.#heartbeat.numbered(this.#options.monotonic());
  }
}
