import type { OrderAnswer, OrderQuestion } from '../grid/control-wire.ts';
import { NOBODY_THERE, type Obeyed, type Order, readObeyed, readOrder } from './order.ts';

export interface OrderDeskOptions {
  /** Does what an order says, here. */
  readonly obey: (order: Order) => Promise<Obeyed>;
  /** Asks all other nodes. */
  readonly ask: (n: number, order: string) => void;
  readonly answer: (question: OrderQuestion, obeyed: string) => void;
  /** The names of the other nodes that are known to be there. */
  readonly members: () => Iterable<string>;
}

/** Nodes that are there answer within this, in ms; those that do not are not waited for any longer. */
const PATIENCE_MS = 1000;
/** Orders that wait for answers; of more the answers of others are not waited for. */
const MAX_WAITING = 100;

interface Waiting {
  readonly awaited: Set<string>;
  readonly people: Obeyed['people'][number][];
  done(): void;
}

/** Has orders of those who run the world carried out by all nodes, and carries out those of others. */
export class OrderDesk {
  readonly #options: OrderDeskOptions;
  readonly #waiting = new Map<number, Waiting>();
  #n = 0;

  constructor(options: OrderDeskOptions) {
    this.#options = options;
  }

  /** What has come of an order at all nodes that have answered in time. */
  async give(order: Order): Promise<Obeyed> {
    const { obey, ask, members } = this.#options;
    const n = ++this.#n;
    const awaited = new Set(members());
    const people: Obeyed['people'][number][] = [];
    let others: Promise<void> | undefined;
    if (awaited.size > 0 && this.#waiting.size < MAX_WAITING) {
      others = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PATIENCE_MS);
        const done = (): void => {
          clearTimeout(timer);
          resolve();
        };
        this.#waiting.set(n, { awaited, people, done });
      });
    }
    ask(n, JSON.stringify(order));
    const here = await obey(order);
    await others;
    this.#waiting.delete(n);
    return { people: [...here.people, ...people] };
  }

  /** Tells all other nodes something of which nothing comes. */
  spread(order: Extract<Order, { kind: 'notice' }>): void {
    this.#options.ask(0, JSON.stringify(order));
  }

  /** Something has come from another node. */
  receive(message: OrderQuestion | OrderAnswer): void {
    if (message.type === 'order') {
      const order = readOrder(message.order);
      if (order !== undefined) void this.#obey(order, message);
      return;
    }
    const waiting = this.#waiting.get(message.n);
    if (waiting?.awaited.delete(message.node) !== true) return;
    waiting.people.push(...(readObeyed(message.obeyed) ?? NOBODY_THERE).people);
    if (waiting.awaited.size === 0) waiting.done();
  }

  async #obey(order: Order, question: OrderQuestion): Promise<void> {
    const obeyed = await this.#options.obey(order);
    if (order.kind !== 'notice') this.#options.answer(question, JSON.stringify(obeyed));
  }
}
