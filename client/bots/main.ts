import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseCommandLine } from './command-line.ts';
import { Unreachable } from './probe.ts';
import { ProgressLine } from './progress.ts';
import { runBots } from './run.ts';
import { tableOf } from './table.ts';

/** Connections that will not close keep nobody waiting, in ms. */
const LINGER_MS = 2000;

const parsed = parseCommandLine(process.argv.slice(2));
if (parsed.kind === 'print') {
  (parsed.exitCode === 0 ? console.log : console.error)(parsed.text);
  process.exit(parsed.exitCode);
}
const { options, reportFile } = parsed;
if (reportFile !== undefined) {
  try {
    accessSync(dirname(reportFile), constants.W_OK);
  } catch {
    console.error(`--report takes the name of a file in a folder that can be written to, not "${reportFile}".`);
    process.exit(2);
  }
}

const stop = new AbortController();
process.on('SIGINT', () => {
  // Whoever asks twice does not want to wait for what is still on its way.
  if (stop.signal.aborted) process.exit(1);
  stop.abort();
});

const line = new ProgressLine(process.stderr, () => performance.now());
try {
  const report = await runBots(options, {
    signal: stop.signal,
    onProgress: (progress) => line.show(progress),
    onFault: () =>
      line.say(`Break it now. What goes wrong until second ${options.faults?.toSeconds} is counted apart.`),
    onHealed: () => line.say('The fault window is over. From now on everything counts.'),
  });
  line.end();
  console.log(tableOf(report));
  if (reportFile !== undefined) writeFileSync(reportFile, `${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = report.ok ? 0 : 1;
} catch (error) {
  if (!(error instanceof Unreachable)) throw error;
  line.end();
  console.error(error.message);
  process.exitCode = 1;
}
setTimeout(() => process.exit(), LINGER_MS).unref();
