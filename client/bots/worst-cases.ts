/** What can be wrong with a picture, and the slowest of what is right. */
export type CaseKind =
  | 'missed'
  | 'absent'
  | 'ghost'
  | 'duplicated'
  | 'misplaced'
  | 'disordered'
  | 'disagreed'
  | 'doubled'
  | 'score'
  | 'diverged'
  | 'late'
  | 'slow';

/** One thing for a person to look into. */
export interface WorstCase {
  readonly kind: CaseKind;
  /** Ms since the measured part of the run began. */
  readonly atMs: number;
  /** Whose picture it was. */
  readonly observer: string;
  /** Who was, or was not, shown in it. */
  readonly player: string;
  /** How long it took or had lasted, in ms. */
  readonly ms: number;
  readonly detail: string;
}

/** So many are reported; of each kind of fault the first so many are kept, and of the updates the slowest. */
export const WORST_CASES = 10;

/** Keeps a bounded choice of cases. */
export class WorstCases {
  readonly #faults = new Map<CaseKind, WorstCase[]>();
  readonly #slowest: WorstCase[] = [];

  fault(found: WorstCase): void {
    const cases = this.#faults.get(found.kind);
    if (cases === undefined) this.#faults.set(found.kind, [found]);
    else if (cases.length < WORST_CASES) cases.push(found);
  }

  /** Whether an update that took `ms` is among the slowest so far. */
  isSlow(ms: number): boolean {
    const last = this.#slowest[WORST_CASES - 1];
    return last === undefined || ms > last.ms;
  }

  slow(found: WorstCase): void {
    this.#slowest.push(found);
    this.#slowest.sort((a, b) => b.ms - a.ms);
    if (this.#slowest.length > WORST_CASES) this.#slowest.pop();
  }

  /** Faults first, the kinds in turn so that none crowds out another, then the slowest updates. */
  list(): WorstCase[] {
    const kinds = [...this.#faults.values()];
    const faults = Array.from({ length: WORST_CASES }, (_, i) => kinds.flatMap((cases) => cases[i] ?? [])).flat();
    return [...faults, ...this.#slowest].slice(0, WORST_CASES);
  }
}

/** The worst of several runs' cases: of faults those that lasted longest, of each kind, and the slowest updates. */
export function worstOf(cases: readonly WorstCase[]): WorstCase[] {
  const worst = new WorstCases();
  for (const found of cases.toSorted((a, b) => b.ms - a.ms)) {
    if (found.kind === 'late' || found.kind === 'slow') worst.slow(found);
    else worst.fault(found);
  }
  return worst.list();
}
