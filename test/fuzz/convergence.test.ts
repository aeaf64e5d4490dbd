import { describe, expect, it } from 'vitest';
import { faultsOf, truthOf } from '../helpers/picture-truth.ts';
import { Simulation } from '../helpers/simulation.ts';

/** Seeds that are always run; one that ever failed stays. */
const SEEDS = [5, 28, 32, 20_261_122];
const fresh = Number(process.env.FLATLANDS_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

describe('convergence', () => {
  for (const seed of [...SEEDS, fresh]) {
    it(`every picture becomes the truth after loss, cuts, crossings and returns (seed ${seed})`, async () => {
      const simulation = new Simulation({ seed, nodes: 2, players: 36, loss: 0.15, cuts: true });
      await simulation.start();
      await simulation.roam(30_000);
      await simulation.calm(Simulation.HEAL_MS);

      const counters = simulation.nodes.map(({ grid }) => grid.counters);
      const total = (name: keyof (typeof counters)[number]): number => sum(counters.map((each) => each[name]));
      const clients = simulation.participants.map(({ client }) => client);
      const report = {
        seed,
        delivered: simulation.broker.delivered,
        dropped: simulation.broker.dropped,
        gaps: total('gaps'),
        questions: total('questions'),
        healed: total('healed'),
        checksCompared: total('checksCompared'),
      };
      console.log(`convergence fuzz ${JSON.stringify(report)}`);

      expect(simulation.failures).toEqual([]);
      const players = truthOf(simulation.nodes);
      expect(players.size).toBe(clients.length);
      const wrong = clients.flatMap((client) => faultsOf(client, players));
      expect(wrong).toEqual([]);
      for (const name of ['dropped', 'questions', 'healed', 'checksCompared'] as const) {
        expect(report[name], name).toBeGreaterThan(0);
      }
      // Links to clients lose nothing, so whatever happens between nodes, no client is ever told wrongly or twice.
      expect(sum(clients.map(({ counters: { divergences } }) => divergences))).toBe(0);
      expect(sum(clients.map(({ counters: { duplicates } }) => duplicates))).toBe(0);
    });
  }

  it(`in health nothing is ever healed, corrected or told twice (seed ${fresh})`, async () => {
    const simulation = new Simulation({ seed: fresh, nodes: 2, players: 40, loss: 0, cuts: false });
    await simulation.start();
    await simulation.roam(30_000);
    await simulation.calm(5000);
    const clients = simulation.participants.map(({ client }) => client);
    const players = truthOf(simulation.nodes);
    expect(clients.flatMap((client) => faultsOf(client, players))).toEqual([]);
    for (const { grid } of simulation.nodes) {
      expect(grid.counters).toMatchObject({ divergences: 0, gaps: 0 });
      expect(grid.counters.checksCompared).toBeGreaterThan(0);
    }
    for (const { counters } of clients)
      expect(counters).toMatchObject({ divergences: 0, duplicates: 0, corrections: 0 });
    expect(sum(clients.map(({ counters }) => counters.inputsAcked))).toBeGreaterThan(100);
  });
});
