import { setTimeout as pause } from 'node:timers/promises';
import type { Monotonic } from '../shared/clock.ts';
import type { Node } from './node.ts';

export interface DrainOptions {
  readonly node: Pick<Node, 'drain' | 'isEmpty' | 'sessionCount'> & {
    readonly grid: { readonly membership: { readonly isOpenElsewhere: boolean } };
  };
  /** The longest that it may take, in ms. */
  readonly withinMs: number;
  readonly monotonic: Monotonic;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** The nodes that take the players over let in so many a second, each of them, without stretching their flushes. */
const MOVES_PER_SECOND = 200;
/** Nobody has to hurry more than this, in ms … */
const LEAST_MS = 2000;
/** … and all have this share of the whole time: the rest is for those who have to try twice. */
const SHARE = 0.6;
const LOOK_MS = 25;

/**
 * Has the players of a node go to other nodes, each at a moment of their own. Done when all have arrived there, when the
 * time is over, or at once where no other node takes them: whoever is here then has to wait until there is a server.
 */
export async function drain({ node, withinMs, monotonic, signal }: DrainOptions): Promise<void> {
  const { membership } = node.grid;
  const spreadMs = Math.max(LEAST_MS, (node.sessionCount / MOVES_PER_SECOND) * 1000);
  const endMs = monotonic() + withinMs;
  if (!membership.isOpenElsewhere || withinMs === 0) return;
  node.drain(Math.min(withinMs * SHARE, spreadMs));
  const isOver = (): boolean => node.isEmpty || !membership.isOpenElsewhere || monotonic() >= endMs || signal.aborted;
  while (!isOver()) await pause(LOOK_MS);
}
