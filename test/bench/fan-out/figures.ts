import { frameHeaderBytes } from '../bare-plan.ts';
import { REFERENCE_WRITE_MICROS } from './limits.ts';
import type { Measured } from './workbench.ts';

/** What a scene came to. µs are of the processor; those called scaled are as if a bare write took what it did once. */
export interface Figures {
  /** Per delivered update. */
  readonly micros: number;
  readonly scaledMicros: number;
  /** Per player and second. */
  readonly playerMicros: number;
  readonly scaledPlayerMicros: number;
  readonly bareWriteMicros: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Missed, shown who were not there, and told twice. */
  readonly missed: number;
  /** To a client each second, payloads and the headers of their WebSocket frames. */
  readonly bytes: number;
  /** To a client each second. */
  readonly frames: number;
  /** To a client each second, of others. */
  readonly updates: number;
  /** Of the server's core, in percent. */
  readonly corePercent: number;
}

export function figuresOf({ server, report, bareWriteMicros }: Measured): Figures {
  const { microsPerSecond } = server.cpu;
  const { traffic, updates, latencyMs, bytesPerPlayerPerSecond } = report;
  const scale = REFERENCE_WRITE_MICROS / bareWriteMicros;
  const micros = microsPerSecond / server.updatesPerSecond;
  const playerMicros = microsPerSecond / report.players.joined;
  return {
    micros,
    scaledMicros: micros * scale,
    playerMicros,
    scaledPlayerMicros: playerMicros * scale,
    bareWriteMicros,
    p50Ms: latencyMs?.p50 ?? Number.NaN,
    p99Ms: latencyMs?.p99 ?? Number.NaN,
    missed: updates.missed + updates.ghosts + updates.duplicated,
    bytes: bytesPerPlayerPerSecond.in + traffic.framesPerPlayerPerSecond * meanHeader(traffic.frameSample),
    frames: traffic.framesPerPlayerPerSecond,
    updates: traffic.updatesPerPlayerPerSecond,
    corePercent: microsPerSecond / 1e4,
  };
}

function meanHeader(payloads: readonly number[]): number {
  if (payloads.length === 0) return 0;
  return payloads.reduce((sum, payload) => sum + frameHeaderBytes(payload), 0) / payloads.length;
}
