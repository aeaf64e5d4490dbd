import type { Benchmark, Row } from './benchmark.ts';

/** A benchmark whose figures can be drawn. */
export interface PlottedBenchmark extends Benchmark {
  /** An SVG that stands on its own, of what `run` gave. */
  readonly plot: (rows: readonly Row[]) => string;
}

export const isPlotted = (benchmark: Benchmark): benchmark is PlottedBenchmark => 'plot' in benchmark;
