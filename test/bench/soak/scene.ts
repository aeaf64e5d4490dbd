import { type BotsOptions, DEFAULTS, type Group } from '../../../client/bots/options.ts';

/** How a soak goes. */
export interface SoakPlan {
  readonly players: number;
  /** Length of the measured part, in s … */
  readonly seconds: number;
  /** … and when the server is looked at first, in s of it: by then it has what a server at work has. */
  readonly firstLookSeconds: number;
  /** The last look, before the players leave. */
  readonly lastLookSeconds: number;
}

const RAMP_PER_SECOND = 50;
/** Those who come and go walk on open ground and need not all be judges; whoever builds has to know the walls. */
const JUDGES = 0.05;
const MIXED_SHARE = 0.1;
/** In one they have more to do than a core does, and what they see late is not the server's doing. */
const PROCESSES = 2;

/** Nine of ten come and go all the time, the others do all that there is to do. */
export function soakOptions({ players, seconds }: SoakPlan, url: string, seed: number): BotsOptions {
  const mixed = Math.round(players * MIXED_SHARE);
  return {
    ...DEFAULTS,
    urls: [url],
    players,
    seconds,
    seed,
    processes: PROCESSES,
    rampPerSecond: RAMP_PER_SECOND,
    scenario: {
      name: 'soak',
      groups: [
        group('churn', players - mixed, JUDGES),
        // They build, so all of them judge.
        group('mixed', mixed, 1),
      ],
    },
  };
}

const group = (name: 'churn' | 'mixed', players: number, fullShare: number): Group => ({
  name,
  behaviours: { [name]: 1 },
  players,
  fullShare,
  fromSeconds: undefined,
  toSeconds: undefined,
  overSeconds: 0,
  placement: undefined,
  screen: undefined,
  node: undefined,
});
