import type { Benchmark } from './benchmark.ts';
import { brokerPublish } from './broker-publish.ts';
import { brokerScale } from './broker-scale.ts';
import { motion } from './motion.ts';
import { render } from './render.ts';

/** Every benchmark there is, in the order in which they run. */
export const BENCHMARKS: readonly Benchmark[] = [brokerPublish, brokerScale, motion, render];
