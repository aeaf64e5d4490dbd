import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { BUDGETS } from '../../client/bots/budgets.ts';
import { TICK_MS, UNITS_PER_TILE } from '../../shared/constants.ts';
import { importsOf } from '../helpers/imports.ts';
import { type Actor, History, STEP_MS, WORLD_AHEAD_MS } from './oracle-history.ts';

let history: History;
beforeEach(() => {
  history = new History();
});

describe('an update', () => {
  let mover: Actor;
  let observer: Actor;
  beforeEach(() => {
    mover = history.add(0, 0);
    observer = history.add(10, 5);
    history.begin();
  });

  it('is expected of everybody on whose screen the mover has been for a second, and seen when the picture has it', () => {
    history.add(100, 0);
    history.pass(1500);
    const n = history.send(mover);
    history.pass(100);
    history.acknowledge(mover, n, 1);
    expect(history.oracle.outstanding).toBe(1);
    history.pass(50);
    history.oracle.entered(observer.participant, mover.id, 1, 1);
    expect(history.updates).toMatchObject({ expected: 1, seen: 1, missed: 0, late: 0 });
    expect(history.oracle.outstanding).toBe(0);
    expect(history.oracle.tally.latency().at(50)).toBeCloseTo(150, 0);
  });

  it('is not expected of those on whose screen the mover has only just come', () => {
    const newcomer = history.add(-10, 0);
    history.pass(900);
    const n = history.send(mover);
    history.acknowledge(mover, n, 1);
    history.oracle.entered(observer.participant, mover.id, 1, 1);
    history.pass(5000);
    expect(history.updates).toMatchObject({ expected: 1, seen: 1 });
    // … who is shown nobody, which is another fault.
    expect(history.updates.absent).toBeGreaterThan(0);
    expect(newcomer.participant.shown.has(mover.id)).toBe(false);
  });

  it('is not expected before the measured part, nor after it', () => {
    history.oracle.finish();
    history.acknowledge(mover, history.send(mover), 1);
    history.pass(5000);
    expect(history.updates).toMatchObject({ expected: 0, missed: 0 });
  });

  it('counts from when the picture had it, though the acknowledgement came later', () => {
    const n = history.send(mover);
    history.pass(100);
    history.oracle.entered(observer.participant, mover.id, 1, 1);
    history.pass(300);
    history.acknowledge(mover, n, 1);
    expect(history.updates).toMatchObject({ expected: 1, seen: 1, late: 0 });
    expect(history.oracle.tally.latency().at(50)).toBeCloseTo(100, 0);
  });

  it('counts from when it was due, however late this process got round to it (coordinated omission)', () => {
    const n = history.send(mover, 250);
    history.pass(100);
    history.acknowledge(mover, n, 1);
    history.oracle.entered(observer.participant, mover.id, 1, 1);
    expect(history.oracle.tally.latency().at(50)).toBeCloseTo(350, 0);
  });

  it('that a newer one overtook is seen when the newer one comes', () => {
    history.acknowledge(mover, history.send(mover), 1);
    history.pass(100);
    history.acknowledge(mover, history.send(mover), 2);
    history.pass(100);
    expect(history.updates.seen).toBe(0);
    history.oracle.entered(observer.participant, mover.id, 1, 2);
    expect(history.updates).toMatchObject({ expected: 2, seen: 2, missed: 0, late: 0 });
  });

  it('is newer than the one before when its rev has wrapped', () => {
    for (const rev of [20_000, 40_000, 60_000, 65_535]) history.oracle.entered(observer.participant, mover.id, 1, rev);
    history.acknowledge(mover, history.send(mover), 0);
    expect(history.updates.seen).toBe(0);
    history.oracle.entered(observer.participant, mover.id, 1, 0);
    expect(history.updates).toMatchObject({ expected: 1, seen: 1 });
  });

  it('is seen when the picture reaches a newer generation', () => {
    history.acknowledge(mover, history.send(mover), 40);
    history.oracle.entered(observer.participant, mover.id, 2, 1);
    expect(history.updates).toMatchObject({ expected: 1, seen: 1 });
  });

  it('that came with the player’s going out of sight is seen when they vanish, acknowledged before or after', () => {
    const first = history.send(mover);
    history.acknowledge(mover, first, 5);
    const second = history.send(mover);
    history.pass(50);
    mover.x = 60;
    history.pass(50);
    history.oracle.vanished(observer.participant, mover.id);
    history.acknowledge(mover, second, 6);
    history.pass(5000);
    expect(history.updates).toMatchObject({ expected: 2, seen: 2, missed: 0, late: 0 });
    expect(history.oracle.outstanding).toBe(0);
  });

  it('is not seen when the player vanishes from the middle of the screen', () => {
    history.acknowledge(mover, history.send(mover), 5);
    history.oracle.vanished(observer.participant, mover.id);
    history.pass(5000);
    expect(history.updates).toMatchObject({ expected: 1, seen: 0, missed: 2, absent: 1 });
  });

  it('is not seen in a picture that shows something older', () => {
    history.acknowledge(mover, history.send(mover), 5);
    history.oracle.entered(observer.participant, mover.id, 1, 4);
    expect(history.updates.seen).toBe(0);
    expect(history.oracle.outstanding).toBe(1);
  });

  it('is late after half a second, and seen all the same', () => {
    history.acknowledge(mover, history.send(mover), 1);
    history.pass(BUDGETS.lateAfterMs + STEP_MS);
    history.oracle.entered(observer.participant, mover.id, 1, 1);
    expect(history.updates).toMatchObject({ expected: 1, seen: 1, missed: 0, late: 1 });
    expect(history.oracle.tally.worst()[0]).toMatchObject({ kind: 'late', observer: 'bot-101', player: 'bot-100' });
  });

  it('is missed after three seconds, once, and named among the worst cases', () => {
    history.acknowledge(mover, history.send(mover), 1);
    history.pass(BUDGETS.missedAfterMs);
    expect(history.updates.missed).toBe(0);
    history.pass(2 * STEP_MS);
    expect(history.updates).toMatchObject({ expected: 1, seen: 0, missed: 1, absent: 0 });
    history.oracle.entered(observer.participant, mover.id, 1, 1);
    expect(history.updates).toMatchObject({ expected: 1, seen: 0, missed: 1 });
    expect(history.oracle.outstanding).toBe(0);
    expect(history.oracle.tally.worst()[0]).toMatchObject({ kind: 'missed', observer: 'bot-101', player: 'bot-100' });
  });

  it('is missed as well when its acknowledgement takes longer than that', () => {
    const n = history.send(mover);
    history.pass(BUDGETS.missedAfterMs + 1000);
    history.acknowledge(mover, n, 1);
    expect(history.updates).toMatchObject({ expected: 1, missed: 1 });
  });

  it('is nobody’s fault when the mover or the observer has left the world', () => {
    history.acknowledge(mover, history.send(mover), 1);
    history.acknowledge(observer, history.send(observer), 1);
    history.oracle.left(mover.participant);
    history.oracle.vanished(observer.participant, mover.id);
    history.pass(5000);
    expect(history.updates).toMatchObject({ expected: 0, missed: 0, ghosts: 0 });
    expect(history.oracle.outstanding).toBe(0);
  });

  it('is not missed while this process does not get round to looking', () => {
    history.acknowledge(mover, history.send(mover), 1);
    history.nowMs += 10_000;
    history.oracle.look();
    expect(history.updates.missed).toBe(0);
    history.oracle.entered(observer.participant, mover.id, 1, 1);
    expect(history.updates).toMatchObject({ seen: 1, late: 1 });
  });

  it('has its latency recorded by the mover’s behaviour and by whether both are on one node', () => {
    const elsewhere = history.add(3, 3, { node: 'b', behaviour: 'border' });
    history.showAll();
    history.pass(1500);
    history.acknowledge(elsewhere, history.send(elsewhere), 1);
    history.acknowledge(mover, history.send(mover), 1);
    history.pass(50);
    history.oracle.entered(observer.participant, elsewhere.id, 1, 1);
    history.oracle.entered(mover.participant, elsewhere.id, 1, 1);
    history.oracle.entered(observer.participant, mover.id, 1, 1);
    history.oracle.entered(elsewhere.participant, mover.id, 1, 1);
    const { tally } = history.oracle;
    expect(tally.byPair.sameNode.count).toBe(1);
    expect(tally.byPair.otherNode.count).toBe(3);
    expect(tally.latency().count).toBe(4);
    expect(tally.behaviour('border')).toMatchObject({ players: 1, updates: 2 });
    expect(tally.behaviour('wander')).toMatchObject({ players: 2, updates: 2 });
  });
});

describe('an input', () => {
  it('stays unacknowledged until the server acknowledges it or a later one', () => {
    const mover = history.add(0, 0);
    history.begin();
    history.send(mover);
    history.send(mover);
    history.send(mover);
    history.acknowledge(mover, 2, 1);
    expect(history.oracle.tally.inputs).toEqual({ sent: 3, acknowledged: 2 });
    history.acknowledge(mover, 2, 1);
    expect(history.oracle.tally.inputs).toEqual({ sent: 3, acknowledged: 2 });
  });

  it('on its way when the connection ends is not counted', () => {
    const mover = history.add(0, 0);
    history.begin();
    history.send(mover);
    history.oracle.left(mover.participant);
    expect(history.oracle.tally.inputs).toEqual({ sent: 0, acknowledged: 0 });
  });
});

describe('a player on the screen', () => {
  it('who is not shown for over a second is missed, once as long as it lasts', () => {
    const observer = history.add(0, 0);
    const player = history.add(19, -11);
    history.oracle.entered(player.participant, observer.id, 1, 0);
    history.oracle.begin();
    history.pass(1000);
    expect(history.updates.absent).toBe(0);
    history.pass(4000);
    expect(history.updates).toMatchObject({ missed: 1, absent: 1, expected: 0 });
    expect(history.oracle.tally.worst()[0]).toMatchObject({ kind: 'absent', observer: 'bot-100', player: 'bot-101' });
    history.oracle.entered(observer.participant, player.id, 1, 0);
    history.pass(1000);
    history.oracle.vanished(observer.participant, player.id);
    history.pass(2000);
    expect(history.updates).toMatchObject({ missed: 2, absent: 2 });
  });

  it('need not be shown when the screen’s edge is nearer', () => {
    history.add(0, 0);
    history.add(20.5, 0);
    history.add(0, 12.5);
    history.oracle.begin();
    history.pass(5000);
    // The second and third are further than a screen apart from everybody along one axis, but for each other.
    expect(history.updates.absent).toBe(0);
  });

  it('need not be shown when passing through the screen’s corner within a second', () => {
    const observer = history.add(0, 0);
    const player = history.add(20.5, -10);
    history.oracle.entered(player.participant, observer.id, 1, 0);
    player.speed = { x: -4, y: -4 };
    history.oracle.begin();
    history.pass(5000);
    expect(history.updates.missed).toBe(0);
  });

  it('is missed when one audit of the picture does not find them, whatever was told before', () => {
    const observer = history.add(0, 0);
    history.add(5, 5);
    history.begin();
    history.oracle.audit(observer.participant, new Set());
    history.pass(250);
    expect(history.updates.absent).toBe(1);
  });
});

describe('a mover without a picture', () => {
  let mover: Actor;
  let other: Actor;
  let observer: Actor;
  beforeEach(() => {
    mover = history.add(0, 0, { isMover: true });
    other = history.add(-5, 0, { isMover: true });
    observer = history.add(10, 5);
    history.begin();
  });

  it('is seen by those who have one, and sees nobody', () => {
    history.acknowledge(mover, history.send(mover), 1);
    history.acknowledge(observer, history.send(observer), 1);
    history.pass(100);
    history.oracle.entered(observer.participant, mover.id, 1, 1);
    expect(history.updates).toMatchObject({ expected: 1, seen: 1, missed: 0, absent: 0 });
    expect(history.oracle.outstanding).toBe(0);
    expect(mover.participant.sightings.size + other.participant.sightings.size).toBe(0);
    expect(history.oracle.tally.inputs).toEqual({ sent: 2, acknowledged: 2 });
  });

  it('is missed in a picture that does not get to its update', () => {
    history.acknowledge(mover, history.send(mover), 1);
    history.acknowledge(other, history.send(other), 1);
    history.oracle.entered(observer.participant, other.id, 1, 1);
    history.pass(5000);
    expect(history.updates).toMatchObject({ expected: 2, seen: 1, missed: 1 });
    expect(history.oracle.tally.worst()[0]).toMatchObject({ kind: 'missed', observer: 'bot-102', player: 'bot-100' });
  });

  it('is absent where it is on the screen and not shown, and a ghost where it has left and is', () => {
    history.oracle.vanished(observer.participant, mover.id);
    history.oracle.left(other.participant);
    history.pass(5000);
    expect(history.updates).toMatchObject({ absent: 1, ghosts: 1 });
  });

  it('whose input is not acknowledged counts, and one that lost the connection does not', () => {
    history.send(mover);
    history.send(other);
    history.pass(2000);
    history.oracle.left(other.participant, true);
    expect(history.oracle.tally.inputs).toEqual({ sent: 1, acknowledged: 0 });
  });
});

describe('what pictures are told', () => {
  it('counts in the measured part: entries and motions of others', () => {
    const mover = history.add(0, 0, { isMover: true });
    const observer = history.add(10, 5);
    history.showAll();
    expect(history.oracle.tally.told).toBe(0);
    history.begin();
    for (const id of [mover.id, observer.id]) history.oracle.moved(observer.participant, id, 1, 3);
    history.oracle.entered(observer.participant, mover.id, 1, 4);
    expect(history.oracle.tally.told).toBe(2);
    history.oracle.finish();
    history.oracle.moved(observer.participant, mover.id, 1, 5);
    expect(history.oracle.tally.told).toBe(2);
  });
});

describe('a ghost', () => {
  /** Where squares end that someone at 16,16 may still be shown: 16 + 20 + 12 lies in the square from 32 to 64. */
  const END_TILES = 64;

  it('is a player whose square has been outside the leave margin for longer than linger and a second', () => {
    const observer = history.add(16, 16);
    const player = history.add(END_TILES - 1, 16);
    history.begin();
    player.x = END_TILES + 0.5;
    history.pass(BUDGETS.ghostAfterMs);
    expect(history.updates.ghosts).toBe(0);
    history.pass(1000);
    // The other way round it is in order: the observer's square still touches the player's margin.
    expect(history.updates.ghosts).toBe(1);
    expect(history.oracle.tally.worst()[0]).toMatchObject({ kind: 'ghost' });
    history.pass(5000);
    expect(history.updates.ghosts).toBe(1);
    history.oracle.vanished(observer.participant, player.id);
    history.oracle.entered(observer.participant, player.id, 1, 9);
    history.pass(6000);
    expect(history.updates.ghosts).toBe(2);
  });

  it('is not a player in a square that the leave margin still touches', () => {
    history.add(16, 16);
    // The far edge of the square that begins at 32: much further than the margin itself reaches.
    history.add(63.5, 16);
    history.begin();
    history.pass(10_000);
    expect(history.updates.ghosts).toBe(0);
  });

  it('is not a player who keeps coming back within the margin', () => {
    history.add(16, 16);
    const player = history.add(END_TILES - 1, 16);
    history.begin();
    for (let i = 0; i < 5; i++) {
      player.x = END_TILES + 1;
      history.pass(3000);
      player.x = END_TILES - 1;
      history.pass(1000);
    }
    expect(history.updates.ghosts).toBe(0);
  });

  it('is not a player whose present square was within the margin a moment ago', () => {
    const observer = history.add(50, 48);
    const player = history.add(90, 70);
    history.begin();
    // Into the next square, which is out of reach to the right.
    player.x = 97;
    history.pass(3500);
    // Back again; but now the observer is too far up for the whole row.
    player.x = 95;
    observer.y = 36;
    history.pass(3500);
    expect(history.updates.ghosts).toBe(0);
    history.pass(1500);
    expect(history.updates.ghosts).toBe(1);
  });

  it('is a player shown though they have left the world', () => {
    const observer = history.add(0, 0);
    const player = history.add(5, 5);
    history.begin();
    history.oracle.left(player.participant);
    history.pass(BUDGETS.goneAfterMs);
    expect(history.updates.ghosts).toBe(0);
    history.pass(1000);
    expect(history.updates.ghosts).toBe(1);
    expect(history.oracle.tally.worst()[0]).toMatchObject({ kind: 'ghost', observer: 'bot-100', player: 'bot-101' });
    expect(observer.participant.shown.has(player.id)).toBe(true);
  });

  it('is also who comes back as somebody else and is still shown as who they were, once', () => {
    const observer = history.add(0, 0);
    const player = history.add(5, 5);
    history.begin();
    history.oracle.left(player.participant);
    history.comeBack(player, 500, 1);
    history.oracle.entered(observer.participant, 500, 1, 0);
    history.oracle.entered(player.participant, observer.id, 1, 0);
    history.pass(BUDGETS.goneAfterMs + 1000);
    expect(history.updates.ghosts).toBe(1);
    history.pass(120_000);
    expect(history.updates.ghosts).toBe(1);
  });

  it('is not a player who vanished in time, nor one who has come back', () => {
    const observer = history.add(0, 0);
    const player = history.add(5, 5);
    history.begin();
    history.oracle.left(player.participant);
    history.pass(500);
    history.oracle.vanished(observer.participant, player.id);
    history.pass(3000);
    history.oracle.joined(player.participant, player.id, 2);
    history.oracle.entered(observer.participant, player.id, 2, 0);
    history.oracle.entered(player.participant, observer.id, 1, 0);
    history.pass(5000);
    expect(history.updates).toMatchObject({ ghosts: 0, missed: 0 });
  });
});

describe('other faults', () => {
  it('what is told twice and checksums that disagree are counted at any time', () => {
    const observer = history.add(0, 0);
    history.oracle.duplicated(observer.participant, 7, 'told again');
    history.oracle.diverged(observer.participant, 3, -4);
    expect(history.updates.duplicated).toBe(1);
    expect(history.oracle.tally.divergences).toBe(1);
    expect(history.oracle.tally.worst().map(({ kind, player }) => [kind, player])).toEqual([
      ['duplicated', 'player 7'],
      ['diverged', 'square 3,-4'],
    ]);
  });

  it('of every kind some are among the worst cases, however many there are of one', () => {
    const observer = history.add(0, 0);
    for (let i = 0; i < 50; i++) history.oracle.duplicated(observer.participant, i, 'told again');
    history.oracle.diverged(observer.participant, 0, 0);
    const kinds = history.oracle.tally.worst().map(({ kind }) => kind);
    expect(kinds).toHaveLength(10);
    expect(kinds).toContain('diverged');
  });
});

describe('what is counted of those who come and go', () => {
  it('is how many of each group have ever been in the world, and how many there were at a time', () => {
    const setup = { name: 'bot', behaviour: 'wander', group: 1, node: 'a', screen: { width: 40, height: 24 } };
    const { oracle } = history;
    const [late, never] = [oracle.add(setup), oracle.addMover(setup)];
    history.add(0, 0);
    history.begin();
    history.pass(2000);
    expect(oracle.tally.byGroup.get(1)).toBeUndefined();
    oracle.joined(late, 900, 1);
    oracle.position(late, 0, 0, history.nowMs, false);
    history.pass(2000);
    oracle.left(late);
    oracle.joined(late, 901, 1);
    expect(oracle.tally.byGroup.get(1)?.players).toBe(1);
    expect(oracle.tally.behaviour('wander').players).toBe(3);
    expect(never.isPresent).toBe(false);
    expect(oracle.tally.presence.players).toBeCloseTo(1.5, 1);
    expect(oracle.tally.presence.observers).toBeCloseTo(1.5, 1);
  });
});

describe('the motion error', () => {
  it('is the distance between where a player was shown and where they were at that time, in tiles', () => {
    const observer = history.add(0, 0);
    const player = history.add(-5, 0);
    player.speed = { x: 4, y: 0 };
    history.begin();
    history.pass(1000);
    const playedMs = history.nowMs + WORLD_AHEAD_MS - 225;
    const trueX = (player.x - 4 * 0.225) * UNITS_PER_TILE;
    history.oracle.played(observer.participant, player.id, trueX, 0.5 * UNITS_PER_TILE, playedMs, playedMs + 225);
    expect(history.oracle.tally.motionError.count).toBe(0);
    history.pass(1500);
    expect(history.oracle.tally.motionError.count).toBe(1);
    expect(history.oracle.tally.motionError.at(50)).toBeCloseTo(0.5, 2);
    // In those 225 ms they have got 0.9 tiles further.
    const { staleness } = history.oracle.tally;
    expect(staleness.sameNode.at(50)).toBeCloseTo(Math.hypot(0.9, 0.5), 2);
    expect(staleness.sameNode.count + staleness.otherNode.count).toBe(1);
    expect(staleness.sameSquare.count + staleness.acrossBorder.count).toBe(1);
  });

  it('takes the server’s word for where a turn was', () => {
    const observer = history.add(0, 0);
    const player = history.add(-5, 0);
    player.speed = { x: 4, y: 0 };
    history.begin();
    const n = history.send(player);
    const turnedMs = history.nowMs + WORLD_AHEAD_MS;
    const corner = { x: (player.x - 0.4) * UNITS_PER_TILE, y: 0 };
    // The turn counted from 100 ms before; what had been said of the time since is void.
    const tick = (turnedMs - 100) / TICK_MS;
    history.oracle.acknowledged(player.participant, n, 1, { tick, ...corner, heading: 64 });
    player.speed = { x: 0, y: 4 };
    player.x -= 0.4;
    player.y += 0.4;
    history.pass(1000);
    history.oracle.played(observer.participant, player.id, corner.x, corner.y, turnedMs - 100, turnedMs);
    history.pass(1500);
    expect(history.oracle.tally.motionError.at(100)).toBeLessThan(0.01);
  });
});

describe('a player who is shown far from their place', () => {
  /** Plays the player back at a distance from their place, in tiles, so many times half a second apart. */
  function playBack(
    tilesOff: number,
    times: number,
    between: (player: Actor, time: number) => void = () => undefined,
    hasSaid = true,
  ) {
    const observer = history.add(0, 0);
    const player = history.add(-5, 0);
    history.begin();
    history.pass(1500);
    if (hasSaid) {
      history.acknowledge(player, history.send(player), 1);
      history.oracle.entered(observer.participant, player.id, 1, 1);
      history.pass(500);
    }
    for (let time = 0; time < times; time++) {
      const worldMs = history.nowMs + WORLD_AHEAD_MS;
      const x = (player.x + tilesOff) * UNITS_PER_TILE;
      between(player, time);
      history.oracle.played(observer.participant, player.id, x, player.y * UNITS_PER_TILE, worldMs - 100, worldMs);
      history.pass(500);
    }
    history.pass(1500);
    return history.oracle.tally;
  }

  it('is misplaced when it is so twice in a row, and counts once as long as it lasts', () => {
    const tally = playBack(1.5, 6);
    expect(tally.updates.misplaced).toBe(1);
    expect(tally.worst().find(({ kind }) => kind === 'misplaced')?.detail).toMatch(
      /^shown 1\.5 tiles from their place/,
    );
    expect(tally.heat.list().squares).toMatchObject([{ misplaced: 1 }]);
  });

  it('once, or less than a tile, is not', () => {
    expect(playBack(1.5, 1).updates.misplaced).toBe(0);
  });

  it('by less than a tile is not', () => {
    expect(playBack(0.9, 6).updates.misplaced).toBe(0);
  });

  it('and has only just come, so that none of their motions is known, is not', () => {
    expect(playBack(1.5, 6, undefined, false).updates.misplaced).toBe(0);
  });

  it('while news of them is on its way is not', () => {
    const tally = playBack(1.5, 6, (player, time) => {
      if (time === 0) history.send(player);
    });
    expect(tally.updates.misplaced).toBe(0);
  });
});

it('a player whose last motion never came is missed, and not misplaced as well', () => {
  const observer = history.add(0, 0);
  const player = history.add(-5, 0);
  history.begin();
  history.pass(1500);
  history.oracle.entered(observer.participant, player.id, 1, 1);
  history.acknowledge(player, history.send(player), 2);
  history.pass(6000);
  for (let time = 0; time < 4; time++) {
    const worldMs = history.nowMs + WORLD_AHEAD_MS;
    const x = (player.x + 2) * UNITS_PER_TILE;
    history.oracle.played(observer.participant, player.id, x, player.y * UNITS_PER_TILE, worldMs - 100, worldMs);
    history.pass(500);
  }
  history.pass(1500);
  expect(history.updates).toMatchObject({ missed: 1, misplaced: 0 });
});

describe('the oracle’s imports', () => {
  const root = join(import.meta.dirname, '../..');
  const ALLOWED = ['shared/constants.ts', 'shared/pair.ts'];
  /** Whose types may be named, and nothing else. */
  const TYPES_ONLY = ['shared/motion.ts'];
  const LIBRARIES = ['hdr-histogram-js'];

  it('are nothing of the grid’s own code, however far one follows them', () => {
    const found = new Set<string>();
    const visit = (file: string): void => {
      if (found.has(file)) return;
      found.add(file);
      const code = readFileSync(join(root, file), 'utf8');
      for (const specifier of importsOf(file, code)) {
        if (LIBRARIES.includes(specifier)) continue;
        expect(specifier, `${file} imports ${specifier}`).toMatch(/^\.\.?\//);
        const target = relative(root, join(root, dirname(file), specifier));
        if (TYPES_ONLY.includes(target)) {
          const others = code
            .split('\n')
            .filter((line) => line.includes(`'${specifier}'`) && !/^import type /.test(line));
          expect(others, `${file} imports more than types from ${target}`).toEqual([]);
        } else if (target.startsWith('client/bots/')) visit(target);
        else expect(ALLOWED, `${file} imports ${target}`).toContain(target);
      }
    };
    visit('client/bots/oracle.ts');
    expect([...found]).toEqual(expect.arrayContaining(['client/bots/tally.ts', 'client/bots/participant.ts']));
    for (const file of ALLOWED) expect(importsOf(file, readFileSync(join(root, file), 'utf8'))).toEqual([]);
  });
});
