import { describe, expect, it } from 'vitest';
import { Removal } from '../../client/core/removal.ts';

const removal = (random: number): Removal => new Removal(() => random);
const ASKED = { type: 'goAway', withinMs: 1000 } as const;

describe('going to another server (P-GO-1)', () => {
  it('is due at no time unless a server has asked for it, and not on the next one', () => {
    const going = removal(0);
    expect(going.isDue(1e9, false)).toBe(false);
    going.ask(ASKED, 0);
    expect(going.isDue(0, false)).toBe(true);
    going.restart();
    expect(going.isDue(1e9, false)).toBe(false);
  });

  it.each([
    [0, 5000],
    [0.5, 5250],
    [0.999, 5499.5],
  ])('is due at a moment of its own within the first half of the time: with %d at %d', (random, atMs) => {
    const going = removal(random);
    going.ask(ASKED, 5000);
    expect(going.isDue(atMs - 0.1, false)).toBe(false);
    expect(going.isDue(atMs + 0.1, false)).toBe(true);
  });

  it('waits for answers, and for no longer than there is time', () => {
    const going = removal(0);
    going.ask(ASKED, 5000);
    expect(going.isDue(5999, true)).toBe(false);
    expect(going.isDue(5999, false)).toBe(true);
    expect(going.isDue(6000, true)).toBe(true);
  });
});
