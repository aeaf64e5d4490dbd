import { Client } from '../../client/core/client.ts';
import type { Observer } from '../../client/core/observer.ts';
import { LoadGovernor } from '../../server/load-governor.ts';
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
import { WanderingGovernor } from './wandering-governor.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly players: number;
  /** Share of messages between nodes that are lost while there are faults. */
  readonly loss: number;
  /** Whether nodes are cut off, links cut, and players vanish and return. */
  readonly cuts: boolean;
  /**
   * Whether connections become narrow or stop for a while, nodes flush in changing rhythms, and frames go out a few
   * sessions at a time with all the rest between.
   */
  readonly isStrained?: boolean;
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
  /** What gets through to it, in bytes per second, whatever connection it has; and until when, in ms. */
  rate: number;
  wideAt: number;
}

/** A part of a node's work that waits for its turn. */
interface Turn {
  readonly at: number;
  readonly run: () => void;
}

/** One step of simulated time, in ms. */
export const STEP_MS = 10;
/** Players keep to this many tiles around the corner where four squares meet. */
const RANGE_TILES = 90;
/** Under strain so many sessions are sent theirs in one go, and the next so many at most this much later, in ms. */
const SLICE_SESSIONS = 4;
const MAX_TURN_MS = 60;
/** A connection comes to harm about so often, and stops altogether in one case in so many. In ms. */
const NARROW_EVERY_MS = 6000;
const STOP_SHARE = 0.7;
/** What gets through otherwise, in bytes per second. */
const LEAST_RATE = 500;
const MOST_RATE = 20_000;
/** How long, in ms: around the limits of an outbox. */
const STOP_MS = { least: 2200, most: 4400 } as const;
const NARROW_MS = { least: 1000, most: 9000 } as const;

/**
 * Several nodes, a broker that loses messages, and clients on the real client core, all on one seeded clock. What is
 * real: everything but sockets, timers and chance.
 */
export class Simulation {
  readonly broker: LossyBroker;
  readonly nodes: Node[] = [];
  readonly participants: Participant[] = [];
  readonly failures: unknown[] = [];
  readonly governors: WanderingGovernor[] = [];
  /** How often nodes have closed a session, and clients have lost one, by code. */
  readonly closings = new Map<number, number>();
  readonly losses = new Map<number, number>();
  /** Slices of flushes that had to wait. */
  turns = 0;
  readonly terrain = createTerrain('meadows', 7);
  #now = 1000;
  #faulty = true;
  readonly #random: () => number;
  /** For the strain alone. */
  readonly #fate: () => number;
  readonly #options: SimulationOptions;
  /** All connections that are not over at both ends. */
  readonly #links = new Set<SimulatedLink>();
  #waiting: Turn[] = [];

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#fate = seededRandom(options.seed ^ 0x3c3c3c3c);
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
          defer: (run) => this.#defer(run),
          governor: this.#governor(),
          ...(options.isStrained === true ? { sliceSessions: SLICE_SESSIONS } : {}),
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
          closed: (code) => this.closings.set(code, (this.closings.get(code) ?? 0) + 1),
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
        rate: Number.POSITIVE_INFINITY,
        wideAt: 0,
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
    for (const governor of this.governors) governor.isResting = true;
    for (const participant of this.participants) {
      if (participant.backAt !== undefined) participant.backAt = 0;
      widen(participant);
    }
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
      for (const link of this.#links) {
        link.pump();
        if (link.isOver) this.#links.delete(link);
      }
      for (const { client } of this.participants) client.update();
      this.#takeTurns();
      for (const node of this.nodes) node.advance();
      // Sign-ins and subscriptions are promises.
      for (let i = 0; i < 8; i++) await Promise.resolve();
    }
  }

  #governor(): LoadGovernor | WanderingGovernor {
    if (this.#options.isStrained !== true) return new LoadGovernor();
    const governor = new WanderingGovernor(this.#fate);
    this.governors.push(governor);
    return governor;
  }

  #defer(run: () => void): void {
    this.turns++;
    this.#waiting.push({ at: this.#now + this.#fate() * MAX_TURN_MS, run });
  }

  #takeTurns(): void {
    const due = this.#waiting.filter(({ at }) => at <= this.#now);
    this.#waiting = this.#waiting.filter(({ at }) => at > this.#now);
    for (const { run } of due) run();
  }

  /** Makes connections narrow, and wide again. */
  #strain(): void {
    const fate = this.#fate;
    for (const participant of this.participants) {
      if (participant.rate !== Number.POSITIVE_INFINITY) {
        if (this.#now >= participant.wideAt) widen(participant);
      } else if (fate() < STEP_MS / NARROW_EVERY_MS) {
        const isStopped = fate() < STOP_SHARE;
        participant.rate = isStopped ? 0 : LEAST_RATE * (MOST_RATE / LEAST_RATE) ** fate();
        const { least, most } = isStopped ? STOP_MS : NARROW_MS;
        participant.wideAt = this.#now + least + fate() * (most - least);
        if (participant.link !== undefined) participant.link.rate = participant.rate;
      }
    }
  }

  #mischief(): void {
    const random = this.#random;
    this.#bringBack();
    if (this.#options.isStrained === true) this.#strain();
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
      observer: this.#observer(),
      openSocket: () => {
        const owner = participant();
        const link = new SimulatedLink(this.nodes[owner.node] as Node, {
          now: () => this.#now,
          random,
          minDelayMs: 10,
          maxDelayMs: 90,
        });
        link.rate = owner.rate;
        owner.link = link;
        this.#links.add(link);
        return link.socket;
      },
    });
  }

  #observer(): Partial<Observer> {
    const observer = this.#options.observe?.() ?? {};
    return {
      ...observer,
      closed: (code, reason, willReconnect) => {
        this.losses.set(code, (this.losses.get(code) ?? 0) + 1);
        observer.closed?.(code, reason, willReconnect);
      },
    };
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

/** All gets through again. */
function widen(participant: Participant): void {
  participant.rate = Number.POSITIVE_INFINITY;
  if (participant.link !== undefined) participant.link.rate = participant.rate;
}
