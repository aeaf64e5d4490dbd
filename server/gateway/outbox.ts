import { TICK_MS } from '../../shared/constants.ts';
import { encodeServerMessage } from '../../shared/server-codec.ts';
import type { Outbox } from '../grid/fan-out.ts';
import { Frame } from '../grid/frame.ts';
import type { ShownTrace } from '../grid/trace.ts';
import {
  CAUGHT_UP_BYTES,
  CAUGHT_UP_MS,
  MAX_BUFFERED_BYTES,
  MAX_OWN_BYTES,
  SLOW_MS,
  SLOWEST_BYTES_PER_SECOND,
  STALE_BYTES,
  STALE_MS,
} from './limits.ts';
import { Unacknowledged } from './unacknowledged.ts';

/** A connection as the session uses it. Ordered and reliable while it lasts. */
export interface Link {
  /** By which all connections from the same source go; undefined where it is not known. */
  readonly address?: string;
  send(frame: Frame): void;
  /** Bytes sent and not yet taken by the kernel. */
  readonly bufferedBytes: number;
  close(code: number, sentence: string): void;
}

/** Bytes of messages to single sessions, by lane. */
export interface LaneCounters {
  urgent: number;
  normal: number;
  bulk: number;
}

const NOTHING: readonly Uint8Array[] = [];

/**
 * A session's way out (O1, O2): three lanes that one flush joins into one frame, after what the session shares with
 * others. Nothing waits here for longer than a flush. How far the client is behind is known from what it acknowledges:
 * past a first limit it is told nothing more of squares, past a second one `overflow` is called.
 */
export class SessionOutbox implements Outbox {
  readonly #link: Link;
  readonly #worldMs: () => number;
  readonly #overflow: () => void;
  readonly #lanes: LaneCounters;
  readonly #unacknowledged = new Unacknowledged();
  #urgent: Uint8Array[] = [];
  #normal: Uint8Array[] = [];
  #bulk: Uint8Array[] = [];
  #ownBytes = 0;
  #bulkBytes = 0;
  /** Of the flush under way, in the order of the lanes. */
  #sealed = NOTHING;
  #sealedBulkBytes = 0;
  /** For the next frame: when that is written is told with them. */
  #traces: ShownTrace[] = [];
  #ping: { readonly nonce: number; readonly receivedMs: number } | undefined;
  #isBehind = false;
  /** Since when, in ticks. */
  #behindTick = 0;
  /** Whatever is older counts from here: the node could not listen before. In ticks. */
  #excusedTick = 0;

  /** @param lanes counts for all sessions together */
  constructor(
    link: Link,
    worldMs: () => number,
    overflow: () => void,
    lanes: LaneCounters = { urgent: 0, normal: 0, bulk: 0 },
  ) {
    this.#link = link;
    this.#worldMs = worldMs;
    this.#overflow = overflow;
    this.#lanes = lanes;
  }

  /** Bytes on their way to the client, as far as it has said. */
  get unacknowledgedBytes(): number {
    return this.#unacknowledged.bytes;
  }

  /** The oldest frame that the client has not acknowledged; undefined when it has had all. In ticks. */
  get unacknowledgedTick(): number | undefined {
    return this.#unacknowledged.tick;
  }

  /** Bytes that this process still holds: for the next flush, and of those before what the kernel has not taken. */
  get waitingBytes(): number {
    return this.#ownBytes + this.#link.bufferedBytes;
  }

  /** Own acknowledgements, corrections, control. */
  urgent(bytes: Uint8Array): void {
    this.#urgent.push(bytes);
    this.#ownBytes += bytes.length;
    this.#lanes.urgent += bytes.length;
  }

  normal(bytes: Uint8Array): void {
    this.#normal.push(bytes);
    this.#ownBytes += bytes.length;
    this.#lanes.normal += bytes.length;
  }

  bulk(bytes: Uint8Array): void {
    this.#bulk.push(bytes);
    this.#ownBytes += bytes.length;
    this.#bulkBytes += bytes.length;
    this.#lanes.bulk += bytes.length;
  }

  /** Answers a nonce with the next frame; of several before a flush, the last. */
  pong(nonce: number): void {
    this.#ping = { nonce, receivedMs: Math.round(this.#worldMs()) };
  }

  /** Tells of an input that was followed, with the next frame. */
  trace(trace: ShownTrace): void {
    this.#traces.push(trace);
  }

  /** The client has had all frames up to this number. */
  acknowledged(frame: number): void {
    this.#unacknowledged.acknowledged(frame);
  }

  /** The node could not listen until now: that nothing was acknowledged says nothing of the client. */
  excuse(tick: number): void {
    this.#excusedTick = tick;
  }

  isBehind(tick: number): boolean {
    const oldest = this.#unacknowledged.tick;
    if (oldest === undefined) {
      this.#isBehind = false;
      return false;
    }
    // Pictures do not count: whoever is behind because of them would be sent them again as soon as they have come.
    const { bytes, newsBytes } = this.#unacknowledged;
    const ageMs = (tick - Math.max(oldest, this.#excusedTick)) * TICK_MS;
    if (this.#isBehind) this.#isBehind = ageMs > CAUGHT_UP_MS || newsBytes > CAUGHT_UP_BYTES;
    else if (ageMs > STALE_MS || newsBytes > STALE_BYTES) {
      this.#isBehind = true;
      this.#behindTick = tick;
    }
    // What is sent meanwhile, to the client alone, may keep the oldest young for ever: how long it is behind counts, too.
    const behindMs = this.#isBehind ? (tick - Math.max(this.#behindTick, this.#excusedTick)) * TICK_MS : 0;
    if (Math.max(ageMs, behindMs) > SLOW_MS + (bytes / SLOWEST_BYTES_PER_SECOND) * 1000) this.#overflow();
    return this.#isBehind;
  }

  seal(): void {
    if (this.#ownBytes === 0) return;
    const isTooMuch = this.#ownBytes > MAX_OWN_BYTES;
    this.#sealed = isTooMuch ? NOTHING : [...this.#urgent, ...this.#normal, ...this.#bulk];
    this.#urgent = [];
    this.#normal = [];
    this.#bulk = [];
    this.#sealedBulkBytes = this.#bulkBytes;
    this.#ownBytes = 0;
    this.#bulkBytes = 0;
    if (isTooMuch) this.#overflow();
  }

  send(tick: number, header: Uint8Array, shared: Frame | undefined): void {
    const frame = this.#frame(header, shared);
    const pictureBytes = this.#sealedBulkBytes;
    this.#sealedBulkBytes = 0;
    if (frame === undefined) return;
    if (this.#link.bufferedBytes > MAX_BUFFERED_BYTES) {
      this.#overflow();
      return;
    }
    this.#unacknowledged.sent(tick, frame.buffer.length, pictureBytes);
    this.#link.send(frame);
  }

  #frame(header: Uint8Array, shared: Frame | undefined): Frame | undefined {
    if (this.#sealed.length === 0 && this.#ping === undefined && this.#traces.length === 0) return shared;
    const parts = [shared?.payload ?? header, ...this.#sealed];
    if (this.#ping !== undefined) {
      parts.push(encodeServerMessage({ type: 'pong', ...this.#ping, sentMs: Math.round(this.#worldMs()) }));
    }
    if (this.#traces.length > 0) {
      const writtenMs = this.#worldMs();
      for (const trace of this.#traces) parts.push(encodeServerMessage({ type: 'traced', ...trace, writtenMs }));
      this.#traces = [];
    }
    this.#sealed = NOTHING;
    this.#ping = undefined;
    return Frame.of(parts);
  }
}
