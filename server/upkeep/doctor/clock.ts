import { execFile } from 'node:child_process';
import { inMs } from './figures.ts';
import { type Finding, ok, unknown, warning } from './findings.ts';

const ASK_MS = 3000;
/** What the wall clock may differ from the steady one over a check, in ms: what it is slewed by is far less. */
const STEP_MS = 100;

const SYNCHRONISED = 'Whether the clock is synchronised';

/** @param answer of `timedatectl show -p NTPSynchronized` */
export function synchronisedFinding(answer: string): Finding {
  switch (/^NTPSynchronized=(yes|no)$/m.exec(answer)?.[1]) {
    case 'yes':
      return ok('clock', 'The clock of this machine is synchronised.');
    case 'no':
      return warning(
        'clock',
        'The clock of this machine is not synchronised.',
        'Let it keep time (timedatectl set-ntp true, or chrony): lines of chat carry its dates.',
      );
    default:
      return unknown('clock', SYNCHRONISED, 'timedatectl does not say');
  }
}

/** @param stepMs by how much the wall clock went on more than the steady one, over so many seconds */
export function stepFinding(stepMs: number, seconds: number): Finding {
  const size = inMs(Math.abs(stepMs));
  const over = `over ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (Math.abs(stepMs) <= STEP_MS) return ok('clock', `The clock ran steadily ${over}, to ${size}.`);
  return warning(
    'clock',
    `The clock was set ${stepMs > 0 ? 'forward' : 'back'} by ${size} ${over}.`,
    'Let one service alone set it, and slew it rather than step it.',
  );
}

/** Asks the system; it says nothing about it in most containers. */
export function checkClock(): Promise<Finding> {
  return new Promise((resolve) => {
    const options = { timeout: ASK_MS, killSignal: 'SIGKILL' } as const;
    execFile('timedatectl', ['show', '-p', 'NTPSynchronized'], options, (error, stdout) => {
      if (error === null) resolve(synchronisedFinding(stdout));
      else
        resolve(
          unknown('clock', SYNCHRONISED, `timedatectl ${error.code === 'ENOENT' ? 'is missing' : 'gives no answer'}`),
        );
    });
  });
}

/** Watches the wall clock against the steady one, from now until the returned function is called. */
export function watchClock(monotonic: () => number, wall: () => number): () => Finding {
  const [steadyFrom, wallFrom] = [monotonic(), wall()];
  return () => {
    const passed = monotonic() - steadyFrom;
    return stepFinding(wall() - wallFrom - passed, passed / 1000);
  };
}
