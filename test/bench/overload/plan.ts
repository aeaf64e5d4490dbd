/** How a run of the benchmark goes. */
export interface OverloadPlan {
  readonly players: number;
  /** Who connect each second, at most: a server that has its hands full with newcomers turns some of them away. */
  readonly joinsPerSecond: number;
  /** Before anything takes the server's core away, in s. */
  readonly calmSeconds: number;
  /** Loops that do, on the server's core … */
  readonly loops: number;
  /** … and how long. */
  readonly busySeconds: number;
  /** What was sent by so long after their end counts with them, in s. */
  readonly afterSeconds: number;
  /** So long after their end the flushes are watched at most, in s; more than what is allowed. */
  readonly watchedSeconds: number;
}

/** In s, of their end in the measured part. */
export const busyUntil = ({ calmSeconds, busySeconds }: OverloadPlan): number => calmSeconds + busySeconds;
