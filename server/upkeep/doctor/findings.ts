/** What a check has found. Texts are whole sentences, on one line. */
export type Finding = Fine | Trouble;

/** As it should be, or not to be found out, which is nobody's fault. */
interface Fine {
  readonly area: Area;
  readonly verdict: 'ok' | 'unknown';
  readonly found: string;
}

/** A warning is about what the host may have meant, a problem about what will not work. */
export interface Trouble {
  readonly area: Area;
  readonly verdict: 'warning' | 'problem';
  readonly found: string;
  /** What to change. */
  readonly advice: string;
}

export type Verdict = Finding['verdict'];

/** What a finding is about. */
export const AREAS = [
  'node',
  'memory',
  'cores',
  'files',
  'backlog',
  'ports',
  'port',
  'disk',
  'redis',
  'clock',
  'origins',
  'proxy',
  'trial',
] as const;
export type Area = (typeof AREAS)[number];

export const ok = (area: Area, found: string): Finding => ({ area, verdict: 'ok', found });

export const warning = (area: Area, found: string, advice: string): Finding => ({
  area,
  verdict: 'warning',
  found,
  advice,
});

export const problem = (area: Area, found: string, advice: string): Finding => ({
  area,
  verdict: 'problem',
  found,
  advice,
});

/** @param what begins a sentence, @param why ends it */
export const unknown = (area: Area, what: string, why: string): Finding => ({
  area,
  verdict: 'unknown',
  found: `${what} could not be told: ${why.replace(/\.$/, '')}.`,
});

export const isTrouble = (finding: Finding): finding is Trouble =>
  finding.verdict === 'warning' || finding.verdict === 'problem';

const VERDICTS: readonly Verdict[] = ['ok', 'warning', 'problem', 'unknown'];
const widthOf = (words: readonly string[]): number => Math.max(...words.map((word) => word.length));

/** `warning  disk     It is slow. Take another.` */
export function lineOf(finding: Finding): string {
  const mark = finding.verdict.padEnd(widthOf(VERDICTS));
  const advice = isTrouble(finding) ? ` ${finding.advice}` : '';
  return `${mark}  ${finding.area.padEnd(widthOf(AREAS))}  ${finding.found}${advice}`;
}

/** 0 when nothing is a problem, else 1. */
export const exitStatusOf = (findings: readonly Finding[]): 0 | 1 =>
  findings.some(({ verdict }) => verdict === 'problem') ? 1 : 0;
