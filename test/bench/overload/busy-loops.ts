import { PinnedProgram } from '../fan-out/pinned-program.ts';
import type { BusyOrders } from './busy-orders.ts';

/** Loops that take a core away from whatever else is on it. */
export class BusyLoops {
  readonly #programs: readonly PinnedProgram<BusyOrders>[];

  private constructor(programs: readonly PinnedProgram<BusyOrders>[]) {
    this.#programs = programs;
  }

  /** Starts so many processes on a core; they rest until they are told. */
  static async start(file: string, count: number, core: number): Promise<BusyLoops> {
    const loops = new BusyLoops(Array.from({ length: count }, () => new PinnedProgram<BusyOrders>(file, core)));
    try {
      await loops.#spin(0);
      return loops;
    } catch (error) {
      await loops.close();
      throw error;
    }
  }

  /** All of them are busy for a while. Gives when the last one was through, in monotonic ms. */
  async spin(ms: number): Promise<number> {
    await this.#spin(ms);
    return performance.now();
  }

  async close(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.close()));
  }

  async #spin(ms: number): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.tell('spin', ms)));
  }
}
