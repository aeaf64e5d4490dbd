import { performance } from 'node:perf_hooks';
import {
  AggregatorRegistry,
  Counter,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client';

/** Every metric of ours starts with this, so that a dashboard finds them all. */
export type MetricName = `flatlands_${string}`;

/** How many apps' numbers become one: what is used is added up, of what is suffered the worst counts. */
export type Together = 'sum' | 'max';

/** What `/metrics` answers with. */
export interface MetricsPage {
  readonly contentType: string;
  /** The text format of Prometheus. */
  render(): Promise<string>;
}

/** All metrics of an app at one moment, as plain data that JSON carries. */
export type MetricsSnapshot = readonly MetricObjectWithValues<MetricValue<string>>[];

/**
 * The metrics of one app: a registry of its own, for several apps may live in one process. What the app already
 * keeps as a plain number is registered with a function that reads it when somebody asks, and costs nothing between.
 * Registering a name twice throws.
 */
export class Metrics implements MetricsPage {
  readonly #registry = new Registry();

  /** A number that goes up and down. `together` is what becomes of samples of several apps with the same labels. */
  gauge(name: MetricName, help: string, read: () => number, together: Together = 'sum'): void {
    new Gauge({
      name,
      help,
      aggregator: together,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** The same, apart for every value of a label. */
  gauges(
    name: MetricName,
    help: string,
    label: string,
    read: () => Iterable<readonly [string, number]>,
    together: Together = 'sum',
  ): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      aggregator: together,
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [value, number] of read()) this.set({ [label]: value }, number);
      },
    });
  }

  /** A number that only grows, kept by the app; by convention the name ends in `_total`. */
  total(name: MetricName, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  /** The same, apart for every value of a label. */
  totals(name: MetricName, help: string, label: string, read: () => Iterable<readonly [string, number]>): void {
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [value, total] of read()) this.inc({ [label]: value }, total);
      },
    });
  }

  /** A number that only grows, kept here, apart for every combination of labels. */
  counter<L extends string = never>(name: MetricName, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  /** A distribution, apart for every value of a label; `buckets` are upper bounds in the unit that the name ends in. */
  histogram<L extends string>(name: MetricName, help: string, labelName: L, buckets: readonly number[]): Histogram<L> {
    return new Histogram({ name, help, labelNames: [labelName], buckets: [...buckets], registers: [this.#registry] });
  }

  /** What this process uses. Once per process, so for the app that owns it. */
  processUse(): void {
    this.gauge('flatlands_process_resident_bytes', 'Resident memory of the process.', () => process.memoryUsage.rss());
    this.total('flatlands_process_cpu_seconds_total', 'User and system CPU time of the process.', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    });
    this.total(
      'flatlands_event_loop_busy_seconds_total',
      'Time that the event loop was busy; its rate is the part of the time.',
      () => performance.eventLoopUtilization().active / 1000,
    );
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  render(): Promise<string> {
    return this.#registry.metrics();
  }

  snapshot(): Promise<MetricsSnapshot> {
    return this.#registry.getMetricsAsJSON();
  }
}

/** A snapshot whose every sample carries further labels, before its own. */
export function labelled(snapshot: MetricsSnapshot, labels: Readonly<Record<string, string>>): MetricsSnapshot {
  return snapshot.map((metric) => ({
    ...metric,
    values: metric.values.map((value) => ({ ...value, labels: { ...labels, ...value.labels } })),
  }));
}

/** Snapshots of several apps as one text; of samples of one name and the same labels one is made. */
export function renderTogether(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate([...snapshots]).metrics();
}
