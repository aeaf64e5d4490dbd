import { describe, expect, it } from 'vitest';
import type { Client } from '../../client/core/client.ts';
import type { Player } from '../../server/world/player.ts';
import { TILES_PER_SQUARE, UNITS_PER_TILE } from '../../shared/constants.ts';
import { advance } from '../../shared/motion.ts';
import { Simulation } from '../helpers/simulation.ts';

/** Seeds that are always run; one that ever failed stays. */
const SEEDS = [5, 28, 32, 20_261_122];
const fresh = Number(process.env.FLATLANDS_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Everybody who is in the world, by the nodes that hold them. */
function truth(simulation: Simulation): Map<number, Player> {
  const players = new Map<number, Player>();
  for (const node of simulation.nodes) {
    for (const player of node.world.players.values()) {
      expect(players.has(player.id), `player ${player.id} is held by one node`).toBe(false);
      players.set(player.id, player);
    }
  }
  return players;
}

/** What is wrong with a client's picture, in words; nothing when it is the truth. */
function faults(client: Client, players: ReadonlyMap<number, Player>, simulation: Simulation): string[] {
  const wrong: string[] = [];
  const own = client.own;
  if (own === undefined) return [`not joined but ${client.state.phase}`];
  const self = players.get(own.id);
  if (self === undefined) return [`player ${own.id} is in no world`];
  const shownSelf = client.ownPosition();
  if (shownSelf?.x !== self.x || shownSelf.y !== self.y)
    wrong.push(`own place ${shownSelf?.x},${shownSelf?.y} is not ${self.x},${self.y}`);

  const size = TILES_PER_SQUARE * UNITS_PER_TILE;
  for (const square of client.squares.values()) {
    const there = [...players.values()].filter(
      ({ x, y }) => Math.floor(x / size) === square.sx && Math.floor(y / size) === square.sy,
    );
    for (const { id } of there) {
      if (!square.occupants.has(id)) wrong.push(`player ${id} is missing in ${square.sx},${square.sy}`);
    }
    for (const { id, generation, motion } of square.occupants.values()) {
      const player = players.get(id);
      if (player === undefined || !there.includes(player)) {
        wrong.push(`player ${id} is a ghost in ${square.sx},${square.sy}`);
        continue;
      }
      if (generation !== player.generation)
        wrong.push(`player ${id} has generation ${generation}, not ${player.generation}`);
      const { x, y } = advance(motion, 1_000_000, simulation.terrain.blocked);
      if (x !== player.x || y !== player.y)
        wrong.push(`player ${id} is shown at ${x},${y}, not at ${player.x},${player.y}`);
    }
  }
  const shown = [...client.people()].map(({ id }) => id).sort();
  const expected = [...client.squares.values()].flatMap((square) => [...square.occupants.keys()]);
  expect(shown).toEqual(expected.filter((id) => id !== own.id).sort());
  return wrong;
}

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
      const players = truth(simulation);
      expect(players.size).toBe(clients.length);
      const wrong = clients.flatMap((client) => faults(client, players, simulation));
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
    const players = truth(simulation);
    expect(clients.flatMap((client) => faults(client, players, simulation))).toEqual([]);
    for (const { grid } of simulation.nodes) {
      expect(grid.counters).toMatchObject({ divergences: 0, gaps: 0 });
      expect(grid.counters.checksCompared).toBeGreaterThan(0);
    }
    for (const { counters } of clients)
      expect(counters).toMatchObject({ divergences: 0, duplicates: 0, corrections: 0 });
    expect(sum(clients.map(({ counters }) => counters.inputsAcked))).toBeGreaterThan(100);
  });
});
