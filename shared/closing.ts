/** How sessions end: the codes, and the error that carries one. */

export interface CloseReason {
  readonly code: number;
  /** A sentence for a person; at most 123 bytes. */
  readonly sentence: string;
  /** Whether the client comes back by itself. */
  readonly reconnect: boolean;
}

/** The one table of close codes. */
export const CLOSE = {
  goingAway: { code: 1001, sentence: 'The server is stopping; reconnect in a moment.', reconnect: true },
  tooBig: { code: 1009, sentence: 'The message is larger than the server takes.', reconnect: false },
  fault: { code: 1011, sentence: 'Something went wrong on the server.', reconnect: true },
  unavailable: { code: 1013, sentence: 'The server cannot let anybody in at the moment; try again.', reconnect: true },
  malformed: { code: 4000, sentence: 'The message was not understood.', reconnect: false },
  version: {
    code: 4001,
    sentence: 'This client is too old or too new for the server: reload the page.',
    reconnect: false,
  },
  noHello: { code: 4002, sentence: 'No hello came in time.', reconnect: true },
  flood: { code: 4003, sentence: 'Too many messages in too short a time.', reconnect: false },
  slow: { code: 4004, sentence: 'The connection is too slow for what it asked to see.', reconnect: true },
  full: { code: 4005, sentence: 'The server is full; try again later.', reconnect: true },
  takenOver: { code: 4006, sentence: 'The same player signed in elsewhere.', reconnect: false },
  silent: { code: 4007, sentence: 'Nothing was heard from the client for too long.', reconnect: true },
  edge: { code: 4008, sentence: 'That place is beyond the edge of the world.', reconnect: false },
  closedSpawn: { code: 4009, sentence: 'This server does not let clients choose where to appear.', reconnect: false },
  busy: { code: 4010, sentence: 'The server has its hands full; try again in a moment.', reconnect: true },
  crowded: { code: 4011, sentence: 'Too many connections come from your address.', reconnect: true },
  badName: { code: 4012, sentence: 'That name is not for here: choose another one.', reconnect: false },
  draining: { code: 4013, sentence: 'The server is about to stop: another one takes over.', reconnect: true },
  kicked: { code: 4014, sentence: 'You were sent away by those who run this world.', reconnect: false },
  banned: { code: 4015, sentence: 'You may not come into this world.', reconnect: false },
} as const satisfies Record<string, CloseReason>;

export type CloseName = keyof typeof CLOSE;

/** The sentence of a reason, with what else there is to say in brackets. */
export const detailed = ({ sentence }: CloseReason, detail = ''): string =>
  detail === '' ? sentence : `${sentence} (${detail})`;

/** A peer's fault: the session is closed with this code and sentence. */
export class ProtocolError extends Error {
  readonly reason: CloseReason;
  constructor(name: CloseName, detail?: string) {
    const reason = CLOSE[name];
    super(detailed(reason, detail));
    this.name = 'ProtocolError';
    this.reason = reason;
  }
}
