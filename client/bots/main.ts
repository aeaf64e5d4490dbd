import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { assertNever } from '../../shared/protocol.ts';
import { type Outputs, type Parsed, parseCommandLine } from './command-line.ts';
import { comparisonTable } from './comparison-table.ts';
import { findLimit, limitSentences, trialSentence } from './find-limit.ts';
import { comparisonPage } from './html/comparison-page.ts';
import { reportPage } from './html/report-page.ts';
import type { BotsOptions } from './options.ts';
import { isPart, playPart } from './part-program.ts';
import { Unreachable } from './probe.ts';
import { ProgressLine } from './progress.ts';
import type { Report } from './report.ts';
import { NoReport, readReports } from './report-file.ts';
import { joinReports } from './report-join.ts';
import { runBots } from './run.ts';
import { NoScenario, optionsOf, readScenario } from './scenario-file.ts';
import { SpreadFailure } from './spread-fleet.ts';
import { tableOf } from './table.ts';

/** Connections that will not close keep nobody waiting, in ms. */
const LINGER_MS = 2000;
/** With --find-limit so many players come first; the search doubles them. */
const FIRST_PLAYERS = 100;

if (isPart()) playPart();
else await main();

async function main(): Promise<void> {
  const parsed = parseCommandLine(process.argv.slice(2));
  try {
    await obey(parsed);
  } catch (error) {
    const isWrongFile = error instanceof NoReport || error instanceof NoScenario;
    if (!(error instanceof Unreachable || error instanceof SpreadFailure || isWrongFile)) throw error;
    console.error(error.message);
    process.exitCode = isWrongFile ? 2 : 1;
  }
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

async function obey(what: Parsed): Promise<void> {
  switch (what.kind) {
    case 'print':
      (what.exitCode === 0 ? console.log : console.error)(what.text);
      return process.exit(what.exitCode);
    case 'run':
      refuseUnwritable(what);
      tell(await run(what.options, stopSignal()), what);
      break;
    case 'scenario': {
      refuseUnwritable(what);
      const { file, options, seed } = what;
      tell(await run(optionsOf(readScenario(file, options.urls.length), options, seed), stopSignal()), what);
      break;
    }
    case 'find-limit':
      refuseUnwritable(what);
      await search(what);
      break;
    case 'join':
      refuseUnwritable(what);
      tell(joinReports(readReports(what.files)), what);
      break;
    case 'compare': {
      refuseUnwritable({ reportFile: undefined, htmlFile: what.htmlFile });
      const [a, b] = readReports(what.files) as [Report, Report];
      console.log(comparisonTable(a, b));
      if (what.htmlFile !== undefined) writeFileSync(what.htmlFile, comparisonPage(a, b));
      break;
    }
    default:
      assertNever(what);
  }
}

/** Before anything takes time: a file that cannot be written in the end. */
function refuseUnwritable({ reportFile, htmlFile }: Outputs): void {
  for (const [flag, file] of Object.entries({ report: reportFile, html: htmlFile })) {
    if (file === undefined) continue;
    try {
      accessSync(dirname(file), constants.W_OK);
    } catch {
      console.error(`--${flag} takes the name of a file in a folder that can be written to, not "${file}".`);
      process.exit(2);
    }
  }
}

/** Who asks twice does not want to wait for what is still on its way. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  process.on('SIGINT', () => {
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
  });
  return stop.signal;
}

async function run(options: BotsOptions, signal: AbortSignal): Promise<Report> {
  const line = new ProgressLine(process.stderr, () => performance.now());
  try {
    const report = await runBots(options, {
      signal,
      asksServers: true,
      onProgress: (progress) => line.show(progress),
      onFault: () =>
        line.say(`Break it now. What goes wrong until second ${options.faults?.toSeconds} is counted apart.`),
      onHealed: () => line.say('The fault window is over. From now on everything counts.'),
    });
    line.end(report.generator.reason);
    return report;
  } catch (error) {
    line.end();
    throw error;
  }
}

async function search(what: Extract<Parsed, { kind: 'find-limit' }>): Promise<void> {
  const { options, level, reportFile, htmlFile } = what;
  const signal = stopSignal();
  const limit = await findLimit({
    first: Math.min(FIRST_PLAYERS, options.players),
    most: options.players,
    level,
    signal,
    play: (players) => run({ ...options, players }, signal),
    tried: (trial) => console.log(trialSentence(trial)),
  });
  for (const sentence of limitSentences(limit)) console.log(sentence);
  // Of the trial that broke, which says why; of the largest one where none did.
  const report = (limit.broke ?? limit.trials.at(-1))?.report;
  if (reportFile !== undefined) writeFileSync(reportFile, `${JSON.stringify(limit, null, 2)}\n`);
  if (htmlFile !== undefined && report !== undefined) writeFileSync(htmlFile, reportPage(report));
  process.exitCode = limit.players > 0 ? 0 : 1;
}

function tell(report: Report, { reportFile, htmlFile }: Outputs): void {
  console.log(tableOf(report));
  if (reportFile !== undefined) writeFileSync(reportFile, `${JSON.stringify(report, null, 2)}\n`);
  if (htmlFile !== undefined) writeFileSync(htmlFile, reportPage(report));
  process.exitCode = report.ok ? 0 : 1;
}
