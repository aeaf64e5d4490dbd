/** What a node says of itself when it is asked: for people who run the world. Rates are per second. */
export interface NodeState {
  /** Made anew at every start. */
  readonly node: string;
  /** Where it listens, HOST:PORT as it was told; several nodes of a machine share one. */
  readonly address: string;
  /** Of the machine. */
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly uptimeSeconds: number;
  /** Whether it takes players; not while it drains. */
  readonly isOpen: boolean;
  readonly sessions: number;
  readonly players: number;
  /** Squares subscribed at the broker. */
  readonly squares: number;
  /** Since it was last asked, or the last second if that was sooner. */
  readonly rates: Rates;
  readonly load: Load;
  readonly broker: BrokerView;
  /** The sessions that are furthest behind, the worst first, at most MAX_SLOW. */
  readonly slow: readonly SlowSession[];
  /** Where its players are: squares, the fullest first, at most MAX_CROWDS. */
  readonly crowds: readonly Crowd[];
}

export interface Rates {
  readonly joins: number;
  readonly leaves: number;
  readonly frames: number;
  readonly updates: number;
  readonly batchesOut: number;
  readonly batchesIn: number;
  readonly edits: number;
  readonly lines: number;
}

export interface Load {
  /** Of a core, since it was last asked; more than 1 with the threads of the process. */
  readonly cpu: number;
  readonly residentBytes: number;
  readonly loopDelayP99Ms: number;
  /** Between two flushes now, of what is near. */
  readonly flushMs: number;
  /** 0 while it flushes as it was told to. */
  readonly flushLevel: number;
  /** Part of the time that is spent in flushes. */
  readonly flushShare: number;
}

export interface BrokerView {
  readonly isConnected: boolean;
  /** What went wrong last; null while connected. */
  readonly lastError: string | null;
  readonly dropped: number;
  readonly unconfirmedBytes: number;
}

export interface SlowSession {
  readonly id: number;
  readonly name: string;
  /** Age of the oldest frame that its client has not acknowledged. */
  readonly behindMs: number;
  readonly unacknowledgedBytes: number;
}

export type Crowd = readonly [sx: number, sy: number, players: number];

export const MAX_SLOW = 20;
export const MAX_CROWDS = 1000;

/** Reads what another node says of itself; undefined for what no node of this version says. */
export function readNodeState(json: string): NodeState | undefined {
  try {
    const state: unknown = JSON.parse(json);
    return isLike(state, SAMPLE) ? (state as NodeState) : undefined;
  } catch {
    return undefined;
  }
}

/** What all of them look like. */
const SAMPLE: NodeState = {
  node: '',
  address: '',
  host: '',
  pid: 0,
  version: '',
  uptimeSeconds: 0,
  isOpen: true,
  sessions: 0,
  players: 0,
  squares: 0,
  rates: { joins: 0, leaves: 0, frames: 0, updates: 0, batchesOut: 0, batchesIn: 0, edits: 0, lines: 0 },
  load: { cpu: 0, residentBytes: 0, loopDelayP99Ms: 0, flushMs: 0, flushLevel: 0, flushShare: 0 },
  broker: { isConnected: true, lastError: null, dropped: 0, unconfirmedBytes: 0 },
  slow: [{ id: 0, name: '', behindMs: 0, unacknowledgedBytes: 0 }],
  crowds: [[0, 0, 0]],
};

/** Whether a value has all that the sample has, with the same types; items of a list as the sample's first ones. */
function isLike(value: unknown, sample: unknown): boolean {
  if (sample === null) return value === null || typeof value === 'string';
  if (typeof sample === 'number') return Number.isFinite(value);
  if (typeof sample !== 'object') return typeof value === typeof sample;
  if (typeof value !== 'object' || value === null) return false;
  if (!Array.isArray(sample)) {
    return Object.entries(sample).every(
      ([key, part]) => Object.hasOwn(value, key) && isLike(Reflect.get(value, key), part),
    );
  }
  if (!Array.isArray(value)) return false;
  // A list of one is a list of any number of the same, but for a crowd, which is three numbers.
  if (sample.length > 1) return value.length === sample.length && value.every((item, i) => isLike(item, sample[i]));
  return value.every((item) => isLike(item, sample[0]));
}
