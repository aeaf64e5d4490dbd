import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What belonged to objects that are gone is let go of in a turn of its own. */
const COLLECTIONS = 3;

/** Looks at what is alive on this process's own heap. */
export class LiveHeap {
  readonly #collect: () => void;

  constructor() {
    setFlagsFromString('--expose-gc');
    this.#collect = runInNewContext('gc') as () => void;
  }

  /** Bytes of objects that are alive, with their buffers. */
  async bytes(): Promise<number> {
    for (let i = 0; i < COLLECTIONS; i++) {
      this.#collect();
      await nextTurn();
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  }

  /** Bytes that `make` has added and that are still reachable through what it returned, or through anything older. */
  async added(make: () => unknown): Promise<number> {
    const before = await this.bytes();
    const made = await make();
    const after = await this.bytes();
    this.#keep(made);
    return after - before;
  }

  /** Lets nothing that was made be collected before it has been weighed. */
  #keep(made: unknown): void {
    if (made === this) throw new Error('a heap is not to be weighed');
  }
}
