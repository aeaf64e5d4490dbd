import { DEFAULTS, MIXED } from '../../client/bots/options.ts';
import type { Report } from '../../client/bots/report.ts';
import { runBots } from '../../client/bots/run.ts';
import type { Fault } from './scenes.ts';

/** So many play, unless more are asked for … */
export const PLAYERS = 60;
/** … of whom at most so many come in a second. */
const MAX_RAMP = 100;
/** People who leave nothing behind. */
const WALKERS = { wander: 0.6, border: 0.2, crowd: 0.2 };
/** Health before the fault, and after the time given for healing: in s. */
const BEFORE_SECONDS = 2;
const AFTER_SECONDS = 4;

/** What a fault did, as bots who know the truth saw it. */
export interface Trial {
  readonly fault: string;
  /** How long the fault itself lasted, in ms. */
  readonly brokenMs: number;
  /** From the end of the fault until the last wrong picture, in ms; 0 when all was right by then. */
  readonly healMs: number;
  /** Players wrongly shown, or wrongly not shown, in one picture at once, at most. */
  readonly wrongAtMost: number;
  /** Players who lost their connection. */
  readonly dropped: number;
  /** Outside the fault's window: all 0, or it did not heal. */
  readonly after: Pick<Report['updates'], 'missed' | 'ghosts' | 'duplicated'> & { readonly diverged: number };
  readonly report: Report;
}

/** Breaks a world with players in it once. */
export async function tryFault(
  { name, windowSeconds, losesThings, open }: Fault,
  seed: number,
  players = PLAYERS,
): Promise<Trial> {
  const scene = await open();
  let brokenMs = 0;
  let breaking: Promise<void> | undefined;
  try {
    const report = await runBots(
      {
        ...DEFAULTS,
        urls: scene.urls,
        players,
        behaviours: losesThings === true ? WALKERS : MIXED,
        rampPerSecond: Math.min(players, MAX_RAMP),
        seconds: BEFORE_SECONDS + windowSeconds + AFTER_SECONDS,
        faults: { fromSeconds: BEFORE_SECONDS, toSeconds: BEFORE_SECONDS + windowSeconds },
        seed,
      },
      {
        onFault: () => {
          const brokenAt = performance.now();
          breaking = scene.breakIt().finally(() => {
            brokenMs = performance.now() - brokenAt;
          });
          return breaking;
        },
      },
    );
    await breaking;
    const { missed, ghosts, duplicated } = report.updates;
    return {
      fault: name,
      brokenMs: Math.round(brokenMs),
      healMs: Math.max(0, Math.round((report.healMs ?? 0) - brokenMs)),
      wrongAtMost: report.inFault?.wrongAtMost ?? 0,
      dropped: report.inFault?.dropped ?? 0,
      after: { missed, ghosts, duplicated, diverged: report.divergences },
      report,
    };
  } finally {
    await breaking?.catch(() => undefined);
    await scene.close();
  }
}
