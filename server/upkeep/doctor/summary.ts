import { counted } from './figures.ts';
import { type Finding, isTrouble, type Trouble } from './findings.ts';
import type { Estimate } from './trial-verdicts.ts';

/** Of warnings the first few are enough to begin with. */
const MAX_WARNINGS = 3;

/** What is to be changed first: the problems, or else some warnings, in the order of the checks. */
export function changesOf(findings: readonly Finding[]): readonly Trouble[] {
  const troubles = findings.filter(isTrouble);
  const problems = troubles.filter(({ verdict }) => verdict === 'problem');
  return problems.length > 0 ? problems : troubles.slice(0, MAX_WARNINGS);
}

/** The end of what is printed: whether to open, what to change first, and how many players to expect. */
export function summaryOf(findings: readonly Finding[], estimate: Estimate | undefined, hasTrial: boolean): string {
  const counts = (['problem', 'warning'] as const).map(
    (verdict) => [verdict, findings.filter((finding) => finding.verdict === verdict).length] as const,
  );
  const said = counts.flatMap(([verdict, count]) => (count === 0 ? [] : [counted(count, verdict)])).join(' and ');
  const hasProblem = counts[0]?.[1] !== 0;
  const verdict = hasProblem ? `Not ready: ${said}` : said === '' ? 'Ready' : `Ready, with ${said}`;
  const changes = changesOf(findings);
  const lines = changes.length === 0 ? [`${verdict}.`] : [`${verdict}. To change first:`];
  for (const [i, { area, advice }] of changes.entries()) lines.push(`  ${i + 1}. ${area}: ${advice}`);
  return [...lines, expectation(estimate, hasTrial)].join('\n');
}

function expectation(estimate: Estimate | undefined, hasTrial: boolean): string {
  if (!hasTrial) return 'How many players to expect was not tried (--quick).';
  if (estimate === undefined) return 'How many players to expect could not be told.';
  const { players, nodes, isCapped } = estimate;
  if (isCapped)
    return `Expect ${counted(players, 'player')}: --max-sessions lets in no more, and this machine carries them.`;
  const on = nodes === 1 ? 'on one core' : `on ${nodes} cores`;
  return `Expect about ${counted(players, 'player')} ${on}: a cautious estimate for people who walk about, some 25 on each screen.`;
}
