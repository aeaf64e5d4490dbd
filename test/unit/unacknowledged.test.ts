import { describe, expect, it } from 'vitest';
import { Unacknowledged } from '../../server/gateway/unacknowledged.ts';
import { seededRandom } from '../helpers/seeded-random.ts';

const SEED = Number(process.env.FLATLANDS_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

describe('unacknowledged frames', () => {
  it('are those after the last that was acknowledged, with or without the pictures in them', () => {
    const frames = new Unacknowledged();
    frames.sent(10, 100, 0);
    frames.sent(12, 200, 150);
    frames.sent(14, 400, 30);
    expect([frames.tick, frames.bytes, frames.newsBytes]).toEqual([10, 700, 520]);
    frames.acknowledged(11);
    expect([frames.tick, frames.bytes, frames.newsBytes]).toEqual([12, 600, 420]);
    frames.acknowledged(12);
    expect([frames.tick, frames.bytes, frames.newsBytes]).toEqual([14, 400, 370]);
    frames.acknowledged(14);
    expect([frames.tick, frames.bytes, frames.newsBytes]).toEqual([undefined, 0, 0]);
  });

  it('are none when a number is named that has not been sent yet; those sent after it count', () => {
    const frames = new Unacknowledged();
    frames.acknowledged(2 ** 32 - 1);
    frames.sent(10, 100, 10);
    frames.acknowledged(2 ** 32 - 1);
    expect([frames.tick, frames.bytes]).toEqual([undefined, 0]);
    frames.sent(12, 100, 0);
    frames.acknowledged(11);
    expect([frames.tick, frames.bytes]).toEqual([12, 100]);
  });

  it(`agree with a plain list of frames whatever is sent and acknowledged (seed ${SEED})`, () => {
    const random = seededRandom(SEED);
    const frames = new Unacknowledged();
    let plain: { tick: number; bytes: number; pictureBytes: number }[] = [];
    let tick = 0;
    for (let i = 0; i < 5000; i++) {
      if (random() < 0.7) {
        tick += 1 + Math.floor(random() * 8);
        const bytes = Math.floor(random() * 70_000);
        const pictureBytes = Math.floor(random() * bytes);
        frames.sent(tick, bytes, pictureBytes);
        plain.push({ tick, bytes, pictureBytes });
      } else {
        const upTo = Math.floor(tick - 40 + random() * 45);
        frames.acknowledged(upTo);
        plain = plain.filter((frame) => frame.tick > upTo);
      }
      const bytes = plain.reduce((sum, frame) => sum + frame.bytes, 0);
      const pictureBytes = plain.reduce((sum, frame) => sum + frame.pictureBytes, 0);
      expect([frames.tick, frames.bytes, frames.newsBytes]).toEqual([plain[0]?.tick, bytes, bytes - pictureBytes]);
    }
  });
});
