import { beforeEach, describe, expect, it } from 'vitest';
import { Fleet, type Part } from '../../client/bots/fleet.ts';
import type { LightSocketEvents } from '../../client/bots/light-socket.ts';
import { DEFAULTS, type Group } from '../../client/bots/options.ts';
import { Oracle } from '../../client/bots/oracle.ts';
import { populate } from '../../client/bots/population.ts';
import type { Phase } from '../../client/bots/progress.ts';
import type { SocketLike } from '../../client/core/connection.ts';
import { CLOSE } from '../../shared/closing.ts';

const BASE: Group = {
  name: 'wander',
  behaviours: { wander: 1 },
  players: 4,
  fromSeconds: undefined,
  toSeconds: undefined,
  overSeconds: 0,
  placement: undefined,
  fullShare: undefined,
  screen: undefined,
  node: undefined,
};

/** One of four is full, and is the last. */
const LIGHT = { ...BASE, fullShare: 0.1 };

/** A fleet whose sockets lead nowhere. Its clock is the test's. */
class Scene {
  readonly fleet: Fleet;
  nowMs = 0;
  /** Where they connected to, in that order. */
  readonly urls: string[] = [];
  /** Which of them were let go. */
  readonly gone: number[] = [];
  /** Of the light ones, in the order in which they were opened. */
  readonly light: LightSocketEvents[] = [];

  constructor(groups: readonly Group[], urls: readonly string[] = ['ws://a/ws'], part: Part = { index: 0, count: 1 }) {
    const players = groups.reduce((sum, group) => sum + group.players, 0);
    const options = { ...DEFAULTS, urls, players, rampPerSecond: 10, scenario: { name: 'Test', groups } };
    const monotonic = () => this.nowMs;
    this.fleet = new Fleet({
      options,
      roles: populate(options, () => false),
      part,
      openSpawn: true,
      oracle: new Oracle(monotonic),
      monotonic,
      openSocket: (url): SocketLike => {
        const nothing = { onopen: null, onmessage: null, onclose: null, onerror: null, send: () => undefined };
        return { ...nothing, binaryType: '', close: this.#opened(url) };
      },
      openLightSocket: (url, _protocol, events) => {
        this.light.push(events);
        return { send: () => false, close: this.#opened(url) };
      },
    });
  }

  /** A phase begins now, at 0. */
  enter(phase: Phase): void {
    this.nowMs = 0;
    this.fleet.enter(phase, 0);
  }

  /** Looks so many ms into the phase. */
  look(ms: number): void {
    this.nowMs = ms;
    this.fleet.look(ms);
  }

  /** All who are there from the beginning connect, and the measured part begins. */
  begin(): void {
    this.enter('joining');
    for (let ms = 0; ms <= 300; ms += 100) this.look(ms);
    this.enter('measuring');
  }

  /** How many have connected and how many were let go by each of these times, looked at every 10 ms. */
  over(times: readonly number[]): [opened: number, closed: number][] {
    return times.map((untilMs) => {
      for (; this.nowMs <= untilMs; this.nowMs += 10) this.fleet.look(this.nowMs);
      return [this.urls.length, this.gone.length];
    });
  }

  #opened(url: string): () => void {
    const which = this.urls.push(url) - 1;
    return () => this.gone.push(which);
  }
}

describe('a fleet', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene([LIGHT, { ...LIGHT, fromSeconds: 2, toSeconds: 5, overSeconds: 1 }]);
  });

  it('connects those who are there from the beginning, and nobody else before it is time', () => {
    scene.enter('joining');
    expect(scene.over([0, 100, 290, 300, 60_000])).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
      [4, 0],
      [4, 0],
    ]);
    expect(scene.fleet.yetToCome).toBe(4);
  });

  it('connects those who come evenly from their time on, and lets them go so that all are gone by theirs', () => {
    scene.begin();
    expect(scene.over([1990, 2000, 2250, 2490, 2750, 4240, 4250, 4990, 5000, 60_000])).toEqual([
      [4, 0],
      [5, 0],
      [6, 0],
      [6, 0],
      [8, 0],
      [8, 0],
      [8, 1],
      [8, 3],
      [8, 4],
      [8, 4],
    ]);
    expect(scene.fleet).toMatchObject({ yetToCome: 0, wanted: 4 });
    expect(scene.gone).toEqual([4, 5, 6, 7]);
  });

  it('does not wait for those who come later', () => {
    const { fleet } = scene;
    expect(fleet.hasArrived).toBe(false);
    scene.begin();
    expect(fleet.hasArrived).toBe(false);
    for (const events of scene.light) events.closed(CLOSE.full.code, '');
    // The one with the full picture is still on the way.
    expect(fleet.hasArrived).toBe(false);
    const later = new Scene([{ ...LIGHT, fromSeconds: 2 }]);
    expect(later.fleet.hasArrived).toBe(true);
  });

  it('takes those who come late in turns, however late it is itself', () => {
    const crowd = new Scene([{ ...LIGHT, players: 40, fromSeconds: 0 }]);
    crowd.enter('measuring');
    crowd.look(1000);
    expect(crowd.urls.length).toBeLessThan(10);
    for (let i = 0; i < 20; i++) crowd.look(1000);
    expect(crowd.urls).toHaveLength(40);
  });

  it('is cut off when somebody ought to be in the world and nobody is', () => {
    const late = new Scene([{ ...LIGHT, fromSeconds: 2, toSeconds: 5 }]);
    late.enter('measuring');
    expect(late.fleet.isCutOff).toBe(false);
    late.look(3000);
    expect(late.fleet.isCutOff).toBe(true);
    late.look(5000);
    expect(late.fleet.isCutOff).toBe(false);
  });

  it('connects a group to its own server', () => {
    const two = new Scene([BASE, { ...BASE, node: 1 }], ['ws://a/ws', 'ws://b/ws']);
    two.enter('joining');
    two.over([1000]);
    expect(two.urls.map((url) => url.slice(5, 6)).join('')).toBe('ababbbbb');
  });

  it('has its part of those who come and go, at the times that they have in the whole', () => {
    const groups = [LIGHT, { ...LIGHT, fromSeconds: 2, toSeconds: 5, overSeconds: 1 }];
    const parts = [0, 1, 2].map((index) => new Scene(groups, undefined, { index, count: 3 }));
    for (const part of parts) part.begin();
    const counts = parts.map((part) => part.over([1990, 2000, 2250, 2500, 2750, 4240, 4250, 4500, 4750, 5000]));
    const together = counts[0]?.map((_, time) =>
      [0, 1].map((which) => counts.reduce((sum, part) => sum + (part[time]?.[which] ?? 0), 0)),
    );
    expect(together).toEqual([
      [4, 0],
      [5, 0],
      [6, 0],
      [7, 0],
      [8, 0],
      [8, 0],
      [8, 1],
      [8, 2],
      [8, 3],
      [8, 4],
    ]);
  });
});
