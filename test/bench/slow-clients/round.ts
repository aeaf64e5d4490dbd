import type { Report } from '../../../client/bots/report.ts';
import { faultSentence } from '../../../client/bots/report.ts';
import { atMost, type Row } from '../benchmark.ts';
import type { MemoryUse } from '../heap-probe.ts';
import { median, medianOf } from '../median.ts';
import { mostOf, type Sample } from '../strain/gauge-watch.ts';
import { lagOf } from '../strain/load-process.ts';
import type { Drained, Endings } from './orders.ts';

/** What is watched of the server. */
export const GAUGES = [
  'flatlands_sessions',
  'flatlands_stale_sessions',
  'flatlands_outbox_bytes',
  'flatlands_oldest_unacknowledged_seconds',
  'flatlands_flush_level',
] as const;
export type GaugeSample = Sample<(typeof GAUGES)[number]>;

/** A crowd that was alone for a while, and then had slow clients among it. */
export interface Round {
  /** Sessions that are not slow: the crowd's, and the one of who knows what there is to see. */
  readonly quickSessions: number;
  readonly slowClients: number;
  /** Those with slow clients are the ones in the fault window. */
  readonly report: Report;
  readonly without: { readonly samples: readonly GaugeSample[]; readonly p99Ms: number | undefined };
  readonly among: { readonly samples: readonly GaugeSample[]; readonly drained: Drained };
  readonly memory: Memory;
  readonly endings: Endings;
}

/** What the server uses once its garbage has been collected. */
export interface Memory {
  readonly without: MemoryUse;
  readonly among: MemoryUse;
  /** Sessions of slow clients when that was measured. */
  readonly openSlow: number;
}

const BARS = { differenceMs: 30, memoryKB: 256, ageSeconds: 5 } as const;
const KB = 1000;

/** These are rows. */
const COUNTED: readonly string[] = ['missed', 'ghost', 'duplicated'];
/** Fewer of the slow clients that fell behind at a time were hardly slow. */
const LEAST_STALE_SHARE = 1 / 2;

/** @throws Error in one sentence when a round was not what it had to be, or when the machine was too busy for it */
export function assertSound({ report, without, among, slowClients, endings }: Round): void {
  const { players, inFault, faults } = report;
  const busy = (what: string): Error => new Error(`${what}: the machine is too busy.`);
  if (report.ending === 'abandoned') throw new Error('Nobody of the crowd was left.');
  if (players.joined < players.asked) throw busy(`${players.asked - players.joined} of the crowd did not get in`);
  const lag = lagOf(report);
  if (lag !== undefined) throw busy(`Of the crowd: ${lag}`);
  if (mostOf(without.samples, 'flatlands_flush_level') > 0) {
    throw busy('The server stretched its flushes with no slow client about');
  }
  const fault = faults.find(({ kind }) => !COUNTED.includes(kind));
  if (fault !== undefined) throw new Error(`It went wrong: ${faultSentence(fault)}`);
  if (inFault === undefined || inFault.dropped > 0) throw new Error('Players of the crowd were dropped.');
  const [strange] = endings.others;
  if (strange !== undefined) throw new Error(`A slow client was closed with ${strange}`);
  const stale = mostOf(among.samples, 'flatlands_stale_sessions');
  if (stale < slowClients * LEAST_STALE_SHARE) {
    throw new Error(`Of ${slowClients} slow clients no more than ${stale} fell behind at a time: they were not slow.`);
  }
}

/** Sessions of slow clients at a moment. */
export const openSlow = ({ values }: GaugeSample, quickSessions: number): number =>
  Math.max(0, values.flatlands_sessions - quickSessions);

/** What the process holds back for sessions, at most, in bytes for each slow one: as if nothing of it was others'. */
export const mostHeldBytes = ({ among, quickSessions }: Pick<Round, 'among' | 'quickSessions'>): number =>
  among.samples.reduce((most, sample) => {
    const open = openSlow(sample, quickSessions);
    return open === 0 ? most : Math.max(most, sample.values.flatlands_outbox_bytes / open);
  }, 0);

/** What the process has grown by for each slow session, in bytes. */
export const grownBytes = ({ among, without, openSlow: open }: Memory, of: keyof MemoryUse): number =>
  (among[of] - without[of]) / Math.max(1, open);

const withP99 = ({ report }: Round): number => report.inFault?.latencyMs?.p99 ?? Number.NaN;
const withoutP99 = ({ without }: Round): number => without.p99Ms ?? Number.NaN;

function wrongOf({ report: { updates, inFault } }: Round): number {
  const wrong = ({ missed, ghosts, duplicated }: Report['updates']): number => missed + ghosts + duplicated;
  return wrong(updates) + (inFault === undefined ? 0 : wrong(inFault.updates));
}

export function slowClientsRows(rounds: readonly Round[]): Row[] {
  const row = (what: string, unit: string, value: number): Row => ({ name: `slow clients ${what}`, value, unit });
  const sum = (figure: (round: Round) => number): number => rounds.reduce((total, round) => total + figure(round), 0);
  const most = (figure: (round: Round) => number): number => Math.max(...rounds.map(figure));
  return [
    row('p99 ms', 'ms', medianOf(rounds, withP99)),
    row('without p99 ms', 'ms', medianOf(rounds, withoutP99)),
    atMost(
      BARS.differenceMs,
      row('p99 difference ms', 'ms', median(rounds.map((round) => withP99(round) - withoutP99(round)))),
    ),
    atMost(0, row('missed', '', sum(wrongOf))),
    atMost(
      BARS.memoryKB,
      row('memory kB', 'kB', medianOf(rounds, ({ memory }) => grownBytes(memory, 'resident')) / KB),
    ),
    row('heap kB', 'kB', medianOf(rounds, ({ memory }) => grownBytes(memory, 'heap')) / KB),
    atMost(BARS.memoryKB, row('outbox kB', 'kB', most(mostHeldBytes) / KB)),
    atMost(
      BARS.ageSeconds,
      row(
        'oldest picture s',
        's',
        most(({ among }) => mostOf(among.samples, 'flatlands_oldest_unacknowledged_seconds')),
      ),
    ),
    atMost(
      0,
      row(
        'right after draining',
        '',
        sum(({ among }) => among.drained.wrong),
      ),
    ),
    atMost(
      0,
      row(
        'disagreements',
        '',
        sum(({ among }) => among.drained.disagreements),
      ),
    ),
    row(
      'drained',
      '',
      sum(({ among }) => among.drained.clients),
    ),
    row(
      'drained in s',
      's',
      most(({ among }) => among.drained.seconds),
    ),
    row(
      'stale at once',
      '',
      most(({ among }) => mostOf(among.samples, 'flatlands_stale_sessions')),
    ),
    row(
      'closed',
      '',
      sum(({ endings }) => endings.slow + endings.cut),
    ),
  ];
}
