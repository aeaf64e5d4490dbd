import { expect, it } from 'vitest';
import { rendezvous } from '../../server/broker/rendezvous.ts';
import { squareChannel } from '../../shared/grid.ts';

const SERVERS = ['10.0.0.1:6379', '10.0.0.2:6379', '10.0.0.3:6379'] as const;

/** The channels of squares around the middle of the world. */
const CHANNELS = Array.from({ length: 40_000 }, (_, i) =>
  squareChannel('main', (i % 200) - 100, Math.floor(i / 200) - 100),
);

const shares = (servers: readonly string[], channels: readonly string[]): number[] => {
  const choose = rendezvous(servers);
  const counts = servers.map(() => 0);
  for (const channel of channels) counts[choose(channel)] = (counts[choose(channel)] ?? 0) + 1;
  return counts.map((count) => (count * servers.length) / channels.length);
};

it('spreads squares evenly over two, three and eight servers, within three percent', () => {
  const names = Array.from({ length: 8 }, (_, i) => `redis-${i}:6379`);
  for (const servers of [names.slice(0, 2), SERVERS, names]) {
    for (const share of shares(servers, CHANNELS)) expect(Math.abs(share - 1)).toBeLessThan(0.03);
  }
});

it('spreads the squares of one small place too', () => {
  const place = CHANNELS.filter((channel) => /:-?\d,-?\d$/.test(channel));
  for (const share of shares(SERVERS, place)) expect(Math.abs(share - 1)).toBeLessThan(0.3);
});

it('moves no channel but those of a server that goes, and to one that comes', () => {
  const before = rendezvous(SERVERS);
  const [first, , third] = SERVERS;
  const without = rendezvous([first, third]);
  const plus = [...SERVERS, '10.0.0.4:6379'];
  const withMore = rendezvous(plus);
  const moved = CHANNELS.filter((channel) => {
    const at = SERVERS[before(channel)] as string;
    return at !== SERVERS[1] && at !== [first, third][without(channel)];
  });
  expect(moved).toEqual([]);
  const taken = CHANNELS.filter((channel) => plus[withMore(channel)] !== SERVERS[before(channel)]);
  expect(taken.every((channel) => plus[withMore(channel)] === plus[3])).toBe(true);
  expect(taken.length / CHANNELS.length).toBeCloseTo(1 / 4, 2);
});

it('does not mind the order in which the servers are given', () => {
  const forwards = rendezvous(SERVERS);
  const backwards = [...SERVERS].reverse();
  const choose = rendezvous(backwards);
  const differently = CHANNELS.filter((channel) => backwards[choose(channel)] !== SERVERS[forwards(channel)]);
  expect(differently).toEqual([]);
});

it('chooses the same for ever: nodes of different versions must agree', () => {
  const choose = rendezvous(SERVERS);
  expect(CHANNELS.slice(0, 12).map(choose)).toEqual([1, 1, 2, 2, 1, 1, 0, 1, 2, 1, 0, 1]);
});

it('refuses to choose from nothing', () => {
  expect(() => rendezvous([])).toThrow('There is no server to choose.');
});
