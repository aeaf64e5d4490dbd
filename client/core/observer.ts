import type { Motion } from '../../shared/motion.ts';
import type { Welcome } from '../../shared/protocol.ts';

/** What happens to a client, for whoever measures it: the load tester's oracle, the net lab, tests. */
export interface Observer {
  joined(welcome: Welcome): void;
  closed(code: number, reason: string, willReconnect: boolean): void;
  /** A frame with its number (the tick of its flush) and length. */
  frame(tick: number, bytes: number): void;
  /** A player is shown from now on. */
  entered(id: number, generation: number, rev: number): void;
  /** … and no longer. */
  left(id: number): void;
  /** News of a player who is shown. */
  moved(id: number, generation: number, rev: number, motion: Motion): void;
  /** The server told in a change what it had told before. */
  duplicated(id: number): void;
  /** The server applied one's own input `n` as this motion. */
  acknowledged(n: number, rev: number, motion: Motion): void;
  /** … which was not what had been predicted. */
  corrected(n: number): void;
  /** A square's checksum disagreed; a snapshot has been asked for. */
  diverged(sx: number, sy: number): void;
}

const nothing = (): void => undefined;

/** An observer that ignores whatever is not asked for. */
export const observerOf = (partial: Partial<Observer> = {}): Observer => ({
  joined: nothing,
  closed: nothing,
  frame: nothing,
  entered: nothing,
  left: nothing,
  moved: nothing,
  duplicated: nothing,
  acknowledged: nothing,
  corrected: nothing,
  diverged: nothing,
  ...partial,
});
