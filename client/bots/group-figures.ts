import { Distribution } from './histogram.ts';
import type { Scenario } from './options.ts';
import type { GroupFigures, Report } from './report.ts';
import { percentilesOf } from './report-figures.ts';
import type { Tally } from './tally.ts';

/** How the groups of a scenario fared. */
export function scenarioFigures({ name, groups }: Scenario, tally: Tally): NonNullable<Report['scenario']> {
  return {
    name,
    groups: groups.map((group, index) => {
      const known = tally.byGroup.get(index);
      return {
        name: group.name,
        players: group.players,
        joined: known?.players ?? 0,
        fromSeconds: group.fromSeconds ?? null,
        toSeconds: group.toSeconds ?? null,
        updates: known?.updates ?? 0,
        ...ofLatency(known?.latency ?? new Distribution()),
      };
    }),
  };
}

/** Group by group, where all runs were of one scenario: else nobody could say of what the figures are. */
export function joinScenarios(runs: readonly Report[]): Pick<Report, 'scenario'> {
  const scenarios = runs.flatMap(({ scenario }) => scenario ?? []);
  const [first] = scenarios;
  if (first === undefined || scenarios.length < runs.length) return {};
  if (new Set(scenarios.map(planOf)).size > 1) return {};
  const groups = first.groups.map((group, index): GroupFigures => {
    const ones = scenarios.flatMap(({ groups }) => groups[index] ?? []);
    const latency = new Distribution();
    for (const { histogram } of ones) latency.add(Distribution.decode(histogram));
    return {
      ...group,
      players: sum(ones.map(({ players }) => players)),
      joined: sum(ones.map(({ joined }) => joined)),
      updates: sum(ones.map(({ updates }) => updates)),
      ...ofLatency(latency),
    };
  });
  return { scenario: { name: first.name, groups } };
}

const ofLatency = (latency: Distribution): Pick<GroupFigures, 'latencyMs' | 'histogram'> => ({
  latencyMs: percentilesOf(latency),
  histogram: latency.encode(),
});

/** What makes two scenarios the same, however many players there are of each group. */
const planOf = ({ name, groups }: NonNullable<Report['scenario']>): string =>
  JSON.stringify([name, groups.map((group) => [group.name, group.fromSeconds, group.toSeconds])]);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
