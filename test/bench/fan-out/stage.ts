import { setTimeout as pause } from 'node:timers/promises';
import type { Report } from '../../../client/bots/report.ts';
import type { Cores } from '../../helpers/cores.ts';
import { NodeProcess } from '../../helpers/node-process.ts';
import { until } from '../../helpers/until.ts';
import { type CpuUse, CpuWindow } from './cpu-window.ts';
import type { LoadNews, LoadOrders } from './load-orders.ts';
import type { PinnedProgram } from './pinned-program.ts';
import { botsOf, type Scene } from './scene.ts';
import { metricsOfServer, type ServerMetrics } from './server-metrics.ts';

/** What was measured of a server while a scene was on, in rates per second. */
export interface ServerUse {
  readonly cpu: CpuUse;
  /** Motions and enters times the sessions they were written to, by the server's own count. */
  readonly updatesPerSecond: number;
  /** µs of real time that flushes took. */
  readonly flushMicrosPerSecond: number;
  /** The highest rhythm seen, 0 for the one that it was told. */
  readonly flushLevel: number;
}

/** A scene that is over. */
export interface Played {
  readonly scene: Scene;
  readonly server: ServerUse;
  readonly report: Report;
}

/** By then everybody who left has gone. */
const EMPTY_MS = 10_000;
/** By then a server that had too much to do is back at its rhythm: it promises ten seconds. */
const CALM_MS = 15_000;

/**
 * A server on a core of its own, and players that come to it from the other one, scene after scene: it has been up for
 * a while by the time that counts, as servers have.
 */
export class Stage {
  readonly #server: NodeProcess;
  readonly #load: PinnedProgram<LoadOrders>;

  private constructor(server: NodeProcess, load: PinnedProgram<LoadOrders>) {
    this.#server = server;
    this.#load = load;
  }

  /** @param load where the players come from; it is not closed with the stage */
  static async open(
    setting: { readonly flushMs: number; readonly maxSessions: number },
    load: PinnedProgram<LoadOrders>,
    cores: Cores | undefined,
  ): Promise<Stage> {
    const flags = ['--terrain', 'flat', '--open-spawn', '--log-level', 'warn'];
    const server = await NodeProcess.startOn(
      cores?.measured,
      ...flags,
      ...['--flush-ms', String(setting.flushMs)],
      ...['--max-sessions', String(setting.maxSessions)],
    );
    return new Stage(server, load);
  }

  get server(): NodeProcess {
    return this.#server;
  }

  /** Plays a scene from beginning to end. Rejects when it could not be played to its end. */
  async play(scene: Scene, { seconds, seed }: { readonly seconds: number; readonly seed: number }): Promise<Played> {
    const { url } = this.#server;
    let measuring: Promise<ServerUse> | undefined;
    const report = await this.#load.tell('play', botsOf(scene, { url, seconds, seed }), (phase) => {
      if ((phase as LoadNews) !== 'measuring') return;
      measuring = this.#measure(seconds * 1000);
      // Should the scene fail first, that is what is told.
      measuring.catch(() => undefined);
    });
    if (measuring === undefined) throw new Error(`"${scene.name}" ended before it was measured.`);
    const server = await measuring;
    this.#server.assertAlive();
    await until('everybody had left', async () => (await this.#metrics()).sessions === 0, EMPTY_MS);
    return { scene, server, report };
  }

  /** Whether the server, which everybody has left, goes back to the rhythm that it was told, so that others may come. */
  async isCalm(): Promise<boolean> {
    try {
      await until('the server was calm', async () => (await this.#metrics()).flushLevel === 0, CALM_MS);
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#server.close();
  }

  /** Asking for metrics costs the server some ms, so that is done outside of the time in which its work is counted. */
  async #measure(ms: number): Promise<ServerUse> {
    const before = await this.#metrics();
    const window = new CpuWindow(this.#server.pid);
    await pause(ms - (performance.now() - before.atMs));
    const cpu = window.use();
    const after = await this.#metrics();
    const seconds = (after.atMs - before.atMs) / 1000;
    return {
      cpu,
      updatesPerSecond: (after.updatesDelivered - before.updatesDelivered) / seconds,
      flushMicrosPerSecond: ((after.flushSeconds - before.flushSeconds) * 1e6) / seconds,
      flushLevel: Math.max(before.flushLevel, after.flushLevel),
    };
  }

  #metrics(): Promise<ServerMetrics> {
    return metricsOfServer(this.#server.port);
  }
}
