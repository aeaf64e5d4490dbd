/** What a run counts. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** The parts of vitest's JSON report that are counted. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** `remarks` says in a sentence each what a reader of the total would otherwise wonder about. */
export interface TestTally extends Tally {
  readonly remarks: readonly string[];
}

/**
 * Counts a vitest run. Only a test that ran and passed is passed: skipped and unfinished ones are failed, so is a file
 * that broke before its tests, and so is a run that ended badly for a reason the report does not show, or ran nothing.
 * @param reportText vitest's JSON report, undefined when it wrote none
 */
export function tallyTests(reportText: string | undefined, exitCode: number): TestTally {
  if (reportText === undefined) return { passed: 0, failed: 1, remarks: ['The tests ended without a report.'] };
  const report = JSON.parse(reportText) as Report;
  const remarks: string[] = [];
  let passed = 0;
  let failed = 0;
  for (const file of report.testResults) {
    let failedHere = 0;
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') {
        passed++;
        continue;
      }
      failedHere++;
      if (status !== 'failed') remarks.push(`Counted as failed, for it is ${status}: ${fullName}`);
    }
    if (failedHere === 0 && file.status !== 'passed') {
      failedHere = 1;
      remarks.push(`Counted as failed, for the file is ${file.status}: ${file.name}`);
    }
    failed += failedHere;
  }
  if (passed + failed === 0) {
    failed = 1;
    remarks.push('Counted as failed, for no test ran.');
  } else if (failed === 0 && exitCode !== 0) {
    failed = 1;
    remarks.push(`Counted as failed, for the tests ended with exit code ${exitCode}: see the errors above.`);
  }
  return { passed, failed, remarks };
}

export const addTallies = (tallies: readonly Tally[]): Tally => ({
  passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
  failed: tallies.reduce((sum, tally) => sum + tally.failed, 0),
});

/** The closing line that continuous integration reads. */
export const closingLine = ({ passed, failed }: Tally): string => `${passed} passed, ${failed} failed`;
