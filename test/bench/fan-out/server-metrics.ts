/** The value of a metric without labels in a page in the text format of Prometheus; undefined where it is not there. */
export function metricOf(page: string, name: `flatlands_${string}`): number | undefined {
  const text = new RegExp(`^${name} (\\S+)`, 'm').exec(page)?.[1];
  return text === undefined ? undefined : Number(text);
}

/** What a server says of itself at a moment. */
export interface ServerMetrics {
  readonly atMs: number;
  readonly sessions: number;
  readonly players: number;
  /** Motions and enters times the sessions they were written to. */
  readonly updatesDelivered: number;
  readonly flushSeconds: number;
  /** 0 while the server flushes as often as it was told to. */
  readonly flushLevel: number;
}

/** @throws Error when a server does not answer, or does not know one of these metrics */
export async function metricsOfServer(port: number): Promise<ServerMetrics> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const page = await response.text();
  const read = (name: `flatlands_${string}`): number => {
    const value = metricOf(page, name);
    if (value === undefined) throw new Error(`The server has no metric ${name}.`);
    return value;
  };
  return {
    atMs: performance.now(),
    sessions: read('flatlands_sessions'),
    players: read('flatlands_players'),
    updatesDelivered: read('flatlands_updates_delivered_total'),
    flushSeconds: read('flatlands_flush_seconds_total'),
    flushLevel: read('flatlands_flush_level'),
  };
}
