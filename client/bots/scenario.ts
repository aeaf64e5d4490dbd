import type { BotsOptions, Group, Scenario } from './options.ts';

/** When a player is in the world, in ms of the measured part. */
export interface Span {
  /** Undefined where they are there from before the beginning. */
  readonly comesAtMs: number | undefined;
  /** Undefined where they stay to the end. */
  readonly goesAtMs: number | undefined;
}

/** The groups of a run; without a scenario all its players are one. */
export function groupsOf({ scenario, behaviours, players }: BotsOptions): readonly Group[] {
  if (scenario !== undefined) return scenario.groups;
  const asTheRun = { placement: undefined, fullShare: undefined, screen: undefined, node: undefined };
  return [{ name: '', behaviours, players, fromSeconds: undefined, toSeconds: undefined, overSeconds: 0, ...asTheRun }];
}

/** @param rank of the player in the group, by which they come, and in the same order go */
export function spanOf({ players, fromSeconds, toSeconds, overSeconds }: Group, rank: number): Span {
  const stepSeconds = overSeconds / players;
  return {
    comesAtMs: fromSeconds === undefined ? undefined : (fromSeconds + rank * stepSeconds) * 1000,
    goesAtMs: toSeconds === undefined ? undefined : (toSeconds - (players - 1 - rank) * stepSeconds) * 1000,
  };
}

/** How many there are before the measured part begins. */
export const playersAtFirst = (options: BotsOptions): number =>
  sum(groupsOf(options).map(({ players, fromSeconds }) => (fromSeconds === undefined ? players : 0)));

/** How many are to be in the world at a second of the measured part. */
export const playersAt = (options: BotsOptions, seconds: number): number =>
  sum(groupsOf(options).map((group) => comeBy(group, seconds) - goneBy(group, seconds)));

function comeBy({ players, fromSeconds, overSeconds }: Group, seconds: number): number {
  if (fromSeconds === undefined) return players;
  if (seconds < fromSeconds) return 0;
  return Math.min(players, Math.floor(shareOf(seconds - fromSeconds, overSeconds) * players) + 1);
}

function goneBy({ players, toSeconds, overSeconds }: Group, seconds: number): number {
  if (toSeconds === undefined || seconds < toSeconds - overSeconds) return 0;
  return Math.floor(shareOf(seconds - (toSeconds - overSeconds), overSeconds) * players);
}

const shareOf = (part: number, whole: number): number => (part >= whole ? 1 : part / whole);

/** A group that comes or goes. */
export interface Stir {
  /** "crowd +80" */
  readonly label: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** All of them, in the order in which they begin. */
export function stirsOf({ groups }: Scenario): Stir[] {
  return groups
    .flatMap(({ name, players, fromSeconds, toSeconds, overSeconds }) => [
      ...(fromSeconds === undefined
        ? []
        : [{ label: `${name} +${players}`, fromSeconds, toSeconds: fromSeconds + overSeconds }]),
      ...(toSeconds === undefined
        ? []
        : [{ label: `${name} −${players}`, fromSeconds: toSeconds - overSeconds, toSeconds }]),
    ])
    .sort((a, b) => a.fromSeconds - b.fromSeconds);
}

/** Whoever comes or goes in less is told of so long all the same, in s. */
const LEAST_TOLD_SECONDS = 2;

/** Who comes or goes at a second of the measured part, such as "crowd +80, phones −30"; empty for nobody. */
export const stirAt = (scenario: Scenario, seconds: number): string =>
  stirsOf(scenario)
    .filter(
      ({ fromSeconds, toSeconds }) =>
        seconds >= fromSeconds && seconds < Math.max(toSeconds, fromSeconds + LEAST_TOLD_SECONDS),
    )
    .map(({ label }) => label)
    .join(', ');

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
