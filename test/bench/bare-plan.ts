/** What a bare loop over sockets has to do. */
export interface BarePlan {
  readonly sockets: number;
  /** Goes over all of them so often … */
  readonly everyMs: number;
  /** … so many at a time, with everything else having its turn between. */
  readonly slice: number;
  /** Each gets a buffer with this chance each time, from 0 to 1 … */
  readonly chance: number;
  /** … of one of these sizes, in bytes. */
  readonly sizes: readonly number[];
  /** What comes from each peer meanwhile. */
  readonly inbound: { readonly perSecond: number; readonly bytes: number };
}

/** Sessions that the server visits at a time. */
const SLICE = 250;

/** Bytes of a server's WebSocket frame around so much payload. */
export const frameHeaderBytes = (payload: number): number => (payload < 126 ? 2 : payload < 65_536 ? 4 : 10);

/** A client's masks are four bytes more. */
const MASK_BYTES = 4;

/** What went over the wire, as the bots report it: sizes are payloads. */
export interface WireTraffic {
  readonly framesPerPlayerPerSecond: number;
  readonly frameSample: readonly number[];
  readonly messagesOutPerPlayerPerSecond: number;
  readonly bytesPerMessageOut: number;
}

/**
 * The same frames, sizes and cadence as a scene's, for as many sockets, and the same inbound bytes.
 * @throws RangeError when nothing was sent
 */
export function barePlanOf(players: number, flushMs: number, traffic: WireTraffic): BarePlan {
  const { framesPerPlayerPerSecond, frameSample, messagesOutPerPlayerPerSecond, bytesPerMessageOut } = traffic;
  if (frameSample.length === 0) throw new RangeError('there are no frames to do the same with');
  const inbound = Math.round(bytesPerMessageOut);
  return {
    sockets: players,
    everyMs: flushMs,
    slice: SLICE,
    chance: Math.min(1, (framesPerPlayerPerSecond * flushMs) / 1000),
    sizes: frameSample.map((payload) => payload + frameHeaderBytes(payload)),
    inbound: {
      perSecond: messagesOutPerPlayerPerSecond,
      bytes: inbound + frameHeaderBytes(inbound) + MASK_BYTES,
    },
  };
}

/** Writes a second when nothing is late. */
export const plannedWrites = ({ sockets, chance, everyMs }: BarePlan): number => (sockets * chance * 1000) / everyMs;

/** One write of 200 bytes after the other, to sockets enough that none is the same one again at once. */
export const WRITES_OF_200: BarePlan = {
  sockets: 300,
  everyMs: 20,
  slice: 300,
  chance: 1,
  sizes: [200],
  inbound: { perSecond: 0, bytes: 0 },
};

/** What a process that follows the plan has done so far. */
export interface BareCount {
  readonly writes: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
}

/** What the process that writes can be told to do. */
export interface BareServerOrders {
  /** Listens; gives the port. */
  readonly open: { readonly takes: BarePlan; readonly gives: number };
  readonly begin: { readonly takes: null; readonly gives: null };
  readonly count: { readonly takes: null; readonly gives: BareCount };
  readonly stop: { readonly takes: null; readonly gives: null };
}

/** What the process with the other ends can be told to do. */
export interface BarePeersOrders {
  /** Connects all of them. */
  readonly join: { readonly takes: { readonly port: number; readonly plan: BarePlan }; readonly gives: null };
  readonly begin: { readonly takes: null; readonly gives: null };
  readonly count: { readonly takes: null; readonly gives: BareCount };
  readonly stop: { readonly takes: null; readonly gives: null };
}
