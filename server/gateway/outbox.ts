import { concat } from '../../shared/codec.ts';
import { encodeServerMessage } from '../../shared/server-codec.ts';
import type { Outbox } from '../grid/fan-out.ts';
import { MAX_BUFFERED_BYTES, MAX_OWN_BYTES } from './limits.ts';

/** A connection as the session uses it. Ordered and reliable while it lasts. */
export interface Link {
  send(frame: Uint8Array): void;
  /** Bytes sent and not yet taken by the kernel. */
  readonly bufferedBytes: number;
  close(code: number, sentence: string): void;
}

/**
 * A session's way out (O1): three lanes that one flush joins into one frame, after what the session shares with
 * others. Nothing waits here for longer than a flush; what the socket does not take is bounded, and past the bound
 * `overflow` is called.
 */
export class SessionOutbox implements Outbox {
  readonly #link: Link;
  readonly #worldMs: () => number;
  readonly #overflow: () => void;
  #urgent: Uint8Array[] = [];
  #normal: Uint8Array[] = [];
  #bulk: Uint8Array[] = [];
  #ownBytes = 0;
  #ping: { readonly nonce: number; readonly receivedMs: number } | undefined;

  constructor(link: Link, worldMs: () => number, overflow: () => void) {
    this.#link = link;
    this.#worldMs = worldMs;
    this.#overflow = overflow;
  }

  /** Own acknowledgements, corrections, control. */
  urgent(bytes: Uint8Array): void {
    this.#urgent.push(bytes);
    this.#ownBytes += bytes.length;
  }

  normal(bytes: Uint8Array): void {
    this.#normal.push(bytes);
    this.#ownBytes += bytes.length;
  }

  bulk(bytes: Uint8Array): void {
    this.#bulk.push(bytes);
    this.#ownBytes += bytes.length;
  }

  /** Answers a nonce with the next frame; of several before a flush, the last. */
  pong(nonce: number): void {
    this.#ping = { nonce, receivedMs: Math.round(this.#worldMs()) };
  }

  flush(header: Uint8Array, shared: Uint8Array | undefined): void {
    if (this.#ping !== undefined) {
      this.urgent(encodeServerMessage({ type: 'pong', ...this.#ping, sentMs: Math.round(this.#worldMs()) }));
      this.#ping = undefined;
    }
    if (this.#link.bufferedBytes > MAX_BUFFERED_BYTES || this.#ownBytes > MAX_OWN_BYTES) {
      this.#overflow();
      return;
    }
    if (this.#ownBytes === 0) {
      if (shared !== undefined) this.#link.send(shared);
      return;
    }
    this.#link.send(concat([shared ?? header, ...this.#urgent, ...this.#normal, ...this.#bulk]));
    this.#urgent = [];
    this.#normal = [];
    this.#bulk = [];
    this.#ownBytes = 0;
  }
}
