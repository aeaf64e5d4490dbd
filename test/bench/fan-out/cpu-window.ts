import { readFileSync } from 'node:fs';
import { cpuMicrosOf } from '../cpu-time.ts';

/** What a process used of the processor in a while. */
export interface CpuUse {
  readonly seconds: number;
  /** µs a second, user and system, of all threads. */
  readonly microsPerSecond: number;
  /** Share of it that was the kernel's, 0 to 1, as its clock sampled it. */
  readonly kernelShare: number;
}

/** What a process uses of the processor from now on. */
export class CpuWindow {
  readonly #pid: number;
  readonly #atMs = performance.now();
  readonly #micros: number;
  readonly #ticks: { readonly user: number; readonly system: number };

  /** @throws Error when there is no such process */
  constructor(pid: number) {
    this.#pid = pid;
    this.#ticks = ticksOf(pid);
    this.#micros = cpuMicrosOf(pid);
  }

  use(): CpuUse {
    const seconds = (performance.now() - this.#atMs) / 1000;
    const micros = cpuMicrosOf(this.#pid) - this.#micros;
    const { user, system } = ticksOf(this.#pid);
    const systemTicks = system - this.#ticks.system;
    const ticks = systemTicks + user - this.#ticks.user;
    return { seconds, microsPerSecond: micros / seconds, kernelShare: ticks === 0 ? 0 : systemTicks / ticks };
  }
}

/** Clock ticks of user and system time, the 14th and 15th of the fields of /proc/PID/stat. */
function ticksOf(pid: number): { user: number; system: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The command stands in brackets and may hold blanks and brackets of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { user: Number(fields[11]), system: Number(fields[12]) };
}
