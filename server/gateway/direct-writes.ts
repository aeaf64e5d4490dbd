import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Node's own write request, and the part of a socket's handle that it is for. */
interface WriteRequest {
  buffer?: Uint8Array;
  oncomplete?: (status: number) => void;
}
interface Handle {
  readonly writeQueueSize: number;
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number;
}
type NewRequest = new () => WriteRequest;

/**
 * What has become of bytes: the kernel has them all, or some of them and the rest as soon as it can, or nothing has been
 * written, and they are to be written the usual way.
 */
export type Written = 'all' | 'some' | 'nothing';

/** A socket as Node makes it; its handle is gone once it is closed. */
export type DirectStream = Duplex & { readonly _handle: Handle | null };

/**
 * A way onto TCP connections past the bookkeeping of Node's streams, which is a good part of what a small write costs.
 * What it rests on is not documented, so it is taken only where everything is found to be as expected, and for a write
 * only while the stream itself holds nothing back: order is kept. Undefined where there is no such way.
 */
export class DirectWrites {
  readonly #request: NewRequest;
  /** Used again for as long as the kernel takes everything at once. */
  #idle: WriteRequest;

  private constructor(request: NewRequest) {
    this.#request = request;
    this.#idle = new request();
  }

  static open(): DirectWrites | undefined {
    try {
      const { binding } = process as unknown as { binding(name: string): { readonly WriteWrap?: NewRequest } };
      const { WriteWrap } = binding.call(process, 'stream_wrap');
      return typeof WriteWrap === 'function' ? new DirectWrites(WriteWrap) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whether a stream is what is expected here. */
  static fits(stream: Duplex): stream is DirectStream {
    if (!(stream instanceof Socket)) return false;
    const { _handle: handle } = stream as unknown as { readonly _handle?: Partial<Handle> | null };
    return typeof handle?.writeBuffer === 'function' && typeof handle.writeQueueSize === 'number';
  }

  /** Writes to an open stream that fits. */
  write(stream: DirectStream, bytes: Uint8Array): Written {
    const handle = stream._handle;
    if (handle === null || stream.writableLength > 0) return 'nothing';
    const request = this.#idle;
    if (handle.writeBuffer(request, bytes) !== 0) {
      stream.destroy();
      return 'all';
    }
    if (handle.writeQueueSize === 0) return 'all';
    // The kernel is full: the request is under way, and keeps the bytes until it is done.
    request.buffer = bytes;
    request.oncomplete = (status) => {
      if (status < 0) stream.destroy();
    };
    this.#idle = new this.#request();
    return 'some';
  }
}
