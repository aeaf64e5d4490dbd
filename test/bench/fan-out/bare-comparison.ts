import type { CpuUse } from './cpu-window.ts';

/** What the same frames cost, in µs of the processor per player and second. */
export interface BareComparison {
  readonly server: Cost;
  readonly bareLoop: Cost;
  /** Real time of the server's flushes. */
  readonly flushMicros: number;
}

interface Cost {
  readonly micros: number;
  /** Of these, the kernel's. */
  readonly kernelMicros: number;
}

export function compareWithBare(
  players: number,
  server: { readonly cpu: CpuUse; readonly flushMicrosPerSecond: number },
  bareLoop: CpuUse,
): BareComparison {
  const costOf = ({ microsPerSecond, kernelShare }: CpuUse): Cost => ({
    micros: microsPerSecond / players,
    kernelMicros: (microsPerSecond * kernelShare) / players,
  });
  return {
    server: costOf(server.cpu),
    bareLoop: costOf(bareLoop),
    flushMicros: server.flushMicrosPerSecond / players,
  };
}
