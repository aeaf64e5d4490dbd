import type { ServerLoad } from './timeline.ts';

/** Gives the page at an address. @throws Error of any kind when there is none */
export type PageReader = (url: string) => Promise<string>;

/** So often the servers are asked, in ms; it costs each of them a few ms. */
const ASK_MS = 2000;
/** An answer that took longer is none, in ms. */
const PATIENCE_MS = 1800;
/** What was said longer ago says nothing of now, in ms: two answers may be lost. */
const FRESH_MS = 3 * ASK_MS;

/** One server, and what it last said. */
interface Watched {
  readonly url: string;
  hasAnswered: boolean;
  atMs: number;
  cpuSeconds: number | null;
  load: ServerLoad;
}

const UNKNOWN: ServerLoad = {
  cpuShare: null,
  residentBytes: null,
  delayMs: null,
  flushLevel: null,
  brokerBytes: null,
  unreadSeconds: null,
};

/** Asks servers for their metrics now and then. Who does not answer is left out, and takes no harm by being asked. */
export class ServerWatch {
  readonly #servers: readonly Watched[];
  readonly #monotonic: () => number;
  readonly #readPage: PageReader;
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;

  /** @param urls of their WebSockets; two on one host and port are one server */
  constructor(urls: readonly string[], monotonic: () => number, readPage: PageReader = fetchPage) {
    this.#monotonic = monotonic;
    this.#readPage = readPage;
    this.#servers = [...new Set(urls.map(metricsUrl))].map((url) => ({
      url,
      hasAnswered: false,
      atMs: Number.NEGATIVE_INFINITY,
      cpuSeconds: null,
      load: UNKNOWN,
    }));
  }

  /** Asks at once and from then on, until `stop`. */
  start(): void {
    this.#timer ??= setInterval(() => void this.look(), ASK_MS);
    void this.look();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** What all who answer say, together; null when nobody does. */
  get load(): ServerLoad | null {
    const freshSinceMs = this.#monotonic() - FRESH_MS;
    const loads = this.#servers.filter(({ atMs }) => atMs >= freshSinceMs).map(({ load }) => load);
    if (loads.length === 0) return null;
    return {
      cpuShare: combined(loads, 'cpuShare', sum),
      residentBytes: combined(loads, 'residentBytes', sum),
      delayMs: combined(loads, 'delayMs', largest),
      flushLevel: combined(loads, 'flushLevel', largest),
      brokerBytes: combined(loads, 'brokerBytes', sum),
      unreadSeconds: combined(loads, 'unreadSeconds', largest),
    };
  }

  /** Where nobody has ever answered. */
  get silent(): string[] {
    return this.#servers.filter(({ hasAnswered }) => !hasAnswered).map(({ url }) => url);
  }

  /** Asks all of them once. Never rejects. */
  async look(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    await Promise.all(this.#servers.map((server) => this.#ask(server)));
    this.#isAsking = false;
  }

  async #ask(server: Watched): Promise<void> {
    let page: string;
    try {
      page = await this.#readPage(server.url);
    } catch {
      return;
    }
    if (!page.includes('flatlands_')) return;
    const nowMs = this.#monotonic();
    const cpuSeconds = metricIn(page, 'flatlands_process_cpu_seconds_total', sum);
    server.load = {
      cpuShare: shareOf(cpuSeconds, server.cpuSeconds, (nowMs - server.atMs) / 1000),
      residentBytes: metricIn(page, 'flatlands_process_resident_bytes', sum),
      delayMs: inMs(metricIn(page, 'flatlands_event_loop_delay_seconds', largest, 'quantile="0.99"')),
      flushLevel: metricIn(page, 'flatlands_flush_level', largest),
      brokerBytes: metricIn(page, 'flatlands_broker_unconfirmed_bytes', sum),
      unreadSeconds: metricIn(page, 'flatlands_oldest_unacknowledged_seconds', largest),
    };
    server.cpuSeconds = cpuSeconds;
    server.atMs = nowMs;
    server.hasAnswered = true;
  }
}

/** ws://HOST:PORT/ws → http://HOST:PORT/metrics */
export function metricsUrl(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol === 'wss:' ? 'https' : 'http'}://${host}/metrics`;
}

async function fetchPage(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}.`);
  return response.text();
}

/**
 * All samples of a metric in one number; workers give one each. Null without any.
 * @param label only samples that carry it
 */
function metricIn(page: string, name: string, combine: (values: number[]) => number, label = ''): number | null {
  const values: number[] = [];
  for (const [, labels = '', value] of page.matchAll(new RegExp(`^${name}(?:\\{(.*)\\})? (\\S+)`, 'gm'))) {
    if (labels.includes(label) && Number.isFinite(Number(value))) values.push(Number(value));
  }
  return values.length === 0 ? null : combine(values);
}

/** Null when it cannot be told: at the first answer, and when a server or worker has begun anew. */
function shareOf(now: number | null, before: number | null, seconds: number): number | null {
  if (now === null || before === null || now < before || !(seconds > 0)) return null;
  return (now - before) / seconds;
}

function combined(
  loads: readonly ServerLoad[],
  key: keyof ServerLoad,
  combine: (values: number[]) => number,
): number | null {
  const known = loads.flatMap((load) => load[key] ?? []);
  return known.length === 0 ? null : combine(known);
}

const inMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000);
const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
const largest = (values: number[]): number => Math.max(...values);
