import { compare, shownChange, shownValue } from '../comparison.ts';
import { faultSentence, type Report } from '../report.ts';
import { warningsOf } from '../report-words.ts';
import { html, type Markup } from './markup.ts';
import { page, section, table } from './page.ts';
import { settingsOf } from './settings-list.ts';
import { timePlots } from './time-plots.ts';

/** Two reports as one page: their figures side by side, and their curves in the same plots. */
export function comparisonPage(a: Report, b: Report): string {
  return page('Flatlands load tests compared', [
    html`<header><h1>Flatlands load tests compared</h1>
${described('A', a)}${described('B', b)}</header>
`,
    section('Side by side', sideBySide(a, b)),
    section(
      'Over time',
      timePlots([
        { name: 'A', report: a },
        { name: 'B', report: b },
      ]),
    ),
    section('Settings of A', settingsOf(a)),
    section('Settings of B', settingsOf(b)),
  ]);
}

function described(name: string, report: Report): Markup {
  const { ok, faults, date, urls, seed } = report;
  const sentences = faults.map(faultSentence).join(' ');
  return html`<p><b>${name}</b> <span class="quiet">${date} · seed ${seed} · ${urls.join(', ')}</span></p>
<div class="verdict ${ok ? 'passed' : 'failed'}"><b>${ok ? 'Passed.' : 'Failed.'}</b> ${ok ? 'All was right.' : sentences}</div>
${warningsOf(report).map((sentence) => html`<p class="warning">${sentence}</p>`)}`;
}

function sideBySide(a: Report, b: Report): Markup {
  const rows = compare(a, b);
  const worse = rows.filter(({ isWorse }) => isWorse).length;
  return html`<p>${worse === 0 ? 'B is clearly worse in nothing.' : `B is clearly worse in ${worse} of these.`}</p>
${table(
  ['', 'A', 'B', 'Change', ''],
  rows.map((row) => [
    row.label.trimStart(),
    shownValue(row.a, row),
    shownValue(row.b, row),
    shownChange(row),
    row.isWorse ? html`<span class="worse">worse</span>` : null,
  ]),
)}`;
}
