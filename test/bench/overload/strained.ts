import type { Report } from '../../../client/bots/report.ts';
import { faultSentence } from '../../../client/bots/report.ts';
import { CLOSE } from '../../../shared/closing.ts';
import { atMost, type Row } from '../benchmark.ts';
import { mostOf, type Sample } from '../strain/gauge-watch.ts';
import { lagOf } from '../strain/load-process.ts';

export const LEVEL = 'flatlands_flush_level';
export type LevelSample = Sample<typeof LEVEL>;

/** How players and server were just before the server's core was taken away. */
export interface Calm {
  readonly asked: number;
  /** In the world. */
  readonly joined: number;
  /** Of what was measured until then; undefined when nothing was. */
  readonly p99Ms: number | undefined;
  /** Of the flushes; undefined when the server had not said. */
  readonly level: number | undefined;
}

/** What was seen of a server whose core was taken away for a while. Times are monotonic ms. */
export interface Strained {
  readonly report: Report;
  readonly calm: Calm;
  readonly busyUntilMs: number;
  /** Of the core, in percent, as long as the loops were busy. */
  readonly corePercent: number;
  /** From the beginning of the busy loops until flushes were no longer watched. */
  readonly levels: readonly LevelSample[];
}

export const BARS = { p99Ms: 600, backSeconds: 10 } as const;

/** Up to this level what is near by is told every 100 ms, which is what counts; at 0 all is as configured. */
const NEAR_LEVEL = 1;

/** With more than this the players do not fit the server even where nobody takes its core away. */
const CALM_P99_MS = 400;

/** So many of them have to get in; a few who were turned away by a server with its hands full do not count. */
const LEAST_SHARE = 0.99;

/** These are rows, or judged apart. What is lost with a session is counted with the session. */
const COUNTED: readonly string[] = ['missed', 'ghost', 'duplicated', 'dropped', 'unacknowledged', 'refused'];

const unfit = (players: number, what: string): Error =>
  new Error(`${players} players do not fit this machine now: ${what}.`);

/** @throws Error in one sentence when as many players are too much even for a core that nobody takes away */
export function assertCalm({ asked, joined, p99Ms, level }: Calm): void {
  if (joined < asked * LEAST_SHARE) throw unfit(asked, `${asked - joined} of them did not get in`);
  if (level === undefined || level > NEAR_LEVEL)
    throw unfit(asked, 'the server had to stretch its flushes before its core was taken away');
  if (p99Ms === undefined) throw unfit(asked, 'no update of theirs was seen');
  if (p99Ms > CALM_P99_MS) throw unfit(asked, `p99 was ${p99Ms.toFixed(0)} ms before the core was taken away`);
}

/** @throws Error in one sentence when the players' own process had trouble, or when something went wrong without a row */
export function assertSound({ report }: Pick<Strained, 'report'>): void {
  if (report.inFault?.latencyMs == null) throw unfit(report.players.asked, 'no update was seen after that');
  const lag = lagOf(report);
  if (lag !== undefined) throw unfit(report.players.asked, lag);
  const fault = report.faults.find(({ kind }) => !COUNTED.includes(kind));
  if (fault !== undefined) throw new Error(`It went wrong: ${faultSentence(fault)}`);
}

/**
 * Seconds from the end of the busy loops until flushes were seen at a level or below it; when they never were, for how
 * long that was watched.
 */
export function secondsUntil(level: number, levels: readonly LevelSample[], busyUntilMs: number): number {
  const after = levels.filter(({ atMs }) => atMs >= busyUntilMs);
  const last = after.find(({ values }) => values[LEVEL] <= level) ?? after.at(-1);
  return last === undefined ? Number.NaN : (last.atMs - busyUntilMs) / 1000;
}

/** Whether flushes have been seen as configured since the loops ended. */
export const isItself = (latest: LevelSample | undefined, busyUntilMs: number): boolean =>
  latest !== undefined && latest.atMs >= busyUntilMs && latest.values[LEVEL] === 0;

export function overloadRows({ report, calm, busyUntilMs, corePercent, levels }: Strained): Row[] {
  const { inFault, updates, closings } = report;
  const all = (figure: 'missed' | 'ghosts' | 'duplicated'): number => updates[figure] + (inFault?.updates[figure] ?? 0);
  const row = (what: string, value: number, unit = ''): Row => ({ name: `overload ${what}`, value, unit });
  // Who is turned away at the door has no session yet, and comes again.
  const lost = closings.reduce((sum, { code, count }) => sum + (code === CLOSE.busy.code ? 0 : count), 0);
  return [
    atMost(BARS.p99Ms, row('p99 ms', inFault?.latencyMs?.p99 ?? Number.NaN, 'ms')),
    row('calm p99 ms', calm.p99Ms ?? Number.NaN, 'ms'),
    atMost(0, row('missed', all('missed'))),
    atMost(0, row('ghosts', all('ghosts'))),
    atMost(0, row('duplicated', all('duplicated'))),
    atMost(0, row('lost sessions', lost)),
    atMost(BARS.backSeconds, row('back at 100 ms s', secondsUntil(NEAR_LEVEL, levels, busyUntilMs), 's')),
    row('back at level 0 s', secondsUntil(0, levels, busyUntilMs), 's'),
    row('highest level', mostOf(levels, LEVEL)),
    row('of the core', corePercent, '%'),
    row('players', report.players.joined),
  ];
}
