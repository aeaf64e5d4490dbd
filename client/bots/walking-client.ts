/** What a bot needs of a client in order to walk: the full one and the light one both have it. */
export interface WalkingClient {
  readonly state: { readonly phase: string };
  /** What has been counted since it was made. */
  readonly counters: TrafficCounters & { readonly inputsSent: number };
  /** The round trip in ms; undefined as long as world time is not known. */
  readonly pingMs: number | undefined;
  /** World time, in ms. */
  worldMs(): number;
  /** In units; undefined before the server has said where one is. */
  ownPosition(): { readonly x: number; readonly y: number } | undefined;
  connect(): void;
  /** Leaves for good. */
  close(): void;
  walk(heading: number): void;
  /** Ten times a second or so. */
  update(): void;
}

/** Frames and messages, and the bytes of their payloads. */
export interface TrafficCounters {
  readonly framesIn: number;
  readonly bytesIn: number;
  readonly messagesOut: number;
  readonly bytesOut: number;
}
