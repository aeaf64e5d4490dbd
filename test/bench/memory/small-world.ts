import { createMemoryBroker } from '../../../server/broker/memory-broker.ts';
import type { Session } from '../../../server/gateway/session.ts';
import { LoadGovernor } from '../../../server/load-governor.ts';
import { Node } from '../../../server/node.ts';
import { createMemoryStore } from '../../../server/store/memory-store.ts';
import { encodeClientMessage } from '../../../shared/client-codec.ts';
import { createWorldClock } from '../../../shared/clock.ts';
import { PROTOCOL_VERSION, TICK_MS } from '../../../shared/constants.ts';
import type { ClientMessage, Hello } from '../../../shared/protocol.ts';
import { decodeServerFrame } from '../../../shared/server-codec.ts';
import { createTerrain } from '../../../shared/terrain.ts';

const HELLO: Hello = {
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  name: 'Ada',
  look: 0,
  width: 40,
  height: 24,
  token: null,
  at: null,
};
/** Everybody says that they are there this often, in ticks. */
const ALIVE_TICKS = 20;
/** Sign-ins, subscriptions and the broker's deliveries are promises. */
const TURNS = 8;

/** Somebody on a connection that keeps nothing: what a session costs without one. */
export class Dweller {
  readonly session: Session;
  token: string | null = null;
  #lastFrame: Uint8Array | undefined;
  #isWelcome = false;
  #n = 0;

  constructor(node: Node) {
    const session = node.connect({
      send: ({ payload }) => {
        this.#lastFrame = payload;
        if (!this.#isWelcome) this.#greet(payload);
      },
      bufferedBytes: 0,
      close: (code, sentence) => {
        throw new Error(`A session ended with ${code}: ${sentence}`);
      },
    });
    if ('code' in session) throw new Error(session.sentence);
    this.session = session;
  }

  say(message: ClientMessage): void {
    this.session.receive(encodeClientMessage(message));
  }

  walk(heading: number, tick: number): void {
    this.say({ type: 'input', n: ++this.#n, tick, heading, frame: this.#frame });
  }

  alive(): void {
    this.say({ type: 'alive', frame: this.#frame, nonce: null });
    this.#lastFrame = undefined;
  }

  #greet(payload: Uint8Array): void {
    const welcome = decodeServerFrame(payload).find((message) => message.type === 'welcome');
    if (welcome === undefined) return;
    this.#isWelcome = true;
    this.token = welcome.token;
  }

  /** The number of the last frame, 0 when there has been none since it was last acknowledged. */
  get #frame(): number {
    const headers = decodeServerFrame(this.#lastFrame ?? new Uint8Array()).filter(({ type }) => type === 'frame');
    const last = headers.at(-1);
    return last?.type === 'frame' ? last.tick : 0;
  }
}

/** A node without sockets and timers, on flat terrain and a clock that moves when it is told to. */
export class SmallWorld {
  readonly node: Node;
  readonly dwellers = new Set<Dweller>();
  #now = 100_000;

  private constructor(maxSessions: number) {
    let tokens = 0;
    const fail = (error: unknown): never => {
      throw error;
    };
    const now = (): number => this.#now;
    this.node = new Node({
      name: 'bench',
      world: 'bench',
      channelSquares: 1,
      terrain: createTerrain('flat', 7),
      openSpawn: true,
      flushMs: 100,
      holdMs: 0,
      defer: (run) => run(),
      governor: new LoadGovernor(),
      maxSessions,
      // Where gems lie is kept of some thousand squares, and would be taken for something left behind.
      gems: 0,
      wallMs: () => 0,
      clock: createWorldClock(now, this.#now),
      monotonic: now,
      random: () => 0.5,
      newToken: () => `token-${++tokens}`,
      connectBroker: createMemoryBroker(),
      store: createMemoryStore(),
      brokerFailed: fail,
      storeFailed: fail,
      sessionFailed: fail,
    });
  }

  static async open(maxSessions = 100_000): Promise<SmallWorld> {
    const world = new SmallWorld(maxSessions);
    await world.node.start();
    return world;
  }

  get tick(): number {
    return Math.floor(this.#now / TICK_MS);
  }

  /** Lets time pass. */
  async ticks(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.#now += TICK_MS;
      this.node.advance();
      for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
      if (this.tick % ALIVE_TICKS === 0) for (const dweller of this.dwellers) dweller.alive();
    }
  }

  /** Somebody comes; they have joined a few ticks later. */
  join(hello: Partial<Hello>): Dweller {
    const dweller = new Dweller(this.node);
    this.dwellers.add(dweller);
    dweller.say({ ...HELLO, ...hello });
    return dweller;
  }

  leave(dweller: Dweller): void {
    this.dwellers.delete(dweller);
    dweller.session.gone(true);
  }
}
