import { beforeEach, describe, expect, it } from 'vitest';
import { type Waiter, WaitingLine } from '../../server/gateway/waiting-line.ts';

/** Somebody in line who remembers what they were told. */
class Guest implements Waiter {
  readonly told: string[] = [];
  ticket = '';
  isDisplaced = false;

  queued(place: number, of: number, ticket: string): void {
    this.told.push(`${place} of ${of}`);
    this.ticket = ticket;
  }

  displaced(): void {
    this.isDisplaced = true;
  }
}

let now: number;
let tickets: number;
let line: WaitingLine<Guest>;

beforeEach(() => {
  now = 0;
  tickets = 0;
  line = new WaitingLine<Guest>({ most: 5, monotonic: () => now, newTicket: () => `ticket-${++tickets}` });
});

function join(ticket: string | null = null, isReturning = false): Guest {
  const guest = new Guest();
  expect(line.join(guest, ticket, isReturning)).toBe(true);
  return guest;
}

describe('a waiting line', () => {
  it('lets in whoever came first, and tells the others that they have moved up', () => {
    const [ada, ben, cid] = [join(), join(), join()] as const;
    expect([ada, ben, cid].map(({ told }) => told)).toEqual([['1 of 1'], ['2 of 2'], ['3 of 3']]);
    expect(line.next()).toBe(ada);
    line.tell();
    expect(ben.told).toEqual(['2 of 2', '1 of 2']);
    expect(cid.told).toEqual(['3 of 3', '2 of 2']);
    expect([line.next(), line.next(), line.next()]).toEqual([ben, cid, undefined]);
    expect(line.length).toBe(0);
  });

  it('tells a place again only when it has changed, or after a while', () => {
    const ada = join();
    for (let i = 0; i < 4; i++) {
      now += 1000;
      line.tell();
    }
    expect(ada.told).toHaveLength(1);
    now += 1000;
    line.tell();
    expect(ada.told).toEqual(['1 of 1', '1 of 1']);
  });

  it('has room for no more than it has', () => {
    for (let i = 0; i < 5; i++) join();
    expect(line.join(new Guest(), null, false)).toBe(false);
    expect(line.join(new Guest(), 'token', true)).toBe(false);
    line.next();
    join();
  });

  it('has those who were inside a moment ago come before those who were not, in the order of their coming', () => {
    const [ada, ben] = [join(), join('ben')] as const;
    const [cid, dan] = [join('cid', true), join('dan', true)] as const;
    expect([ada, ben, cid, dan].map(({ told }) => told.at(-1))).toEqual(['1 of 1', '2 of 2', '1 of 3', '2 of 4']);
    expect([line.next(), line.next(), line.next(), line.next()]).toEqual([cid, dan, ada, ben]);
  });

  it('keeps the place of whoever loses the connection, for those with the ticket', () => {
    const [ada, ben, cid] = [join(), join(), join()] as const;
    line.left(ben, false);
    expect(line.length).toBe(2);
    now = 29_999;
    const again = join(ben.ticket);
    expect(again.told).toEqual(['2 of 3']);
    expect(again.ticket).toBe(ben.ticket);
    expect([line.next(), line.next(), line.next()]).toEqual([ada, again, cid]);
  });

  it('passes over whoever is away when it is their turn: they are next once they are back', () => {
    const [ada, ben] = [join(), join()] as const;
    line.left(ada, false);
    expect(line.next()).toBe(ben);
    expect(line.next()).toBeUndefined();
    const again = join(ada.ticket);
    expect(again.told).toEqual(['1 of 1']);
    expect(line.next()).toBe(again);
  });

  it('forgets a place after half a minute, and at once when somebody goes', () => {
    const [ada, ben, cid] = [join(), join(), join()] as const;
    line.left(ada, false);
    line.left(ben, true);
    expect(join(ben.ticket).told).toEqual(['3 of 3']);
    now = 30_000;
    line.tell();
    expect(cid.told.at(-1)).toBe('1 of 2');
    expect(join(ada.ticket).told).toEqual(['3 of 3']);
  });

  it('gives a place to the newer of two with the same ticket', () => {
    const ada = join('token');
    const again = join('token');
    expect(line.length).toBe(1);
    expect([ada.isDisplaced, again.isDisplaced]).toEqual([true, false]);
    line.left(ada, false);
    expect(line.next()).toBe(again);
  });

  it('counts places that are kept as taken', () => {
    const guests = Array.from({ length: 5 }, () => join());
    line.left(guests[0] as Guest, false);
    expect(line.join(new Guest(), null, false)).toBe(false);
    now = 30_000;
    expect(line.join(new Guest(), null, false)).toBe(true);
  });
});
