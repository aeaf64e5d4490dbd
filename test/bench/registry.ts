import { attacks } from './attacks.ts';
import type { Benchmark } from './benchmark.ts';
import { brokerPublish } from './broker-publish.ts';
import { brokerScale } from './broker-scale.ts';
import { codec } from './codec.ts';
import { density } from './density.ts';
import { fanOut } from './fan-out.ts';
import { fuzz } from './fuzz.ts';
import { idle } from './idle.ts';
import { inbound } from './inbound.ts';
import { memory } from './memory.ts';
import { motion } from './motion.ts';
import { overload } from './overload.ts';
import { render } from './render.ts';
import { slowClients } from './slow-clients.ts';
import { soak } from './soak.ts';

/** Every benchmark there is, in the order in which they run. */
export const BENCHMARKS: readonly Benchmark[] = [
  attacks,
  brokerPublish,
  brokerScale,
  codec,
  density,
  fanOut,
  fuzz,
  idle,
  inbound,
  memory,
  motion,
  overload,
  render,
  slowClients,
  soak,
];
