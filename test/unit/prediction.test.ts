import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Prediction } from '../../client/core/prediction.ts';
import type { Answer } from '../../server/world/player.ts';
import { World } from '../../server/world/world.ts';
import { EDIT_LEAD_TICKS, REWIND_TICKS } from '../../shared/constants.ts';
import { tileOf } from '../../shared/grid.ts';
import { Ground } from '../../shared/ground.ts';
import { advance, type Blocked, type Motion, STANDING } from '../../shared/motion.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { BARE, tileAtIndex, tileIndexOf } from '../../shared/tiles.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { free, walls } from '../helpers/walls.ts';

const EAST = 0;
const SOUTH = 64;
const NORTH = 192;
const WALL = 17;
const start: Motion = { tick: 100, x: 0, y: 0, heading: STANDING };

const at = (prediction: Prediction, tick: number): [number, number] => {
  const { x, y } = prediction.placeAt(tick);
  return [x, y];
};

describe('prediction', () => {
  it('an input shows at once, from its tick on (M2, P-PRED-2)', () => {
    const prediction = new Prediction(start, free);
    expect(at(prediction, 110)).toEqual([0, 0]);
    expect(prediction.walk(EAST, 110)).toEqual({ n: 1, tick: 110 });
    expect(at(prediction, 110.5)).toEqual([25.5, 0]);
    expect(at(prediction, 112)).toEqual([102, 0]);
  });

  it('inputs are numbered from 1, and no stamp is lower than the one before (P-INPUT-1, P-PRED-2)', () => {
    const prediction = new Prediction(start, free);
    expect(prediction.walk(EAST, 90)).toEqual({ n: 1, tick: 100 });
    expect(prediction.walk(SOUTH, 105)).toEqual({ n: 2, tick: 105 });
    expect(prediction.walk(NORTH, 103)).toEqual({ n: 3, tick: 105 });
    expect(prediction.inFlight).toBe(3);
    expect(prediction.heading).toBe(NORTH);
  });

  it('an acknowledgement as predicted corrects nothing (M5, P-PRED-6)', () => {
    const prediction = new Prediction(start, free);
    prediction.walk(EAST, 110);
    at(prediction, 113.5);
    expect(prediction.acknowledge(1, { tick: 110, x: 0, y: 0, heading: EAST })).toBe(true);
    expect(at(prediction, 113.5)).toEqual([178.5, 0]);
    expect([prediction.acknowledged, prediction.inFlight]).toEqual([1, 0]);
  });

  it('one acknowledgement stands for all inputs up to its number (P-PRED-5, P-PRED-7)', () => {
    const prediction = new Prediction(start, free);
    prediction.walk(EAST, 110);
    prediction.walk(SOUTH, 111);
    prediction.walk(EAST, 112);
    expect(prediction.acknowledge(2, { tick: 111, x: 51, y: 0, heading: SOUTH })).toBe(true);
    expect([prediction.acknowledged, prediction.inFlight]).toEqual([2, 1]);
  });

  it('being told again what is known is no correction', () => {
    const prediction = new Prediction(start, free);
    expect(prediction.acknowledge(0, start)).toBe(true);
    prediction.walk(EAST, 110);
    prediction.acknowledge(1, { tick: 110, x: 0, y: 0, heading: EAST });
    expect(prediction.acknowledge(1, { tick: 110, x: 0, y: 0, heading: EAST })).toBe(true);
  });

  it('a correction is the truth, and what was not acknowledged is replayed on it (M5, P-PRED-6)', () => {
    const prediction = new Prediction(start, free);
    prediction.walk(EAST, 110);
    prediction.walk(SOUTH, 114);
    prediction.walk(EAST, 116);
    // The first input came too late, and took effect two ticks after its stamp.
    expect(prediction.acknowledge(1, { tick: 112, x: 0, y: 0, heading: EAST })).toBe(false);
    // Two steps east until 114, two south until 116, then east.
    expect(at(prediction, 130)).toEqual([(2 + 14) * 51, 2 * 51]);
    // The others are now expected as replayed.
    expect(prediction.acknowledge(2, { tick: 114, x: 102, y: 0, heading: SOUTH })).toBe(true);
    expect(prediction.acknowledge(3, { tick: 116, x: 102, y: 102, heading: EAST })).toBe(true);
  });

  it('an input is replayed at the tick of the motion it follows if that is the later one (P-PRED-6)', () => {
    const prediction = new Prediction(start, free);
    prediction.walk(EAST, 110);
    prediction.walk(SOUTH, 111);
    prediction.acknowledge(1, { tick: 115, x: 0, y: 0, heading: EAST });
    expect(prediction.acknowledge(2, { tick: 115, x: 0, y: 0, heading: SOUTH })).toBe(true);
    expect(at(prediction, 130)).toEqual([0, 15 * 51]);
  });

  it('what is shown moves over smoothly to a correction, within 4 ticks (P-PRED-6, M3)', () => {
    const prediction = new Prediction(start, free);
    prediction.walk(EAST, 110);
    expect(at(prediction, 115)).toEqual([255, 0]);
    prediction.acknowledge(1, { tick: 113, x: 0, y: 0, heading: EAST });
    expect(at(prediction, 115)).toEqual([255, 0]);
    const [x] = at(prediction, 117);
    expect(x).toBeGreaterThan(4 * 51);
    expect(x).toBeLessThan(7 * 51);
    expect(at(prediction, 119)).toEqual([6 * 51, 0]);
  });

  it('a stop of the server’s own accord holds, until the next input (P-PRED-4, P-PRED-5)', () => {
    const prediction = new Prediction(start, free);
    prediction.walk(EAST, 110);
    prediction.acknowledge(1, { tick: 110, x: 0, y: 0, heading: EAST });
    const stop = { ...advance({ tick: 110, x: 0, y: 0, heading: EAST }, 170, free), heading: STANDING };
    expect(prediction.acknowledge(1, stop)).toBe(false);
    expect(prediction.heading).toBe(STANDING);
    expect(at(prediction, 190)).toEqual([60 * 51, 0]);
    expect(prediction.walk(EAST, 190)).toEqual({ n: 2, tick: 190 });
  });

  it('the same path told from a later tick on is no correction, and nothing of it is seen (M6)', () => {
    const prediction = new Prediction(start, free);
    prediction.walk(EAST, 110);
    prediction.acknowledge(1, { tick: 110, x: 0, y: 0, heading: EAST });
    expect(at(prediction, 130.5)).toEqual([20.5 * 51, 0]);
    expect(prediction.acknowledge(1, { tick: 125, x: 15 * 51, y: 0, heading: EAST })).toBe(true);
    expect(prediction.acknowledge(1, { tick: 128, x: 18 * 51, y: 0, heading: EAST })).toBe(true);
    expect(at(prediction, 130.5)).toEqual([20.5 * 51, 0]);
    expect(prediction.acknowledge(1, { tick: 129, x: 18 * 51, y: 0, heading: EAST })).toBe(false);
  });

  it('an input may be acknowledged by where it has led since (M6)', () => {
    const prediction = new Prediction(start, free);
    prediction.walk(EAST, 110);
    expect(prediction.acknowledge(1, { tick: 114, x: 4 * 51, y: 0, heading: EAST })).toBe(true);
    expect([prediction.acknowledged, prediction.inFlight]).toEqual([1, 0]);
  });

  it('told from a later tick on, inputs on their way stay as they are, stamped before that tick or after it (M6)', () => {
    const prediction = new Prediction(start, free);
    prediction.walk(EAST, 110);
    prediction.acknowledge(1, { tick: 110, x: 0, y: 0, heading: EAST });
    prediction.walk(SOUTH, 122);
    prediction.walk(EAST, 126);
    // The server has none of both yet.
    expect(prediction.acknowledge(1, { tick: 124, x: 14 * 51, y: 0, heading: EAST })).toBe(true);
    expect(at(prediction, 130)).toEqual([(12 + 4) * 51, 4 * 51]);
    // The second one came in time, and is told from after the change.
    expect(prediction.acknowledge(2, { tick: 125, x: 12 * 51, y: 3 * 51, heading: SOUTH })).toBe(true);
    expect(prediction.acknowledge(3, { tick: 126, x: 12 * 51, y: 4 * 51, heading: EAST })).toBe(true);
    expect(at(prediction, 130)).toEqual([(12 + 4) * 51, 4 * 51]);
  });

  it('a wall that is heard of late stops oneself at its tick, without a correction (M6)', () => {
    const ground = new Ground(createTerrain('flat', 7));
    const prediction = new Prediction(start, ground.blocked);
    prediction.walk(EAST, 110);
    prediction.acknowledge(1, { tick: 110, x: 0, y: 0, heading: EAST });
    expect(at(prediction, 130)).toEqual([20 * 51, 0]);
    // Tile 3 begins at 768, which was passed at tick 126.
    ground.set(0, 0, 3, WALL, 120);
    prediction.reground(0, 0, 120);
    expect(at(prediction, 134)).toEqual([15 * 51, 0]);
    expect(prediction.acknowledge(1, { tick: 120, x: 10 * 51, y: 0, heading: EAST })).toBe(true);
    expect(at(prediction, 134)).toEqual([15 * 51, 0]);
  });

  it('one’s own input is walked again too where a wall is heard of late (M6)', () => {
    const ground = new Ground(createTerrain('flat', 7));
    const prediction = new Prediction(start, ground.blocked);
    prediction.walk(EAST, 110);
    prediction.walk(SOUTH, 128);
    at(prediction, 130);
    ground.set(0, 0, 3, WALL, 120);
    prediction.reground(0, 0, 120);
    expect(prediction.acknowledge(2, { tick: 128, x: 15 * 51, y: 0, heading: SOUTH })).toBe(true);
  });

  it('a teleport snaps', () => {
    const prediction = new Prediction(start, free);
    prediction.walk(EAST, 110);
    prediction.acknowledge(1, { tick: 110, x: 0, y: 0, heading: EAST });
    at(prediction, 120);
    prediction.acknowledge(1, { tick: 119, x: 100_000, y: 5000, heading: STANDING });
    expect(at(prediction, 120)).toEqual([100_000, 5000]);
  });

  it('inputs that are never acknowledged are bounded', () => {
    const prediction = new Prediction(start, free);
    for (let tick = 110; tick < 1110; tick++) prediction.walk(tick % 256, tick);
    expect(prediction.inFlight).toBeLessThanOrEqual(64);
    expect(prediction.acknowledge(1000, { tick: 1109, x: 5, y: 5, heading: EAST })).toBe(false);
    expect(at(prediction, 1120)).toEqual([5 + 11 * 51, 5]);
  });
});

interface Run {
  readonly corrections: number;
  readonly shown: readonly [number, number];
  readonly held: readonly [number, number];
  readonly acknowledged: number;
  readonly sent: number;
}

/** The ground as the server has it, and as the client knows it. */
interface Building {
  readonly server: Ground;
  readonly client: Ground;
}

interface BuiltTile {
  readonly sx: number;
  readonly sy: number;
  readonly tile: number;
  readonly kind: number;
  readonly tick: number;
}

/** A wall, or none any more, within a few tiles of somebody, but not where they stand. */
function tileNear({ x, y }: { x: number; y: number }, tick: number, random: () => number): BuiltTile {
  const tileX = tileOf(x) + Math.floor(random() * 7) - 3;
  const tileY = tileOf(y) + Math.floor(random() * 7) - 3;
  if (tileX === tileOf(x) && tileY === tileOf(y)) return tileNear({ x, y }, tick, random);
  return { ...tileIndexOf(tileX, tileY), kind: random() < 0.7 ? WALL : BARE, tick };
}

/**
 * A client and the server's world on one clock, in tenths of a tick. Inputs are on their way for up to
 * `maxLatency` ticks, answers for as long, both in order; the client turns every few ticks, and at the end rests.
 */
function run(seed: number, blocked: Blocked, maxLatency: number, building?: Building): Run {
  const random = seededRandom(seed);
  const world = new World(building?.server.blocked ?? blocked, 1000);
  const player = world.join({ id: 1, generation: 1, name: 'Ada', look: 0, profileVersion: 1 }, 100, 100);
  const prediction = new Prediction(player.motion, building?.client.blocked ?? blocked);
  world.drain();
  const up: { at: number; n: number; tick: number; heading: number }[] = [];
  const down: { at: number; answer?: Answer; edit?: BuiltTile }[] = [];
  const later = (lane: readonly { at: number }[], now: number): number =>
    Math.max(now + random() * maxLatency, lane.at(-1)?.at ?? 0);
  let corrections = 0;
  let sent = 0;
  let stamped = 1000;
  const until = 1400;
  for (let step = 10_000; step < (until + 60) * 10; step++) {
    const now = step / 10;
    if (step % 10 === 0 && step > 10_000) {
      world.step();
      world.sign(player);
      // As with inputs, what comes at the very end would still be on its way when the two are compared.
      if (building !== undefined && now < until && random() < 0.2) {
        const edit = tileNear(player, world.tick + EDIT_LEAD_TICKS, random);
        building.server.set(edit.sx, edit.sy, edit.tile, edit.kind, edit.tick);
        const { tileX, tileY } = tileAtIndex(edit.sx, edit.sy, edit.tile);
        world.groundChanged({ left: tileX, top: tileY, right: tileX, bottom: tileY }, edit.tick);
        down.push({ at: later(down, now), edit });
      }
      if (world.tick % 2 === 0 && world.drain().answered.has(player)) {
        down.push({ at: later(down, now), answer: player.answer as Answer });
      }
    }
    while (up.length > 0 && (up[0]?.at as number) <= now) {
      const { n, tick, heading } = up.shift() as (typeof up)[number];
      world.input(player, n, tick, heading);
    }
    while (down.length > 0 && (down[0]?.at as number) <= now) {
      const { answer, edit } = down.shift() as (typeof down)[number];
      if (answer !== undefined && !prediction.acknowledge(answer.n, answer.motion)) corrections++;
      if (edit === undefined) continue;
      building?.client.set(edit.sx, edit.sy, edit.tile, edit.kind, edit.tick);
      prediction.reground(edit.sx, edit.sy, edit.tick);
    }
    if (random() < 0.5) prediction.placeAt(now);
    const tick = Math.floor(now);
    if (now < until && tick > stamped && random() < 0.06) {
      const heading = random() < 0.15 ? STANDING : Math.floor(random() * 256);
      stamped = tick;
      sent++;
      up.push({ at: later(up, now), ...prediction.walk(heading, tick), heading });
    }
  }
  const { x, y } = prediction.placeAt(world.tick);
  const { acknowledged } = prediction;
  return { corrections, shown: [x, y], held: [player.x, player.y], acknowledged, sent };
}

describe('prediction against the world', () => {
  const seeds = fc.integer();

  it('with jitter inside the rewind window there are no corrections at all (M2, P-PRED-3)', () => {
    let inputs = 0;
    fc.assert(
      fc.property(seeds, (seed) => {
        const { corrections, shown, held, acknowledged, sent } = run(seed, walls(seed), REWIND_TICKS);
        expect(corrections).toBe(0);
        expect(shown).toEqual(held);
        expect(acknowledged).toBe(sent);
        inputs += sent;
      }),
      { numRuns: 60 },
    );
    expect(inputs).toBeGreaterThan(1000);
  });

  it('walls that rise and fall all around, heard of in time or late, cause no corrections either (M6)', () => {
    let turned = 0;
    fc.assert(
      fc.property(seeds, (seed) => {
        const terrain = createTerrain('flat', 7);
        const building = { server: new Ground(terrain), client: new Ground(terrain) };
        const { corrections, shown, held, acknowledged, sent } = run(seed, free, REWIND_TICKS, building);
        expect(corrections).toBe(0);
        expect(shown).toEqual(held);
        expect(acknowledged).toBe(sent);
        turned += sent;
      }),
      { numRuns: 60, examples: [[1091], [2223], [2461], [2956], [3016]] },
    );
    expect(turned).toBeGreaterThan(1000);
  });

  it('with more than that there are some, and client and server still come to the same place (M2, M5)', () => {
    let corrected = 0;
    fc.assert(
      fc.property(seeds, (seed) => {
        const { corrections, shown, held, acknowledged, sent } = run(seed, walls(seed), REWIND_TICKS * 4);
        expect(shown).toEqual(held);
        expect(acknowledged).toBe(sent);
        corrected += corrections;
      }),
      { numRuns: 60 },
    );
    expect(corrected).toBeGreaterThan(0);
  });
});
