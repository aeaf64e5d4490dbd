import type { Config } from '../../config.ts';
import { counted, inMs } from './figures.ts';
import { type Finding, ok, problem, unknown, warning } from './findings.ts';

/** What is read of the bots' report (client/bots/report.ts). */
export interface TrialReport {
  readonly faults: readonly { readonly kind: string; readonly count: number }[];
  readonly players: { readonly joined: number };
  readonly seconds: number;
  readonly updates: { readonly seen: number; readonly missed: number };
  readonly latencyMs: { readonly p99: number } | null;
  /** How late the bots themselves were. */
  readonly generator: { readonly eventLoopDelayMs: { readonly p99: number } };
}

export interface TrialOutcome {
  readonly asked: number;
  readonly report: TrialReport;
  /** What the server used of a core, and over which time; undefined where that cannot be told. */
  readonly server: { readonly cpuSeconds: number; readonly seconds: number } | undefined;
}

/** How many players to expect: a cautious estimate, for the more there are the less each costs. */
export interface Estimate {
  readonly perCore: number;
  /** Of the whole configuration. */
  readonly players: number;
  /** Nodes that have a core each. */
  readonly nodes: number;
  /** Whether --max-sessions lets in no more, and the machine would carry them. */
  readonly isCapped: boolean;
}

/** So much of a core a node can use without being late. */
const BUSY_SHARE = 0.7;
/** What the bots call late, in ms. */
const LATE_MS = 500;
/** Above this the bots' own delay is much of the latency, in ms. */
const BOTS_LATE_MS = 100;
/** An estimate is no better than this, in digits. */
const DIGITS = 2;

/** Ticks of the clock in which /proc/PID/stat counts: a hundred a second on every Linux. */
const CLOCK_TICKS_PER_SECOND = 100;
/** Places behind the command's closing bracket, where the third field is the first. */
const USER_TIME = 14 - 3;
const SYSTEM_TIME = 15 - 3;

/** Processor time that a process and its threads have used, in s. @param stat the text of `/proc/PID/stat` */
export function cpuSecondsOf(stat: string): number {
  // The command stands in brackets and may hold blanks and brackets of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) / CLOCK_TICKS_PER_SECOND;
}

/** @param cores that can be used, which may be a part of one */
export function estimateOf(
  { report, server }: TrialOutcome,
  { workers, maxSessions }: Pick<Config, 'workers' | 'maxSessions'>,
  cores: number,
): Estimate | undefined {
  const { joined } = report.players;
  if (server === undefined || server.cpuSeconds <= 0 || server.seconds <= 0 || joined === 0) return undefined;
  const coreEach = server.cpuSeconds / server.seconds / joined;
  const perCore = rounded(BUSY_SHARE / coreEach);
  const nodes = Math.max(1, Math.min(workers, Math.floor(cores)));
  const carried = perCore * nodes * Math.min(1, cores);
  const allowed = workers * maxSessions;
  return { perCore, nodes, players: Math.min(rounded(carried), allowed), isCapped: allowed < carried };
}

const rounded = (players: number): number => Math.floor(Number(players.toPrecision(DIGITS)));

export function trialFindings(outcome: TrialOutcome, estimate: Estimate | undefined): readonly Finding[] {
  return [loadFinding(outcome), carriedFinding(outcome, estimate)];
}

function loadFinding({ asked, report }: TrialOutcome): Finding {
  const { faults, players, seconds, updates, latencyMs, generator } = report;
  const load = `${counted(asked, 'player')} for ${Math.round(seconds)} s`;
  const advice = 'End what else runs on this machine, or take a faster one.';
  if (players.joined < asked) {
    return problem('trial', `Of ${load} only ${players.joined} got in.`, advice);
  }
  const botsLateMs = generator.eventLoopDelayMs.p99;
  const excuse = botsLateMs > BOTS_LATE_MS ? `; the bots themselves were ${inMs(botsLateMs)} late` : '';
  if (faults.length > 0) {
    const kinds = faults.map(({ kind, count }) => `${kind} ${count}`).join(', ');
    return problem('trial', `${load}, of ${counted(updates.seen, 'update')}: ${kinds}${excuse}.`, advice);
  }
  if (latencyMs === null) return unknown('trial', 'How late players see each other', 'nobody met anybody');
  const found = `${load}: updates came within ${inMs(latencyMs.p99)} (p99), none was missed${excuse}`;
  return latencyMs.p99 > LATE_MS ? warning('trial', `${found}.`, advice) : ok('trial', `${found}.`);
}

function carriedFinding({ report, server }: TrialOutcome, estimate: Estimate | undefined): Finding {
  if (server === undefined || estimate === undefined) {
    return unknown('trial', 'How many players a core carries', 'what the server used of one was not to be had');
  }
  const { joined } = report.players;
  const percent = ((server.cpuSeconds / server.seconds) * 100).toFixed(0);
  return ok(
    'trial',
    `The server used ${percent} % of a core for ${counted(joined, 'player')}: about ${counted(estimate.perCore, 'player')} ` +
      `at ${BUSY_SHARE * 100} % of one (a cautious estimate: server and bots shared this machine).`,
  );
}
