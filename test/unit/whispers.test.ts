import { describe, expect, it } from 'vitest';
import type { Actor } from '../../server/actions/actor.ts';
import { Refusal } from '../../server/actions/refusal.ts';
import { Whispers } from '../../server/actions/whispers.ts';
import { Membership } from '../../server/grid/membership.ts';
import { Player } from '../../server/world/player.ts';
import type { ServerMessage } from '../../shared/protocol.ts';

class Person implements Actor {
  readonly player: Player;
  readonly told: string[] = [];

  constructor(id: number, name: string) {
    this.player = new Player({ id, generation: 1, name, look: 0, profileVersion: 1 }, 0, 0, 0);
  }

  tell(message: ServerMessage): void {
    if (message.type !== 'whisper') throw new Error(`${message.type} is no whisper`);
    const { from, fromName, to, toName, text } = message;
    this.told.push(`${fromName}#${from} to ${toName}#${to}: ${text}`);
  }
}

/** A node's whispers, with its place among the other nodes. */
class House {
  readonly people: Person[] = [];
  readonly membership: Membership;
  readonly whispers: Whispers;
  /** What it says to all nodes goes here. */
  carry: (payload: Uint8Array) => void = () => undefined;

  constructor(node: string, people: readonly (readonly [id: number, name: string])[]) {
    this.people = people.map(([id, name]) => new Person(id, name));
    this.membership = new Membership({
      node,
      census: () => ({ players: this.people.length, lastId: 0, squares: [], isOpen: true }),
      say: (payload) => this.carry(payload),
      gone: () => undefined,
      lapsed: () => undefined,
      arrived: () => undefined,
      whispered: (message) => this.whispers.receive(message),
      surveyed: () => undefined,
      ordered: () => undefined,
    });
    this.whispers = new Whispers({
      node,
      membership: this.membership,
      actors: () => this.people,
      actorOf: (id) => this.people.find(({ player }) => player.id === id),
    });
  }

  person(id: number): Person {
    return this.people.find(({ player }) => player.id === id) as Person;
  }

  /** Says something from a person; how it ended, in words. */
  async say(from: number, to: { toId?: number; toName?: string }, tick = 100): Promise<string> {
    const asked = this.whispers.say(this.person(from), { toId: 0, toName: '', ...to }, 'psst', tick);
    return asked.then(
      () => 'said',
      (error: unknown) => (error instanceof Refusal ? error.message : `a fault: ${String(error)}`),
    );
  }
}

/** Houses that hear each other at once. */
function together(...houses: House[]): void {
  for (const house of houses) {
    house.carry = (payload) => {
      for (const other of houses) if (other !== house) other.membership.receive(payload);
    };
  }
  for (const house of houses) house.membership.join();
}

const HOME = [
  [1, 'Ada'],
  [2, 'Ben Smith'],
  [3, 'Zoë'],
] as const;

describe('whispers on one node (P-CHAT-3)', () => {
  it('reach both by name, whatever its case and form, or by number', async () => {
    const house = new House('here', HOME);
    expect(await house.say(1, { toName: 'ben SMITH' })).toBe('said');
    expect(await house.say(1, { toName: 'ZOE\u0308' })).toBe('said');
    expect(await house.say(1, { toId: 3, toName: 'whoever' })).toBe('said');
    const [ben, zoe] = ['Ada#1 to Ben Smith#2: psst', 'Ada#1 to Zoë#3: psst'];
    expect(house.person(1).told).toEqual([ben, zoe, zoe]);
    expect(house.person(2).told).toEqual([ben]);
    expect(house.person(3).told).toEqual([zoe, zoe]);
  });

  it('to oneself come once', async () => {
    const house = new House('here', HOME);
    expect(await house.say(1, { toName: 'Ada' })).toBe('said');
    expect(house.person(1).told).toEqual(['Ada#1 to Ada#1: psst']);
  });

  it('to nobody are refused at once, and to several of a name with what to say instead', async () => {
    const house = new House('here', [...HOME, [4, 'ada'], [5, 'ADA'], [6, 'aDa']]);
    expect(await house.say(2, { toName: 'Eve' })).toBe('Nobody called Eve is here.');
    expect(await house.say(2, { toId: 77 })).toBe('Nobody called #77 is here.');
    const sentence = 'There are several of that name: say Ada#1 or ada#4 or ADA#5.';
    expect(await house.say(2, { toName: 'ada' })).toBe(sentence);
    expect(house.people.flatMap(({ told }) => told)).toEqual([]);
    expect(await house.say(2, { toId: 4, toName: 'ada' })).toBe('said');
    expect(house.person(4).told).toHaveLength(1);
    expect(house.person(1).told).toEqual([]);
  });
});

describe('whispers among nodes (P-CHAT-3)', () => {
  it('reach whoever is at another one, and both are told the same', async () => {
    const [here, there, far] = [
      new House('here', HOME),
      new House('there', [[9, 'Eve']]),
      new House('far', [[8, 'Dan']]),
    ];
    together(here, there, far);
    expect(await here.say(1, { toName: 'eve' })).toBe('said');
    expect(await here.say(1, { toId: 9 })).toBe('said');
    const eve = 'Ada#1 to Eve#9: psst';
    expect(here.person(1).told).toEqual([eve, eve]);
    expect(there.person(9).told).toEqual([eve, eve]);
    expect(far.person(8).told).toEqual([]);
  });

  it('to somebody who is nowhere are refused after a while', async () => {
    const [here, there] = [new House('here', HOME), new House('there', [[9, 'Eve']])];
    together(here, there);
    const asked = here.say(1, { toName: 'Dan' }, 100);
    here.whispers.settle(129);
    expect(await Promise.race([asked, Promise.resolve('not yet')])).toBe('not yet');
    here.whispers.settle(130);
    expect(await asked).toBe('Nobody called Dan is here.');
    expect(here.person(1).told).toEqual([]);
  });

  it('to a name that several have there reach none of them', async () => {
    const there = new House('there', [
      [8, 'Eve'],
      [9, 'eve'],
    ]);
    const here = new House('here', HOME);
    together(here, there);
    expect(await here.say(1, { toName: 'eve' })).toBe('There are several of that name: say Eve#8 or eve#9.');
    expect(there.people.flatMap(({ told }) => told)).toEqual([]);
    expect(await here.say(1, { toId: 9, toName: 'eve' })).toBe('said');
  });

  it('are answered to whoever asked, and an answer that comes twice or late changes nothing', async () => {
    const [here, there] = [new House('here', HOME), new House('there', [[9, 'Eve']])];
    const answers: Uint8Array[] = [];
    there.carry = (payload) => answers.push(payload);
    here.carry = (payload) => there.membership.receive(payload);
    there.membership.join();
    for (const beat of answers.splice(0)) here.membership.receive(beat);
    const first = here.say(1, { toName: 'Eve' }, 100);
    const other = new House('other', [[7, 'Ida']]);
    for (const payload of [...answers, ...answers]) {
      other.membership.receive(payload);
      here.membership.receive(payload);
    }
    expect(await first).toBe('said');
    expect(here.person(1).told).toHaveLength(1);
    const second = here.say(1, { toName: 'Eve' }, 200);
    here.whispers.settle(300);
    expect(await second).toBe('Nobody called Eve is here.');
    for (const payload of answers) here.membership.receive(payload);
    expect(here.person(1).told).toHaveLength(1);
  });

  it('too many at once are refused', async () => {
    const [here, there] = [new House('here', HOME), new House('there', [])];
    together(here, there);
    const asked = Array.from({ length: 1001 }, () => here.say(1, { toName: 'Dan' }, 100));
    expect(await asked.at(-1)).toBe('Too much is being whispered: try again in a moment.');
    here.whispers.settle(200);
    expect(new Set(await Promise.all(asked.slice(0, -1)))).toEqual(new Set(['Nobody called Dan is here.']));
    expect(await here.say(1, { toId: 2 })).toBe('said');
  });
});
