import { describe, expect, it } from 'vitest';
import { FlushFrames } from '../../server/grid/flush-frames.ts';
import type { Frame } from '../../server/grid/frame.ts';
import type { GridSquare } from '../../server/grid/grid-square.ts';
import { Group } from '../../server/grid/group.ts';
import type { SquareRect } from '../../shared/grid.ts';
import { readMotions } from '../../shared/records.ts';
import { decodeServerFrame, encodeServerMessage } from '../../shared/server-codec.ts';
import { squareWith } from '../helpers/square-deltas.ts';

const NOTHING: ReadonlySet<GridSquare> = new Set();
const rect = (left: number, top: number, right: number, bottom: number): SquareRect => ({ left, top, right, bottom });
const groupOf = (...squares: GridSquare[]): Group => new Group(squares.map(({ key }) => key).join(' '), squares);

/** E.g. `998: m1 / 1000: players m2 m3`: blocks, with the players whose motions are in them. */
function inWords(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const blocks: string[] = [];
  for (const message of decodeServerFrame(bytes)) {
    if (message.type === 'frame') blocks.push(`${message.tick}:`);
    else {
      const words =
        message.type === 'motions' ? [...readMotions(message.records)].map(({ id }) => `m${id}`) : [message.type];
      blocks.push([blocks.pop(), ...words].join(' '));
    }
  }
  return blocks.join(' / ');
}
const words = (frame: Frame | undefined): string | undefined => inWords(frame?.payload);

/** Squares 0,0 to 2,0, in each of which the player of that number plus one has moved. */
const row = (): [GridSquare, GridSquare, GridSquare] => {
  const square = (sx: number): GridSquare => squareWith(sx, 0, { moves: [{ id: sx + 1, rev: 2 }] });
  return [square(0), square(1), square(2)];
};

describe('the frames of a flush', () => {
  it('are built once for each group, when they are asked for (O3)', () => {
    const frames = new FlushFrames();
    const [west, middle, east] = row();
    const [one, other] = [groupOf(west, middle), groupOf(east)];
    frames.begin({ tick: 1000, announcement: undefined, held: NOTHING });
    const whole = frames.whole(one, undefined);
    expect(words(whole)).toBe('1000: m1 m2');
    expect(frames.whole(one, undefined)).toBe(whole);
    expect(frames.built).toBe(1);
    expect(words(frames.whole(other, undefined))).toBe('1000: m3');
    expect(frames.built).toBe(2);
    expect([frames.tick, inWords(frames.header)]).toEqual([1000, '1000:']);

    // Another flush has other frames.
    frames.begin({ tick: 1002, announcement: undefined, held: NOTHING });
    expect(words(frames.whole(one, undefined))).toBe('1002: m1 m2');
    expect(frames.built).toBe(3);
  });

  it('are none without news, which is found out once', () => {
    const frames = new FlushFrames();
    const group = groupOf(squareWith(0, 0), squareWith(1, 0));
    frames.begin({ tick: 1000, announcement: undefined, held: NOTHING });
    expect([frames.whole(group, undefined), frames.whole(group, undefined)]).toEqual([undefined, undefined]);
    expect(frames.built).toBe(0);
  });

  it('hold what is for everybody, also where there is nothing else, and where squares are held', () => {
    const frames = new FlushFrames();
    const [west, middle] = row();
    const announcement = encodeServerMessage({ type: 'players', count: 2 });
    frames.begin({ tick: 1000, announcement, held: new Set([west, middle]) });
    expect(words(frames.whole(groupOf(squareWith(9, 9)), undefined))).toBe('1000: players');
    expect(frames.announcement).toBe(announcement);
    const { near, held } = frames.split(groupOf(west, middle), rect(7, 7, 7, 7));
    expect([words(near), inWords(held?.bytes)]).toEqual(['1000: players', '1000: m1 m2']);
    expect(held?.updates).toBe(2);
  });

  it('are split into what is near and what waits, once for each group and each near side', () => {
    const frames = new FlushFrames();
    const [west, middle, east] = row();
    const group = groupOf(west, middle, east);
    frames.begin({ tick: 1000, announcement: undefined, held: new Set([west, middle, east]) });
    expect(frames.isHolding(group)).toBe(true);
    const atWest = frames.split(group, rect(0, 0, 0, 0));
    expect([words(atWest.near), inWords(atWest.held?.bytes)]).toEqual(['1000: m1', '1000: m2 m3']);
    expect(frames.split(group, rect(0, 0, 0, 0))).toBe(atWest);
    const inMiddle = frames.split(group, rect(1, -1, 2, 1));
    expect([words(inMiddle.near), inWords(inMiddle.held?.bytes)]).toEqual(['1000: m2 m3', '1000: m1']);
    const everywhere = frames.split(group, rect(-1, -1, 3, 1));
    expect([words(everywhere.near), everywhere.held]).toEqual(['1000: m1 m2 m3', undefined]);
    const nowhere = frames.split(group, rect(9, 9, 9, 9));
    expect([nowhere.near, inWords(nowhere.held?.bytes)]).toEqual([undefined, '1000: m1 m2 m3']);
    // Rectangles of the same corner, width or height are told apart.
    const rects = [rect(0, 0, 1, 0), rect(0, 0, 0, 1), rect(0, -1, 0, 0), rect(-1, 0, 0, 0)];
    expect(new Set(rects.map((near) => frames.split(group, near))).size).toBe(rects.length);
  });

  it('leave nothing for later of squares that are not held, however far away', () => {
    const frames = new FlushFrames();
    const [west, middle, east] = row();
    const group = groupOf(west, middle, east);
    frames.begin({ tick: 1000, announcement: undefined, held: new Set([east]) });
    expect(frames.isHolding(group)).toBe(true);
    expect(frames.isHolding(groupOf(west, middle))).toBe(false);
    const { near, held } = frames.split(group, rect(0, 0, 0, 0));
    expect([words(near), inWords(held?.bytes)]).toEqual(['1000: m1 m2', '1000: m3']);
  });

  it('begin with what was held back, once for each block that was (P-ORDER-1, P-ORDER-6)', () => {
    const frames = new FlushFrames();
    const [west, middle, east] = row();
    const group = groupOf(west, middle, east);
    frames.begin({ tick: 1000, announcement: undefined, held: new Set([west, middle, east]) });
    const { held } = frames.split(group, rect(0, 0, 0, 0));
    const { held: other } = frames.split(group, rect(2, 0, 2, 0));
    west.delta = undefined;
    middle.delta = undefined;
    frames.begin({ tick: 1002, announcement: undefined, held: NOTHING });
    expect(frames.isHolding(group)).toBe(false);
    const frame = frames.whole(group, held);
    expect(words(frame)).toBe('1000: m2 m3 / 1002: m3');
    expect(frame?.updates).toBe(3);
    expect(frames.whole(group, held)).toBe(frame);
    expect(words(frames.whole(group, other))).toBe('1000: m1 m2 / 1002: m3');
    expect(words(frames.whole(group, undefined))).toBe('1002: m3');

    // Somebody who has gone over to another group is told it all the same.
    east.delta = undefined;
    frames.begin({ tick: 1004, announcement: undefined, held: NOTHING });
    expect(words(frames.whole(groupOf(west), held))).toBe('1000: m2 m3 / 1004:');
  });
});
