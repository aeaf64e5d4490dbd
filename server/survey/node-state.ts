import type { NodeState } from '../../shared/topology.ts';

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
