import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHANNEL_SQUARES, Channels } from '../../server/grid/channels.ts';
import { MAX_SQUARE, MIN_SQUARE } from '../../shared/constants.ts';

const index = fc.integer({ min: MIN_SQUARE, max: MAX_SQUARE });

describe('channels', () => {
  it('have documented names', () => {
    const channels = new Channels('main');
    expect(channels.ofSquare({ sx: -3, sy: 5 })).toBe('flatlands:main:sq:-3,5');
    expect(channels.inboxOf('abc')).toBe('flatlands:main:node:abc');
    expect(channels.control).toBe('flatlands:main:nodes');
    expect(new Channels('main', 4).ofSquare({ sx: -3, sy: 5 })).toBe('flatlands:main:sq4:-4,4');
    expect(new Channels('main', 16).ofSquare({ sx: -3, sy: 5 })).toBe('flatlands:main:sq16:-4,4');
  });

  it('carry each square on one channel, and a block of squares of equal sides on the same (property)', () => {
    for (const count of CHANNEL_SQUARES) {
      const channels = new Channels('main', count);
      const side = Math.sqrt(count);
      fc.assert(
        fc.property(index, index, (sx, sy) => {
          const blockX = Math.floor(sx / side) * side;
          const blockY = Math.floor(sy / side) * side;
          const name = channels.ofSquare({ sx, sy });
          expect(channels.ofSquare({ sx: blockX, sy: blockY })).toBe(name);
          expect(channels.ofSquare({ sx: blockX + side - 1, sy: blockY + side - 1 })).toBe(name);
          expect(channels.ofSquare({ sx: blockX + side, sy: blockY })).not.toBe(name);
          expect(channels.ofSquare({ sx: blockX, sy: blockY - 1 })).not.toBe(name);
        }),
      );
    }
  });
});
