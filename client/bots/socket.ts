import WebSocket from 'ws';
import type { SocketFactory, SocketLike } from '../core/connection.ts';

/** An upgrade that takes longer has failed, in ms. */
const HANDSHAKE_MS = 10_000;

/** A bot's socket. Frames are small and packed already, so compression would only cost memory and time. */
export const openSocket: SocketFactory = (url, protocol) =>
  // The types of `ws` ask more of an event than the core looks at.
  new WebSocket(url, protocol, { perMessageDeflate: false, handshakeTimeout: HANDSHAKE_MS }) as SocketLike;
