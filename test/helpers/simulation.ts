import { Client } from '../../client/core/client.ts';
import type { Observer } from '../../client/core/observer.ts';
import { Node } from '../../server/node.ts';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import type { Store } from '../../server/store/store.ts';
import { createWorldClock } from '../../shared/clock.ts';
import { LINGER_TICKS, TICK_MS } from '../../shared/constants.ts';
import { headingTowards, STANDING } from '../../shared/motion.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { LossyBroker } from './lossy-broker.ts';
import { seededRandom } from './seeded-random.ts';
import { SimulatedLink } from './simulated-link.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly players: number;
  /** Share of messages between nodes that are lost while there are faults. */
  readonly loss: number;
  /** Whether nodes are cut off, links cut, and players vanish and return. */
  readonly cuts: boolean;
  /** What the nodes share; by default one that answers at once. `now` is the simulation's clock. */
  readonly store?: (now: () => number) => Store;
  /** Most gems in a square. */
  readonly gems?: number;
  /** Called at each step, before anything else happens in it. */
  readonly onStep?: (simulation: Simulation) => void;
  /** Makes an observer for a client. */
  readonly observe?: () => Partial<Observer>;
}

export interface Participant {
  client: Client;
  link: SimulatedLink | undefined;
  node: number;
  token: string | null;
  /** When a player who has left comes back, in ms. */
  backAt: number | undefined;
}

/** One step of simulated time, in ms. */
export const STEP_MS = 10;
/** Players keep to this many tiles around the corner where four squares meet. */
const RANGE_TILES = 90;

/**
 * Several nodes, a broker that loses messages, and clients on the real client core, all on one seeded clock. What is
 * real: everything but sockets, timers and chance.
 */
export class Simulation {
  readonly broker: LossyBroker;
  readonly nodes: Node[] = [];
  readonly participants: Participant[] = [];
  readonly failures: unknown[] = [];
  readonly terrain = createTerrain('meadows', 7);
  #now = 1000;
  #faulty = true;
  readonly #random: () => number;
  readonly #options: SimulationOptions;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    const now = (): number => this.#now;
    this.broker = new LossyBroker({
      now,
      random: this.#random,
      loss: () => (this.#faulty ? options.loss : 0),
      maxDelayMs: 60,
    });
    const store = options.store?.(now) ?? createMemoryStore();
    let tokens = 0;
    for (let index = 0; index < options.nodes; index++) {
      this.nodes.push(
        new Node({
          name: `node-${index}`,
          world: 'fuzz',
          terrain: this.terrain,
          openSpawn: true,
          flushMs: 100,
          holdMs: 15,
          channelSquares: 1,
          maxSessions: 1000,
          gems: options.gems ?? 2,
          wallMs: now,
          // Nodes agree on world time to within a tick.
          clock: createWorldClock(now, index * 17),
          monotonic: now,
          random: this.#random,
          newToken: () => `token-${++tokens}`,
          connectBroker: this.broker.connect,
          store,
          brokerFailed: () => undefined,
          storeFailed: (error) => this.failures.push(error),
          sessionFailed: (error) => this.failures.push(error),
        }),
      );
    }
  }

  async start(): Promise<void> {
    for (const node of this.nodes) await node.start();
    for (let index = 0; index < this.#options.players; index++) {
      const node = index % this.nodes.length;
      const participant: Participant = {
        node,
        link: undefined,
        token: null,
        backAt: undefined,
        client: this.#newClient(() => participant),
      };
      this.participants.push(participant);
      participant.client.connect();
    }
  }

  /** Lets the world go on with everybody walking about and, where asked for, coming to harm. */
  async roam(ms: number): Promise<void> {
    this.#faulty = true;
    await this.#run(ms, () => this.#mischief());
  }

  /** Mends everything, brings everybody back, and lets them stand still. */
  async calm(ms: number): Promise<void> {
    this.#faulty = false;
    for (let index = 0; index < this.nodes.length; index++) this.broker.mend(index);
    for (const participant of this.participants) if (participant.backAt !== undefined) participant.backAt = 0;
    await this.#run(ms, () => {
      for (const { client } of this.participants) client.walk(STANDING);
      this.#bringBack();
    });
  }

  /** How long healing may take after the last fault: leases, lingers and announcements, in ms. */
  static readonly HEAL_MS = 14_000 + LINGER_TICKS * TICK_MS;

  async #run(ms: number, act: () => void): Promise<void> {
    const until = this.#now + ms;
    while (this.#now < until) {
      this.#now += STEP_MS;
      this.#options.onStep?.(this);
      act();
      this.broker.pump();
      for (const participant of this.participants) {
        participant.link?.pump();
        participant.client.update();
      }
      for (const node of this.nodes) node.advance();
      // Sign-ins and subscriptions are promises.
      for (let i = 0; i < 8; i++) await Promise.resolve();
    }
  }

  #mischief(): void {
    const random = this.#random;
    this.#bringBack();
    for (const participant of this.participants) {
      const { client } = participant;
      if (random() < STEP_MS / 900) client.walk(this.#headingFor(client));
      if (!this.#options.cuts) continue;
      if (random() < STEP_MS / 15_000) participant.link?.cut(random() * 3000);
      else if (random() < STEP_MS / 20_000 && client.state.phase === 'joined') {
        participant.token = client.state.welcome.token;
        client.close();
        participant.backAt = this.#now + random() * 4000;
      }
    }
    if (!this.#options.cuts) return;
    for (let index = 0; index < this.nodes.length; index++) {
      if (random() < STEP_MS / 20_000) this.broker.cut(index);
      if (random() < STEP_MS / 1500) this.broker.mend(index);
    }
  }

  #bringBack(): void {
    for (const participant of this.participants) {
      if (participant.backAt === undefined || this.#now < participant.backAt) continue;
      participant.backAt = undefined;
      participant.node = Math.floor(this.#random() * this.nodes.length);
      participant.client = this.#newClient(() => participant, participant.token);
      participant.client.connect();
    }
  }

  #newClient(participant: () => Participant, token: string | null = null): Client {
    const random = this.#random;
    const near = (): number => Math.floor((random() - 0.5) * RANGE_TILES);
    return new Client({
      url: 'simulated',
      name: 'somebody',
      look: 0,
      screen: random() < 0.3 ? { width: 14, height: 25 } : { width: 40, height: 24 },
      at: [near(), near()],
      token,
      monotonic: () => this.#now,
      timeOfDay: () => this.#now,
      random,
      observer: this.#options.observe?.() ?? {},
      openSocket: () => {
        const owner = participant();
        const link = new SimulatedLink(this.nodes[owner.node] as Node, {
          now: () => this.#now,
          random,
          minDelayMs: 10,
          maxDelayMs: 90,
        });
        owner.link = link;
        return link.socket;
      },
    });
  }

  /** Anywhere, or back towards the middle from too far out. */
  #headingFor(client: Client): number {
    const random = this.#random;
    if (random() < 0.15) return STANDING;
    const place = client.ownPosition();
    const limit = (RANGE_TILES / 2) * 256;
    if (place !== undefined && (Math.abs(place.x) > limit || Math.abs(place.y) > limit)) {
      return headingTowards(-place.x, -place.y);
    }
    return Math.floor(random() * 256);
  }
}
