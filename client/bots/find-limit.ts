import type { Report } from './report.ts';
import { whatRanOut } from './what-ran-out.ts';

/** What players are to have: where it breaks, the limit is found. */
export interface ServiceLevel {
  /** The 99th percentile of the latency of updates, in ms. */
  readonly p99Ms: number;
  /** Updates that were missed, at most. */
  readonly missed: number;
}

/** What a trial came to. */
export interface Trial {
  readonly players: number;
  /** Why the service level did not hold, in one sentence; undefined when it did. */
  readonly broken: string | undefined;
  readonly report: Report;
}

export interface Limit {
  /** The most with whom the service level held; 0 when it never did. */
  readonly players: number;
  /** With how many it first did not; undefined when that was not reached. */
  readonly broke: Trial | undefined;
  /** What ran out first, in one sentence; undefined when nothing did. */
  readonly ranOut: string | undefined;
  /** It was stopped before it had found out. */
  readonly isStopped: boolean;
  readonly trials: readonly Trial[];
}

export interface Search {
  /** With how many to begin, and how many there may be. */
  readonly first: number;
  readonly most: number;
  readonly level: ServiceLevel;
  /** One run with so many. */
  readonly play: (players: number) => Promise<Report>;
  /** Told of each trial. */
  readonly tried?: (trial: Trial) => void;
  /** Ends the search with what is known by then. */
  readonly signal?: AbortSignal;
}

/** The limit is known to this share of itself. */
const PRECISION = 0.1;
/** A level that breaks may have broken by chance: it does when it breaks so often in a row. */
const ATTEMPTS = 2;

/**
 * How many players a server carries: twice as many as before until the service level breaks, then halfway between what
 * held and what did not.
 */
export async function findLimit({ first, most, level, play, tried, signal }: Search): Promise<Limit> {
  const trials: Trial[] = [];
  const isStopped = (): boolean => signal?.aborted === true;
  const holds = async (players: number): Promise<boolean> => {
    for (let attempt = 1; ; attempt++) {
      const report = await play(players);
      // What was stopped says nothing of the server.
      if (isStopped()) return false;
      const trial = { players, broken: whyBroken(report, level), report };
      trials.push(trial);
      tried?.(trial);
      if (trial.broken === undefined) return true;
      if (attempt === ATTEMPTS) return false;
    }
  };
  let good = 0;
  let bad = Number.POSITIVE_INFINITY;
  while (!isStopped()) {
    const isBounded = bad < Number.POSITIVE_INFINITY;
    if (isBounded ? bad - good <= Math.max(1, PRECISION * good) : good >= most) break;
    const doubled = good === 0 ? first : 2 * good;
    const players = isBounded ? Math.round((good + bad) / 2) : Math.min(most, doubled);
    if (await holds(players)) good = players;
    else if (!isStopped()) bad = players;
  }
  const broke = trials.findLast(({ players, broken }) => players === bad && broken !== undefined);
  return { players: good, broke, ranOut: broke && whatRanOut(broke.report), isStopped: isStopped(), trials };
}

function whyBroken({ players, latencyMs, updates }: Report, { p99Ms, missed }: ServiceLevel): string | undefined {
  if (players.refused > 0) return `${players.refused} ${players.refused === 1 ? 'was' : 'were'} refused.`;
  if (players.dropped > 0) return `${players.dropped} lost the connection.`;
  if (updates.missed > missed) return `${updates.missed} updates were missed.`;
  if (latencyMs === null) return 'Nothing was measured.';
  return latencyMs.p99 > p99Ms ? `The latency was ${latencyMs.p99} ms at p99.` : undefined;
}

/** `800 players: p99 140 ms, 0 missed: it holds.` */
export function trialSentence({ players, broken, report: { latencyMs, updates } }: Trial): string {
  const figures = `p99 ${latencyMs === null ? '–' : latencyMs.p99} ms, ${updates.missed} missed`;
  return `${players} players: ${figures}: ${broken === undefined ? 'it holds.' : `it does not. ${broken}`}`;
}

export function limitSentences({ players, broke, ranOut, isStopped }: Limit): string[] {
  const count = `${players} ${players === 1 ? 'player' : 'players'}`;
  if (isStopped && players === 0) return ['The search was stopped. Nothing is known yet.'];
  if (isStopped) return [`The search was stopped. This server carries ${count} at least.`];
  const carried = players === 0 ? 'Not even so few were carried.' : `This server carries ${count}.`;
  if (broke === undefined) return [carried, 'No limit was found up to there.'];
  return [carried, `With ${broke.players} it does not: ${broke.broken} What ran out first: ${ranOut}`];
}
