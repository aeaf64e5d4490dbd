import { aligned, type Row } from './aligned.ts';
import { codeOf } from './closing-counts.ts';
import type { Spread } from './histogram.ts';
import { faultSentence, type GemCounts, type Report, type ThingCounts, type UpdateCounts } from './report.ts';
import { hopRows, serverSentence, spanWords, warningsOf } from './report-words.ts';

const ms = (value: number): string => value.toFixed(0);

/** The report as text for people: what was counted, by behaviour, what was worst, and the verdict. */
export function tableOf(report: Report): string {
  return [
    ...figures(report),
    '',
    ...hops(report),
    ...behaviours(report),
    '',
    ...scenario(report),
    ...worst(report),
    ...refusals(report),
    ...closings(report),
    ...joined(report),
    ...warningsOf(report),
    verdict(report),
  ].join('\n');
}

function figures(report: Report): string[] {
  const { players, updates, inputs, generator, traffic, bytesPerPlayerPerSecond: bytes } = report;
  const yetToCome = players.asked - players.joined - players.refused;
  const rows: Row[] = [
    ...(report.scenario === undefined ? [] : [['scenario', report.scenario.name] satisfies Row]),
    [
      'players',
      `${players.joined} of ${players.asked} joined, ${players.refused} refused, ${players.dropped} dropped, ` +
        `${players.full} with the full picture${yetToCome === 0 ? '' : `, ${yetToCome} had yet to come`}`,
    ],
    ['measured', `${report.seconds} s${report.ending === 'complete' ? '' : ` (${report.ending})`}`],
    ['updates', updatesOf(updates)],
    ['latency', percentiles(report.latencyMs)],
  ];
  if (report.latencyOtherNodeMs !== null) {
    rows.push(
      ['  same node', percentiles(report.latencySameNodeMs)],
      ['  other node', percentiles(report.latencyOtherNodeMs)],
    );
  }
  rows.push(
    ['  same square', percentiles(report.latencySameSquareMs)],
    ['  across a border', percentiles(report.latencyAcrossBorderMs)],
    [
      'frame gap',
      report.frameGapMs === null ? '–' : `p50 ${ms(report.frameGapMs.p50)}, p99 ${ms(report.frameGapMs.p99)} ms`,
    ],
    ...(report.handovers.count === 0
      ? []
      : [['handovers', `${report.handovers.count}, away for ${percentiles(report.handovers.awayMs)}`] satisfies Row]),
    ['inputs', `${inputs.sent} sent, ${inputs.acknowledged} acknowledged, ${report.corrections} corrected`],
    ['checksums', `${report.divergences} disagreed`],
    ['motion error', tiles(report.motionErrorTiles, 3)],
    ['staleness', tiles(report.stalenessTiles.all, 2)],
    ['traffic', `${bytes.in} bytes in, ${bytes.out} bytes out, per player and second`],
    [
      '  frames',
      `${traffic.framesPerPlayerPerSecond.toFixed(1)} of ${framesOf(traffic.frameBytes)} bytes, with ` +
        `${traffic.updatesPerPlayerPerSecond.toFixed(1)} updates`,
    ],
    [
      'these bots',
      `${generator.cpuSeconds.toFixed(1)} s CPU, own delay p50 ${generator.eventLoopDelayMs.p50} p99 ${generator.eventLoopDelayMs.p99} ms` +
        (generator.processes === 1 ? '' : `, over ${generator.processes} processes`),
    ],
  );
  if (report.server !== null) rows.push(['server', serverSentence(report.server)]);
  rows.push(...things(report), ...faultWindow(report));
  return aligned(rows);
}

/** What was built, said and claimed, where anything was. */
function things({ requests, edits, chat, gems, editLatencyMs, chatLatencyMs }: Report): Row[] {
  if (requests.asked === 0 && gems.claimed === 0) return [];
  return [
    ['edits', thingsOf(edits)],
    ['  latency', percentiles(editLatencyMs)],
    ['chat', thingsOf(chat)],
    ['  latency', percentiles(chatLatencyMs)],
    ['gems', gemsOf(gems)],
    ['requests', `${requests.asked} asked, ${requests.done} done, ${requests.refused} refused`],
  ];
}

/** What belongs to the fault window, where there was one. */
function faultWindow({ faultWindow: span, inFault, healMs }: Report): Row[] {
  if (span === undefined || inFault === undefined || healMs === undefined) return [];
  const { updates, edits, chat, gems, latencyMs, dropped, inputsLost, requestsLost, corrections, divergences } =
    inFault;
  const wrong =
    healMs === 0 ? 'nothing was wrong in it' : `wrong until ${(healMs / 1000).toFixed(1)} s after its opening`;
  return [
    ['fault window', `second ${span.fromSeconds} to ${span.toSeconds}, ${wrong}; counted apart:`],
    ['  updates', updatesOf(updates)],
    ['  latency', percentiles(latencyMs)],
    ['  players', `${dropped} dropped, ${inFault.wrongAtMost} at most wrongly shown or not shown on one screen`],
    ['  inputs', `${inputsLost} lost, ${corrections} corrected`],
    ['  checksums', `${divergences} disagreed`],
    ['  edits', thingsOf(edits)],
    ['  chat', thingsOf(chat)],
    ['  gems', gemsOf(gems)],
    ['  requests', `${requestsLost} lost`],
  ];
}

const framesOf = (sizes: Report['traffic']['frameBytes']): string =>
  sizes === null ? '–' : `${sizes.mean.toFixed(0)} (p99 ${sizes.p99})`;

const updatesOf = ({ expected, seen, missed, late, ghosts, duplicated, misplaced }: UpdateCounts): string =>
  `${expected} expected, ${seen} seen, ${missed} missed, ${late} late, ${ghosts} ghosts, ${duplicated} duplicated, ` +
  `${misplaced} misplaced`;

const thingsOf = ({ expected, seen, missed, late, ghosts, duplicated, disordered, disagreed }: ThingCounts): string =>
  `${expected} expected, ${seen} seen, ${missed} missed, ${late} late, ${ghosts} ghosts, ${duplicated} duplicated, ` +
  `${disordered} disordered, ${disagreed} disagreed`;

const gemsOf = ({ claimed, doubled, scoreErrors }: GemCounts): string =>
  `${claimed} claimed, ${doubled} claimed twice, ${scoreErrors} wrong scores`;

const percentiles = (values: Report['latencyMs']): string =>
  values === null
    ? '–'
    : `p50 ${ms(values.p50)}, p90 ${ms(values.p90)}, p99 ${ms(values.p99)}, max ${ms(values.max)} ms`;

const tiles = (values: Spread | null, digits: number): string =>
  values === null ? '–' : `p50 ${values.p50.toFixed(digits)}, p99 ${values.p99.toFixed(digits)} tiles`;

function behaviours({ byBehaviour }: Report): string[] {
  const rows = Object.entries(byBehaviour).map(
    ([name, { players, updates, latencyMs }]): Row => [
      name,
      `${players} players`,
      `${updates} updates`,
      percentiles(latencyMs),
    ],
  );
  return aligned(rows);
}

/** Where the time of a change of direction went, where any were followed. */
function hops({ hops: { sameNode, otherNode } }: Report): string[] {
  const rows = hopRows(sameNode, otherNode);
  return rows.length === 0 ? [] : [...aligned(rows), ''];
}

/** The groups of a scenario, where there was one. */
function scenario({ scenario: played }: Report): string[] {
  if (played === undefined) return [];
  const rows = played.groups.map(
    (group): Row => [
      group.name,
      `${group.joined} of ${group.players} players`,
      spanWords(group),
      `${group.updates} updates`,
      percentiles(group.latencyMs),
    ],
  );
  return ['groups', ...aligned(rows), ''];
}

function worst(report: Report): string[] {
  if (report.ok || report.worst.length === 0) return [];
  const rows = report.worst.map(
    ({ kind, atMs, observer, player, ms: took, detail }): Row => [
      kind,
      `at ${(atMs / 1000).toFixed(1)} s`,
      `${player} in the picture of ${observer}`,
      took === 0 ? '' : `${ms(took)} ms`,
      detail,
    ],
  );
  return ['worst cases', ...aligned(rows), ''];
}

function refusals({ requests }: Report): string[] {
  if (requests.refusals.length === 0) return [];
  return [...requests.refusals.slice(0, 5).map(({ sentence, count }) => `${count} × refused: ${sentence}`), ''];
}

/** Who was not let in, and who lost the connection, each with the most frequent reasons. */
function closings({ closingsBy }: Report): string[] {
  const lines = (['refused', 'dropped'] as const).flatMap((what) =>
    closingsBy[what]
      .slice(0, 5)
      .map((closing) => `${closing.count} × ${what} with ${codeOf(closing)}: ${closing.reason}`),
  );
  return lines.length === 0 ? [] : [...lines, ''];
}

function joined({ joinedFrom = [] }: Report): string[] {
  if (joinedFrom.length === 0) return [];
  const rows = joinedFrom.map(
    ({ date, seed, urls, players, seconds, ok }): Row => [
      date,
      `seed ${seed}`,
      `${players} players`,
      `${seconds} s`,
      ok ? 'passed' : 'failed',
      urls.join(', '),
    ],
  );
  return ['joined from', ...aligned(rows), ''];
}

const verdict = ({ ok, faults }: Report): string =>
  ok ? 'All was right.' : `Not all was right: ${faults.map(faultSentence).join(' ')}`;
