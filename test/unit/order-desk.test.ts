import { describe, expect, it, vi } from 'vitest';
import type { OrderAnswer, OrderQuestion } from '../../server/grid/control-wire.ts';
import { type Obeyed, type Order, readObeyed, readOrder } from '../../server/moderation/order.ts';
import { OrderDesk } from '../../server/moderation/order-desk.ts';
import type { FoundPerson } from '../../shared/moderation.ts';

const person = (id: number, node: string): FoundPerson => ({
  id,
  name: `P${id}`,
  node,
  tileX: 1,
  tileY: -1,
  address: null,
});

/** Desks of some nodes, on a wire of their own; those who are deaf hear nothing. */
class Desks {
  readonly desks = new Map<string, OrderDesk>();
  readonly obeyed: string[] = [];
  readonly deaf = new Set<string>();

  constructor(...names: readonly string[]) {
    for (const name of names) {
      this.desks.set(
        name,
        new OrderDesk({
          obey: async (order): Promise<Obeyed> => {
            this.obeyed.push(`${name} ${order.kind}`);
            return { people: order.kind === 'seek' ? [person(names.indexOf(name), name)] : [] };
          },
          ask: (n, order) => this.#send(name, { type: 'order', node: name, n, order }),
          answer: ({ node: asker, n }, obeyed) => this.#send(name, { type: 'obeyed', node: name, asker, n, obeyed }),
          members: () => names.filter((other) => other !== name),
        }),
      );
    }
  }

  #send(from: string, message: OrderQuestion | OrderAnswer): void {
    for (const [name, desk] of this.desks) {
      if (name === from || this.deaf.has(name) || (message.type === 'obeyed' && message.asker !== name)) continue;
      desk.receive(message);
    }
  }
}

describe('orders', () => {
  it('are carried out by all nodes, and what comes of them is put together', async () => {
    const all = new Desks('a', 'b', 'c');
    const { people } = (await all.desks.get('b')?.give({ kind: 'seek', text: '' })) ?? { people: [] };
    expect(people.map(({ node }) => node).sort()).toEqual(['a', 'b', 'c']);
    expect(all.obeyed.sort()).toEqual(['a seek', 'b seek', 'c seek']);
  });

  it('do not wait for ever for a node that says nothing', async () => {
    vi.useFakeTimers();
    try {
      const all = new Desks('a', 'b', 'c');
      all.deaf.add('c');
      const given = all.desks.get('a')?.give({ kind: 'seek', text: '' });
      await vi.advanceTimersByTimeAsync(1000);
      expect((await given)?.people.map(({ node }) => node)).toEqual(['a', 'b']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('count an answer once, and only from those who were asked', async () => {
    const asked: number[] = [];
    const desk = new OrderDesk({
      obey: async () => ({ people: [] }),
      ask: (n) => asked.push(n),
      answer: () => undefined,
      members: () => ['b', 'c'],
    });
    const given = desk.give({ kind: 'seek', text: '' });
    const answer = (node: string, n: number): void =>
      desk.receive({ type: 'obeyed', node, asker: 'a', n, obeyed: JSON.stringify({ people: [person(1, node)] }) });
    for (const node of ['b', 'b', 'stranger', 'c']) answer(node, asked[0] ?? 0);
    expect((await given).people.map(({ node }) => node)).toEqual(['b', 'c']);
    answer('b', asked[0] ?? 0);
    answer('b', 99);
  });

  it.each<Order>([
    { kind: 'seek', text: 'ada' },
    { kind: 'kick', player: 1, reason: '' },
    { kind: 'teleport', player: 1, tileX: -5, tileY: 1e9 },
    { kind: 'announce', text: 'x' },
    { kind: 'rules' },
    { kind: 'follow', player: 1, id: 4_294_967_295 },
    { kind: 'notice', topic: 'audit', value: { id: 1 } },
  ])('%j are read as they were given', (order) => {
    expect(readOrder(JSON.stringify(order))).toEqual(order);
    expect(readOrder(JSON.stringify({ ...order, more: 1 }))).toEqual(order);
  });

  it.each([
    '',
    'null',
    '7',
    '{}',
    '{"kind":"format"}',
    '{"kind":"seek"}',
    '{"kind":"notice","topic":"topology","value":1}',
    `{"kind":"seek","text":"${'x'.repeat(65)}"}`,
    '{"kind":"kick","player":"1","reason":""}',
    '{"kind":"kick","player":1}',
    '{"kind":"teleport","player":1,"tileX":0.5,"tileY":0}',
    `{"kind":"announce","text":"${'x'.repeat(201)}"}`,
  ])('that no node gives are none: %s', (text) => {
    expect(readOrder(text)).toBeUndefined();
  });

  it('that are answered with what no node says have come to nothing there', () => {
    expect(readObeyed('{"people":[]}')).toEqual({ people: [] });
    for (const text of ['', '{}', '{"people":7}', '{"people":[{}]}', '{"people":[{"id":1,"name":2}]}']) {
      expect(readObeyed(text)).toBeUndefined();
    }
    const many = Array.from({ length: 51 }, (_, id) => person(id, 'a'));
    expect(readObeyed(JSON.stringify({ people: many }))).toBeUndefined();
  });
});
