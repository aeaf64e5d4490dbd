import type { Distribution } from './histogram.ts';
import type { Report } from './report.ts';
import { MS_DIGITS, RATE_DIGITS, rounded } from './report-figures.ts';

/** Sizes of frames kept one by one, as in the report of one run. */
const SAMPLE_SIZE = 1000;

/** What went over the wire in several runs, each for as long as it took and for as many players as it had. */
export function joinTraffic(
  runs: readonly Report[],
  frameBytes: Distribution,
): Pick<Report, 'bytesPerPlayerPerSecond' | 'traffic'> {
  const byTime = (read: (report: Report) => number): number =>
    mean(runs, read, ({ players, seconds }) => Math.max(1, players.joined) * seconds);
  const byMessages = (report: Report): number =>
    report.traffic.messagesOutPerPlayerPerSecond * report.players.joined * report.seconds;
  return {
    bytesPerPlayerPerSecond: {
      in: rounded(
        byTime((report) => report.bytesPerPlayerPerSecond.in),
        0,
      ),
      out: rounded(
        byTime((report) => report.bytesPerPlayerPerSecond.out),
        0,
      ),
    },
    traffic: {
      framesPerPlayerPerSecond: rounded(
        byTime(({ traffic }) => traffic.framesPerPlayerPerSecond),
        RATE_DIGITS,
      ),
      frameBytes:
        frameBytes.count === 0
          ? null
          : {
              mean: rounded(
                mean(runs, ({ traffic }) => traffic.frameBytes?.mean ?? 0, framesOf),
                MS_DIGITS,
              ),
              p50: rounded(frameBytes.at(50), 0),
              p99: rounded(frameBytes.at(99), 0),
            },
      frameSample: joinSamples(runs),
      messagesOutPerPlayerPerSecond: rounded(
        byTime(({ traffic }) => traffic.messagesOutPerPlayerPerSecond),
        RATE_DIGITS,
      ),
      bytesPerMessageOut: rounded(
        mean(runs, ({ traffic }) => traffic.bytesPerMessageOut, byMessages),
        MS_DIGITS,
      ),
      updatesPerPlayerPerSecond: rounded(
        mean(
          runs,
          ({ traffic }) => traffic.updatesPerPlayerPerSecond,
          ({ players, seconds }) => players.full * seconds,
        ),
        RATE_DIGITS,
      ),
    },
  };
}

const framesOf = ({ traffic, players, seconds }: Report): number =>
  traffic.framesPerPlayerPerSecond * players.joined * seconds;

function mean(runs: readonly Report[], read: (report: Report) => number, weigh: (report: Report) => number): number {
  let total = 0;
  let weights = 0;
  for (const run of runs) {
    total += read(run) * weigh(run);
    weights += weigh(run);
  }
  return weights === 0 ? 0 : total / weights;
}

/** Of each run as many as its share of all frames. */
function joinSamples(runs: readonly Report[]): number[] {
  const frames = runs.reduce((sum, run) => sum + framesOf(run), 0);
  return runs.flatMap((run) => {
    const { frameSample } = run.traffic;
    const wanted = Math.min(frameSample.length, Math.floor((SAMPLE_SIZE * framesOf(run)) / Math.max(1, frames)));
    return Array.from(
      { length: wanted },
      (_, i) => frameSample[Math.floor((i * frameSample.length) / wanted)] as number,
    );
  });
}
