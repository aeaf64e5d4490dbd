import { describe, expect, it } from 'vitest';
import { crowdsOf, extentOf } from '../../client/admin/crowd-map.ts';
import { bytes, duration, ms, percent, rate } from '../../client/admin/figures.ts';
import { LoadHistory, MAX_LOOKS } from '../../client/admin/load-history.ts';
import type { Crowd, KnownNode } from '../../shared/topology.ts';

const nodeOf = (
  node: string,
  players: number,
  crowds: Crowd[] = [],
  health: KnownNode['health'] = 'up',
): KnownNode => ({
  health,
  ageMs: 0,
  state: {
    node,
    address: '127.0.0.1:1',
    host: 'here',
    pid: 1,
    version: '0.1.0',
    uptimeSeconds: 5,
    isOpen: true,
    sessions: players,
    players,
    squares: 6,
    rates: { joins: 0, leaves: 0, frames: 0, updates: players * 10, batchesOut: 0, batchesIn: 0, edits: 0, lines: 0 },
    load: { cpu: 0.25, residentBytes: 9e7, loopDelayP99Ms: 1.5, flushMs: 100, flushLevel: 0, flushShare: 0.01 },
    broker: { isConnected: true, lastError: null, dropped: 0, unconfirmedBytes: 0 },
    slow: [],
    crowds,
  },
});

describe('where people are', () => {
  it('adds up what nodes have in a square, the fullest first, without those that are missing', () => {
    const nodes = [
      nodeOf('a', 4, [
        [0, 0, 3],
        [1, 0, 1],
      ]),
      nodeOf('b', 5, [[1, 0, 5]]),
      nodeOf('c', 9, [[9, 9, 9]], 'missing'),
    ];
    expect(crowdsOf(nodes)).toEqual([
      {
        sx: 1,
        sy: 0,
        players: 6,
        byNode: [
          ['b', 5],
          ['a', 1],
        ],
      },
      { sx: 0, sy: 0, players: 3, byNode: [['a', 3]] },
    ]);
  });

  const crowd = (sx: number, sy: number, players = 1) => ({ sx, sy, players, byNode: [] });

  it('is shown with some room around it, in the proportions of the map, and around the origin where nobody is', () => {
    const none = extentOf([], 2);
    expect([none.right - none.left + 1, none.bottom - none.top + 1]).toEqual([12, 6]);
    const wide = extentOf([crowd(-20, 0), crowd(20, 0)], 2);
    expect(wide).toMatchObject({ left: -22, right: 22 });
    expect(wide.top).toBeLessThanOrEqual(0);
    const tall = extentOf([crowd(0, -10), crowd(0, 10)], 2);
    expect(tall.top).toBeLessThanOrEqual(-12);
    expect(tall.bottom).toBeGreaterThanOrEqual(12);
    expect(tall.right - tall.left + 1).toBe(50);
  });

  it('is shown around the fullest square where people are far apart', () => {
    const extent = extentOf([crowd(1e6, 0, 50), crowd(0, 0, 2), crowd(1e6 + 3, 1, 1)], 2);
    expect(extent.left).toBeGreaterThan(1e6 - 10);
    expect(extent.right).toBeLessThan(1e6 + 15);
  });
});

describe('how nodes were', () => {
  it('is a value for each look, and none where a node was not there', () => {
    const history = new LoadHistory();
    history.add([nodeOf('a', 1)], 10);
    history.add([nodeOf('a', 2), nodeOf('b', 7)], 12);
    history.add([nodeOf('a', 2, [], 'missing'), nodeOf('b', 8)], 14);
    expect(history.times).toEqual([10, 12, 14]);
    expect(history.of('a', 'players')).toEqual([1, 2, null]);
    expect(history.of('b', 'players')).toEqual([null, 7, 8]);
    expect(history.of('b', 'updates')).toEqual([null, 70, 80]);
    expect(history.of('nobody', 'cpu')).toEqual([null, null, null]);
  });

  it('is remembered for a while, and a node as long as it has been there in that', () => {
    const history = new LoadHistory();
    history.add([nodeOf('a', 1)], 0);
    for (let look = 1; look <= MAX_LOOKS; look++) history.add([nodeOf('b', look)], look);
    expect(history.times).toHaveLength(MAX_LOOKS);
    expect(history.of('b', 'players').slice(-1)).toEqual([MAX_LOOKS]);
    expect(history.of('a', 'players').every((value) => value === null)).toBe(true);
  });
});

it('figures are written to be read', () => {
  expect([rate(0.25), rate(12.4), percent(0.126), ms(3.14), ms(31.4)]).toEqual([
    '0.3/s',
    '12/s',
    '13 %',
    '3.1 ms',
    '31 ms',
  ]);
  expect([bytes(12), bytes(12_345), bytes(123_456_789)]).toEqual(['12 B', '12 kB', '123 MB']);
  expect([duration(3), duration(600), duration(7200), duration(200_000)]).toEqual([
    '3 s',
    '10 min',
    '2.0 h',
    '2.3 days',
  ]);
});
