import type { TraceRequest } from '../shared/protocol.ts';
import { MAX_TRACES } from './grid/limits.ts';
import type { Trace } from './grid/trace.ts';
import type { Player } from './world/player.ts';

/** An input that does not become a motion within this is followed no further, in ms. */
const PATIENCE_MS = 1000;

interface Awaited extends Pick<Trace, 'id' | 'sentMs' | 'readMs'> {
  readonly n: number;
}

/** Follows inputs of this node's players, as they ask for it, from when they are read to the flush that tells of them. */
export class Tracing {
  /** By player; of several inputs of one player the last. */
  readonly #awaited = new Map<number, Awaited>();
  readonly #worldMs: () => number;
  /** Players whose next input is followed, by whom those who run the world want to see: the id that it gets. */
  readonly #wanted = new Map<number, number>();

  constructor(worldMs: () => number) {
    this.#worldMs = worldMs;
  }

  /** The input has been read, just before this. Beyond MAX_TRACES at a time it is as any other. */
  follow(player: number, { n, id, sentMs }: TraceRequest): void {
    if (this.#awaited.size >= MAX_TRACES && !this.#awaited.has(player)) return;
    this.#awaited.set(player, { n, id, sentMs, readMs: this.#worldMs() });
  }

  /** The player's next input is to be followed, under this id. Of too many at a time the oldest wish is dropped. */
  want(player: number, id: number): void {
    this.#wanted.delete(player);
    this.#wanted.set(player, id);
    for (const oldest of this.#wanted.keys()) if (this.#wanted.size > MAX_TRACES) this.#wanted.delete(oldest);
  }

  /** An input of a player has been read. */
  read(player: number, n: number): void {
    if (this.#wanted.size === 0) return;
    const id = this.#wanted.get(player);
    if (id === undefined) return;
    this.#wanted.delete(player);
    this.follow(player, { type: 'trace', n, id, sentMs: this.#worldMs() });
  }

  /** A flush begins, which tells of what these players were answered: those of them who are followed. */
  *told(answered: Iterable<Player>): Generator<{ readonly player: Player; readonly trace: Trace }> {
    if (this.#awaited.size === 0) return;
    const flushedMs = this.#worldMs();
    for (const player of answered) {
      const awaited = this.#awaited.get(player.id);
      if (awaited === undefined || (player.answer?.n ?? 0) < awaited.n) continue;
      this.#awaited.delete(player.id);
      const { id, sentMs, readMs } = awaited;
      yield { player, trace: { id, player: player.id, sentMs, readMs, flushedMs } };
    }
    for (const [player, { readMs }] of this.#awaited) {
      if (flushedMs - readMs > PATIENCE_MS) this.#awaited.delete(player);
    }
  }
}
