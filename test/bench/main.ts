import { writeFileSync } from 'node:fs';
import type { BenchmarkResult } from './benchmark.ts';
import { resultOf } from './benchmark.ts';
import { parseCommandLine } from './command-line.ts';
import { isWritable, writeResults } from './json-file.ts';
import { isPlotted } from './plot.ts';
import { gameQueuesMain, queuesMain } from './queues/main.ts';
import { BENCHMARKS } from './registry.ts';
import { tableOf } from './table.ts';

const [name, ...words] = process.argv.slice(2);
// What a benchmark has started ends with this process, however it ends.
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
if (name === 'queues') process.exit(await queuesMain(words));
if (name === 'game-queues') process.exit(await gameQueuesMain(words));

const parsed = parseCommandLine(process.argv.slice(2), BENCHMARKS);
if (parsed.kind === 'print') {
  (parsed.exitCode === 0 ? console.log : console.error)(parsed.text);
  process.exit(parsed.exitCode);
}
const { benchmarks, quick, jsonFile, plotFile } = parsed;
for (const [flag, file] of [
  ['--json', jsonFile],
  ['--plot', plotFile],
] as const) {
  if (file === undefined || isWritable(file)) continue;
  console.error(`${flag} takes the name of a file that can be written, not "${file}".`);
  process.exit(2);
}

const results: BenchmarkResult[] = [];
for (const benchmark of benchmarks) {
  const say = (line: string): void => console.error(`${benchmark.name}: ${line}`);
  const result = await resultOf(benchmark, { quick, say }).catch((error: unknown) => {
    // Whatever it was, what the others find out is not lost.
    say(error instanceof Error ? error.message : String(error));
    return undefined;
  });
  if (result === undefined) {
    process.exitCode = 1;
    continue;
  }
  console.log(`${tableOf(benchmark, result.rows)}\n`);
  results.push(result);
  if (plotFile !== undefined && isPlotted(benchmark)) writeFileSync(plotFile, benchmark.plot(result.rows));
}
if (jsonFile !== undefined) writeResults(jsonFile, results);
if (results.some(({ rows }) => rows.some(({ ok }) => ok === false))) process.exitCode = 1;
