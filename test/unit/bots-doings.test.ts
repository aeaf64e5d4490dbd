import { describe, expect, it } from 'vitest';
import { createRandom } from '../../client/bots/random.ts';
import { Talker } from '../../client/bots/talker.ts';
import { type Site, TileSetter } from '../../client/bots/tile-setter.ts';
import { BUILD_REACH_TILES, MAX_CHAT_LENGTH, TICK_MS } from '../../shared/constants.ts';
import { BARE, isTileKind, tileKind } from '../../shared/tiles.ts';

const SEEDS = [1, 2, 3];
const HOUR_MS = 3_600_000;

/** An hour of talking: what was said, and how many emotes. */
function talk(name: string, seed: number): { lines: string[]; emotes: number } {
  const talker = new Talker(name, createRandom(seed));
  const lines: string[] = [];
  let emotes = 0;
  for (let nowMs = 0; nowMs < HOUR_MS; nowMs += TICK_MS) {
    const utterance = talker.due(nowMs);
    if (utterance?.kind === 'say') lines.push(utterance.text);
    else if (utterance !== undefined) emotes++;
  }
  return { lines, emotes };
}

describe('a talker', () => {
  it.each(SEEDS)('says something every 20 s and emotes every 40 s on average (seed %i)', (seed) => {
    const { lines, emotes } = talk('bot-1', seed);
    expect(lines.length).toBeGreaterThan(140);
    expect(lines.length).toBeLessThan(220);
    expect(emotes).toBeGreaterThan(60);
    expect(emotes).toBeLessThan(120);
  });

  it('never says the same twice, nor what another says, in lines that a server takes', () => {
    const lines = [...talk('bot-1', 1).lines, ...talk('bot-11', 1).lines];
    expect(new Set(lines).size).toBe(lines.length);
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(MAX_CHAT_LENGTH);
      expect(line).toMatch(/^(bot-\d+|\/me) [\x20-\x7e]+ \(bot-\d+, \d+\)$/);
      expect(line).not.toMatch(/ {2}/);
    }
    expect(lines.some((line) => line.startsWith('/me '))).toBe(true);
  });

  it('says the same for the same seed', () => {
    expect(talk('bot-1', 5)).toEqual(talk('bot-1', 5));
  });
});

const HERE = { x: 100.5, y: -50.5 };
const keyOf = ({ tileX, tileY }: { tileX: number; tileY: number }): string => `${tileX},${tileY}`;

/** Ten minutes of building by one who stands still, where everything is granted at once but what `whyNot` forbids. */
function build(seed: number, whyNot: Site['whyNot'] = () => undefined) {
  const setter = new TileSetter(createRandom(seed));
  const tiles = new Map<string, number>();
  const set: { tileX: number; tileY: number; kind: number; before: number; atMs: number }[] = [];
  const site: Site = { whyNot, kindAt: (tile) => tiles.get(keyOf(tile)) ?? BARE };
  let undone = 0;
  let walls = 0;
  for (let nowMs = 0; nowMs < 600_000; nowMs += TICK_MS) {
    const wanted = setter.due(HERE.x, HERE.y, site, nowMs);
    if (wanted?.what === 'set') {
      const { tile, kind } = wanted;
      set.push({ tileX: tile.tileX, tileY: tile.tileY, kind, before: site.kindAt(tile), atMs: nowMs });
      tiles.set(keyOf(tile), kind);
    } else if (wanted !== undefined) {
      const last = set.pop();
      if (last === undefined) continue;
      undone++;
      tiles.set(keyOf(last), last.before);
      setter.undone(last, last.before, nowMs);
    }
    walls = Math.max(walls, [...tiles.values()].filter((kind) => tileKind(kind)?.group === 'wall').length);
  }
  const standing = [...tiles.values()].filter((kind) => kind !== BARE).length;
  return { set, undone, walls, standing };
}

describe('a builder', () => {
  it.each(SEEDS)('sets about a tile a second within reach, of every group (seed %i)', (seed) => {
    const { set, undone } = build(seed);
    expect(set.length + undone).toBeGreaterThan(540);
    expect(set.length + undone).toBeLessThan(620);
    expect(undone).toBeGreaterThan(10);
    for (const { tileX, tileY, kind, before } of set) {
      expect(Math.hypot(tileX + 0.5 - HERE.x, tileY + 0.5 - HERE.y)).toBeLessThanOrEqual(BUILD_REACH_TILES);
      expect(isTileKind(kind)).toBe(true);
      expect(kind).not.toBe(before);
    }
    const groups = new Set(set.map(({ kind }) => tileKind(kind)?.group));
    expect(groups).toEqual(new Set(['paint', 'wall', 'floor', 'flower', undefined]));
  });

  it.each(SEEDS)('leaves few tiles standing, and hardly a wall (seed %i)', (seed) => {
    const { walls, standing } = build(seed);
    expect(standing).toBeLessThanOrEqual(26);
    // One, and at times one that an undo has brought back.
    expect(walls).toBeLessThanOrEqual(2);
  });

  it('asks for nothing that cannot be, and tries elsewhere', () => {
    const isForbidden = (tileX: number): boolean => tileX % 2 === 0;
    const { set } = build(1, ({ tileX }) => (isForbidden(tileX) ? 'Not here.' : undefined));
    expect(set.length).toBeGreaterThan(400);
    expect(set.filter(({ tileX }) => isForbidden(tileX))).toEqual([]);
    expect(build(1, () => 'Nowhere.').set).toEqual([]);
  });

  it('builds the same for the same seed', () => {
    expect(build(4).set).toEqual(build(4).set);
  });
});
