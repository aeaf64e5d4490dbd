import { readFileSync } from 'node:fs';
import { Distribution } from './histogram.ts';
import { REPORT_VERSION, type Report } from './report.ts';

/** A file that is no report; the message is the sentence that the user reads. */
export class NoReport extends Error {
  override readonly name = 'NoReport';
}

/** What every report has, and of what kind: enough to tell one from anything else. */
const KINDS: Readonly<Record<string, 'string' | 'number' | 'boolean' | 'list' | 'object'>> = {
  date: 'string',
  seed: 'number',
  urls: 'list',
  ending: 'string',
  ok: 'boolean',
  faults: 'list',
  players: 'object',
  seconds: 'number',
  updates: 'object',
  edits: 'object',
  chat: 'object',
  gems: 'object',
  requests: 'object',
  inputs: 'object',
  bytesPerPlayerPerSecond: 'object',
  traffic: 'object',
  byBehaviour: 'object',
  generator: 'object',
  closings: 'list',
  closingsBy: 'object',
  worst: 'list',
  heat: 'object',
  timeline: 'object',
  histograms: 'object',
  settings: 'object',
};

/** @throws NoReport with a sentence on each file that cannot be read or holds something else */
export function readReports(files: readonly string[]): Report[] {
  const refused: string[] = [];
  const reports = files.flatMap((file) => {
    try {
      return [readReport(file)];
    } catch (error) {
      if (!(error instanceof NoReport)) throw error;
      refused.push(error.message);
      return [];
    }
  });
  if (refused.length > 0) throw new NoReport(refused.join('\n'));
  return reports;
}

/** @throws NoReport when the file cannot be read or holds something else */
export function readReport(file: string): Report {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new NoReport(`${file} cannot be read.`);
  }
  return parseReport(file, text);
}

/** @param file what the sentence calls it */
export function parseReport(file: string, text: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NoReport(`${file} is no report of the bots: it is not JSON.`);
  }
  if (!isObject(value) || value.budgets === undefined) {
    throw new NoReport(`${file} is no report of the bots: it is something else.`);
  }
  if (value.version !== REPORT_VERSION) {
    throw new NoReport(`${file} is a report of another version of the bots, which cannot be read here.`);
  }
  const strange = Object.entries(KINDS).find(([name, kind]) => kindOf(value[name]) !== kind);
  if (strange !== undefined) throw new NoReport(`${file} is no whole report of the bots: "${strange[0]}" is missing.`);
  const report = value as unknown as Report;
  if (!hasHistograms(report)) throw new NoReport(`${file} is no whole report of the bots: its histograms are damaged.`);
  // Those of before there could be several do not say how many processes there were.
  return { ...report, generator: { ...report.generator, processes: report.generator.processes ?? 1 } };
}

const isObject = (value: unknown): value is Record<string, unknown> => kindOf(value) === 'object';

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return value === null ? 'nothing' : typeof value;
}

function hasHistograms({ histograms: { byBehaviour, staleness, hops, ...others }, scenario }: Report): boolean {
  try {
    for (const { histogram } of scenario?.groups ?? []) Distribution.decode(histogram);
    for (const texts of [others, byBehaviour, staleness, hops.sameNode, hops.otherNode]) {
      for (const text of Object.values(texts)) Distribution.decode(text);
    }
    return true;
  } catch {
    return false;
  }
}
