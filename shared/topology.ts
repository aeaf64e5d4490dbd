import type { TerrainKind } from './terrain.ts';

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
  /** The sessions that are furthest behind, the worst first, at most twenty. */
  readonly slow: readonly SlowSession[];
  /** Where its players are: squares, the fullest first, at most a thousand. */
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

/** What a node did with a change of direction that is followed; all in ms of world time. */
export interface FollowedHop {
  /** Of the change, and whose it is. */
  readonly id: number;
  readonly player: number;
  /** By its own node: the input was read, and the flush began that told of it. */
  readonly readMs: number;
  readonly flushedMs: number;
  /** By this node: the broker brought it (null at its own), frames were begun, the last of them was written. */
  readonly node: string;
  readonly arrivedMs: number | null;
  readonly plannedMs: number;
  readonly writtenMs: number;
}

/** What is known of a node, and since when. */
export interface KnownNode {
  readonly state: NodeState;
  /** `missing` has not answered the last question; its state is the last that was heard. */
  readonly health: 'up' | 'missing';
  /** How long ago that state came, in ms. */
  readonly ageMs: number;
}

/** What `/admin/api/topology` answers: all nodes of a world, the longest running first. */
export interface Topology {
  readonly world: { readonly name: string; readonly terrain: TerrainKind; readonly seed: number };
  /** The node that asked the others. */
  readonly asker: string;
  readonly nodes: readonly KnownNode[];
}
