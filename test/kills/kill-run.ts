import { Life } from './life.ts';
import type { RoundReport } from './round-report.ts';
import type { Victim } from './scenes.ts';

export interface KillRunOptions {
  readonly victim: Victim;
  readonly rounds: number;
  readonly residents: number;
  readonly seed: number;
  readonly onRound?: (report: RoundReport) => void;
}

/** Lives of many rounds in one world, each ended by kill -9: what was promised in any of them must be there. */
export async function runKills({ victim, rounds, residents, seed, onRound }: KillRunOptions): Promise<RoundReport[]> {
  const scene = await victim.open();
  const life = new Life(scene, victim, residents, seed);
  const reports: RoundReport[] = [];
  try {
    await life.begin();
    for (let round = 1; round <= rounds; round++) {
      const report = await life.round(round);
      reports.push(report);
      onRound?.(report);
    }
    return reports;
  } finally {
    life.end();
    await scene.close();
  }
}
