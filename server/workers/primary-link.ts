import cluster, { type Worker } from 'node:cluster';
import { parseRedisAddress } from '../broker/redis-address.ts';
import type { Config } from '../config.ts';
import { labelled, type Metrics, type MetricsPage, renderTogether } from '../http/metrics.ts';
import { ASSIGNMENT_VARIABLE, type Assignment, type ToPrimary, type ToWorker } from './messages.ts';

/** A primary that does not answer within this is done without, in ms: longer than it waits for the other workers. */
const ANSWER_MS = 2_000;

/** A worker's line to the primary that has forked it. */
export class PrimaryLink {
  readonly #worker: Worker;
  readonly #assignment: Assignment;
  #underWay: Promise<string> | undefined;
  #answered: (text: string) => void = () => undefined;

  private constructor(worker: Worker, assignment: Assignment) {
    this.#worker = worker;
    this.#assignment = assignment;
  }

  /** Undefined in a process that is nobody's worker. */
  static open(): PrimaryLink | undefined {
    const text = process.env[ASSIGNMENT_VARIABLE];
    if (cluster.worker === undefined || text === undefined) return undefined;
    return new PrimaryLink(cluster.worker, JSON.parse(text) as Assignment);
  }

  get slot(): number {
    return this.#assignment.slot;
  }

  get sharedBy(): string {
    return this.#assignment.sharedBy;
  }

  /** The configuration with what the primary has found for all workers. */
  configure(config: Config): Config {
    const { port, redis } = this.#assignment;
    const address = redis === null ? undefined : parseRedisAddress(redis);
    return Object.freeze({ ...config, port, redis: address === undefined ? config.redis : Object.freeze([address]) });
  }

  /** Calls back when the primary is gone. */
  onGone(gone: () => void): void {
    this.#worker.once('disconnect', () => {
      // Without this the process would end here and now, and say goodbye to nobody.
      this.#worker.exitedAfterDisconnect = true;
      gone();
    });
  }

  /** Takes players. */
  up(): void {
    this.#tell({ type: 'up' });
  }

  /** Cannot start; resolves when the primary has been told. */
  async failed(sentence: string): Promise<void> {
    await this.#tell({ type: 'failed', sentence });
  }

  /** Lets the primary have this worker's metrics, and gives everybody's. */
  shareMetrics(own: Metrics): MetricsPage {
    own.gauge('flatlands_worker_pid', "The worker's process.", () => process.pid);
    process.on('message', (message: ToWorker) => void this.#hear(message, own));
    return {
      contentType: own.contentType,
      render: () => {
        this.#underWay ??= this.#everybodys(own).finally(() => {
          this.#underWay = undefined;
        });
        return this.#underWay;
      },
    };
  }

  async #hear(message: ToWorker, own: Metrics): Promise<void> {
    if (message.type === 'metrics') this.#answered(message.text);
    else await this.#tell({ type: 'snapshot', round: message.round, snapshot: await own.snapshot() });
  }

  /** Those of this worker alone when the primary does not answer. */
  async #everybodys(own: Metrics): Promise<string> {
    const text = await new Promise<string | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), ANSWER_MS);
      this.#answered = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      void this.#tell({ type: 'wantMetrics' });
    });
    return text ?? renderTogether([labelled(await own.snapshot(), { worker: `${this.slot}` })]);
  }

  /** Resolves when it is on its way; a primary that is gone needs to know nothing. */
  #tell(message: ToPrimary): Promise<void> {
    return new Promise((resolve) => {
      if (process.send === undefined || !process.connected) resolve();
      else process.send(message, undefined, undefined, () => resolve());
    });
  }
}
