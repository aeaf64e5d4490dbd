import { faultSentence, type GemCounts, type Report, type ThingCounts, type UpdateCounts } from './report.ts';

type Row = readonly [label: string, ...values: (string | number)[]];

const ms = (value: number): string => value.toFixed(0);

/** The report as text for people: what was counted, by behaviour, what was worst, and the verdict. */
export function tableOf(report: Report): string {
  return [
    ...figures(report),
    '',
    ...behaviours(report),
    '',
    ...worst(report),
    ...refusals(report),
    ...closings(report),
    verdict(report),
  ].join('\n');
}

function figures(report: Report): string[] {
  const { players, updates, inputs, generator, traffic, bytesPerPlayerPerSecond: bytes } = report;
  const rows: Row[] = [
    [
      'players',
      `${players.joined} of ${players.asked} joined, ${players.refused} refused, ${players.dropped} dropped, ` +
        `${players.full} with the full picture`,
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
    [
      'frame gap',
      report.frameGapMs === null ? '–' : `p50 ${ms(report.frameGapMs.p50)}, p99 ${ms(report.frameGapMs.p99)} ms`,
    ],
    ['inputs', `${inputs.sent} sent, ${inputs.acknowledged} acknowledged, ${report.corrections} corrected`],
    ['checksums', `${report.divergences} disagreed`],
    [
      'motion error',
      report.motionErrorTiles === null
        ? '–'
        : `p50 ${report.motionErrorTiles.p50.toFixed(3)}, p99 ${report.motionErrorTiles.p99.toFixed(3)} tiles`,
    ],
    ['traffic', `${bytes.in} bytes in, ${bytes.out} bytes out, per player and second`],
    [
      '  frames',
      `${traffic.framesPerPlayerPerSecond.toFixed(1)} of ${framesOf(traffic.frameBytes)} bytes, with ` +
        `${traffic.updatesPerPlayerPerSecond.toFixed(1)} updates`,
    ],
    [
      'these bots',
      `${generator.cpuSeconds.toFixed(1)} s CPU, own delay p50 ${generator.eventLoopDelayMs.p50} p99 ${generator.eventLoopDelayMs.p99} ms`,
    ],
  );
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

const updatesOf = ({ expected, seen, missed, late, ghosts, duplicated }: UpdateCounts): string =>
  `${expected} expected, ${seen} seen, ${missed} missed, ${late} late, ${ghosts} ghosts, ${duplicated} duplicated`;

const thingsOf = ({ expected, seen, missed, late, ghosts, duplicated, disordered, disagreed }: ThingCounts): string =>
  `${expected} expected, ${seen} seen, ${missed} missed, ${late} late, ${ghosts} ghosts, ${duplicated} duplicated, ` +
  `${disordered} disordered, ${disagreed} disagreed`;

const gemsOf = ({ claimed, doubled, scoreErrors }: GemCounts): string =>
  `${claimed} claimed, ${doubled} claimed twice, ${scoreErrors} wrong scores`;

const percentiles = (values: Report['latencyMs']): string =>
  values === null
    ? '–'
    : `p50 ${ms(values.p50)}, p90 ${ms(values.p90)}, p99 ${ms(values.p99)}, max ${ms(values.max)} ms`;

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

function closings({ closings: list }: Report): string[] {
  if (list.length === 0) return [];
  return [...list.slice(0, 5).map(({ code, reason, count }) => `${count} × closed with ${code}: ${reason}`), ''];
}

const verdict = ({ ok, faults }: Report): string =>
  ok ? 'All was right.' : `Not all was right: ${faults.map(faultSentence).join(' ')}`;

/** Columns padded to the widest of each, the last one left as it is. */
function aligned(rows: readonly Row[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => String(row[i] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, i) => String(cell).padEnd(widths[i] as number))
      .join('  ')
      .trimEnd(),
  );
}
