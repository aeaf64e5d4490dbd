import { beforeEach, describe, expect, it } from 'vitest';
import { Admission, type Arriving } from '../../server/gateway/admission.ts';

class Guest implements Arriving {
  isIn = false;
  place = 0;

  admit(): void {
    this.isIn = true;
  }

  queued(place: number): void {
    this.place = place;
  }

  displaced(): void {
    throw new Error('nobody has another’s ticket here');
  }
}

let now: number;
let tickets: number;

beforeEach(() => {
  now = 0;
  tickets = 0;
});

const door = (most: number, mostWaiting: number): Admission<Guest> =>
  new Admission({ most, mostWaiting, monotonic: () => now, newTicket: () => `ticket-${++tickets}` });

function arrive(at: Admission<Guest>, token: string | null = null): Guest {
  const guest = new Guest();
  expect(at.arrive(guest, token)).toBe(true);
  return guest;
}

describe('who is let in', () => {
  it('is everybody as long as there is room, and then whoever waits longest when somebody goes', () => {
    const at = door(2, 10);
    const [ada, ben, cid, dan] = [arrive(at), arrive(at), arrive(at), arrive(at)] as const;
    expect([ada, ben, cid, dan].map(({ isIn }) => isIn)).toEqual([true, true, false, false]);
    at.ended(ada, undefined, true);
    expect([cid.isIn, dan.isIn]).toEqual([true, false]);
    at.settle();
    expect(dan.place).toBe(1);
  });

  it('nobody waits where there is no line', () => {
    const at = door(1, 0);
    const ada = arrive(at);
    expect(at.arrive(new Guest(), null)).toBe(false);
    at.ended(ada, 'ada', false);
    expect(arrive(at).isIn).toBe(true);
  });

  it('somebody who goes while waiting frees nobody’s place', () => {
    const at = door(1, 10);
    const [, ben, cid] = [arrive(at), arrive(at), arrive(at)] as const;
    at.ended(ben, undefined, true);
    expect(cid.isIn).toBe(false);
    at.settle();
    expect(cid.place).toBe(1);
  });

  it('whoever lost the connection comes before newcomers, for a minute', () => {
    const at = door(1, 10);
    const ada = arrive(at, 'ada');
    const [ben, cid] = [arrive(at), arrive(at)] as const;
    at.ended(ada, 'ada', false);
    expect(ben.isIn).toBe(true);
    const again = arrive(at, 'ada');
    expect([again.isIn, again.place]).toEqual([false, 1]);
    at.ended(ben, 'ben', false);
    expect([again.isIn, cid.isIn]).toEqual([true, false]);
    now = 60_000;
    expect(arrive(at, 'ben').place).toBe(2);
  });

  it('remembers no more of those who lost the connection than there is room for inside', () => {
    const at = door(2, 10);
    for (const token of ['a', 'b', 'c']) at.ended(arrive(at, token), token, false);
    const [x, y] = [arrive(at), arrive(at)];
    expect([x.isIn, y.isIn]).toEqual([true, true]);
    const newcomer = arrive(at);
    expect(arrive(at, 'a').place).toBe(2);
    expect(arrive(at, 'c').place).toBe(1);
    expect(newcomer.isIn).toBe(false);
  });
});
