import { setTimeout as pause } from 'node:timers/promises';
import type { Cores } from '../helpers/cores.ts';
import { until } from '../helpers/until.ts';
import type { BarePeersOrders, BarePlan, BareServerOrders } from './bare-plan.ts';
import { type CpuUse, CpuWindow } from './fan-out/cpu-window.ts';
import { PinnedProgram } from './fan-out/pinned-program.ts';

/** What a bare loop came to. */
export interface BareFigures extends CpuUse {
  readonly writesPerSecond: number;
  /** µs of the processor for each write, with what else the process did meanwhile. */
  readonly microsPerWrite: number;
}

/** By then what was written has been read. */
const READ_MS = 5000;

/** Loops over bare sockets as planned: one process writes, on the measured core, and one reads, on the other. */
export class BareLoop {
  readonly #server: PinnedProgram<BareServerOrders>;
  readonly #peers: PinnedProgram<BarePeersOrders>;

  private constructor(files: BareFiles, cores: Cores | undefined) {
    this.#server = new PinnedProgram(files.server, cores?.measured);
    this.#peers = new PinnedProgram(files.peers, cores?.load);
  }

  /** Connects everything; nothing is written yet. */
  static async open(plan: BarePlan, files: BareFiles, cores: Cores | undefined): Promise<BareLoop> {
    const loop = new BareLoop(files, cores);
    try {
      const port = await loop.#server.tell('open', plan);
      await loop.#peers.tell('join', { port, plan });
      return loop;
    } catch (error) {
      await loop.close();
      throw error;
    }
  }

  /**
   * Loops for a while and measures for as long as is asked for, then rests; may be called again.
   * @throws Error when not every byte arrived
   */
  async measure({ warmUpMs, ms }: { readonly warmUpMs: number; readonly ms: number }): Promise<BareFigures> {
    await this.#server.tell('begin', null);
    await this.#peers.tell('begin', null);
    await pause(warmUpMs);
    const before = await this.#server.tell('count', null);
    const window = new CpuWindow(this.#server.pid);
    await pause(ms);
    const use = window.use();
    const after = await this.#server.tell('count', null);
    await this.#server.tell('stop', null);
    await this.#peers.tell('stop', null);
    await until('the bare loop had been read on both sides', () => this.#isAllRead(), READ_MS);
    const writes = after.writes - before.writes;
    const writesPerSecond = writes / use.seconds;
    return { ...use, writesPerSecond, microsPerWrite: (use.microsPerSecond * use.seconds) / writes };
  }

  async close(): Promise<void> {
    await Promise.all([this.#server.close(), this.#peers.close()]);
  }

  async #isAllRead(): Promise<boolean> {
    const server = await this.#server.tell('count', null);
    const peers = await this.#peers.tell('count', null);
    return server.bytesOut === peers.bytesIn && peers.bytesOut === server.bytesIn;
  }
}

/** The two programs, bundled. */
export interface BareFiles {
  readonly server: string;
  readonly peers: string;
}
