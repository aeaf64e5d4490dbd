import type { Report } from '../report.ts';
import { html, type Markup } from './markup.ts';
import { table } from './page.ts';

/** What the run was to be, and of a joined one which runs it is made of. */
export function settingsOf({ settings, budgets, version, joinedFrom }: Report): Markup {
  const { urls, players, seconds, scenario, faults, placement, rampPerSecond, seed, fullShare, screen, tilesEach } =
    settings;
  const shares = Object.entries(settings.behaviours).map(([name, share]) => `${name}:${Number(share.toFixed(2))}`);
  const rows: readonly (readonly [string, string])[] = [
    ['Servers', urls.join(', ')],
    ['Scenario', scenario?.name ?? 'none'],
    ['Players', `${players}, ${rampPerSecond} more each second`],
    ['Measured', `${seconds} s`],
    ['Fault window', faults === undefined ? 'none' : `second ${faults.fromSeconds} to ${faults.toSeconds}`],
    ['Behaviours', shares.join(', ')],
    ['Placement', placement],
    ['Seed', String(seed)],
    ['With the full picture', `${fullShare * 100} %`],
    ['Screen', `${screen.width} × ${screen.height} tiles`],
    ['Room', `${tilesEach} tiles for each player`],
    ['Late after, missed after', `${budgets.lateAfterMs} ms, ${budgets.missedAfterMs} ms`],
    ['Report version', String(version)],
  ];
  return html`${joinedFrom === undefined ? null : joinedRuns(joinedFrom)}${table(
    joinedFrom === undefined ? ['Setting', 'Value'] : ['Setting of the first run', 'Value'],
    rows,
    { words: 2 },
  )}`;
}

const joinedRuns = (runs: NonNullable<Report['joinedFrom']>): Markup =>
  html`<p>Joined from ${runs.length} runs, which stand one after the other in the plots:</p>${table(
    ['Date', 'Servers', 'Outcome', 'Seed', 'Players', 'Seconds'],
    runs.map(({ date, urls, ok, seed, players, seconds }) => [
      date,
      urls.join(', '),
      ok ? 'passed' : 'failed',
      seed,
      players,
      seconds,
    ]),
    { words: 3 },
  )}`;
