import { Client } from '../../client/core/client.ts';
import type { ConnectBroker } from '../../server/broker/broker.ts';
import { createMemoryBroker } from '../../server/broker/memory-broker.ts';
import { LoadGovernor } from '../../server/load-governor.ts';
import { Node, type NodeOptions } from '../../server/node.ts';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import type { Store } from '../../server/store/store.ts';
import { createWorldClock } from '../../shared/clock.ts';
import { TICK_MS } from '../../shared/constants.ts';
import type { Hello } from '../../shared/protocol.ts';
import { createTerrain, type Terrain, type TerrainKind } from '../../shared/terrain.ts';
import { Seat } from './seat.ts';
import { SimulatedLink } from './simulated-link.ts';
import { SpyBroker } from './spy-broker.ts';

export interface StageOptions {
  readonly nodes?: number;
  readonly terrain?: TerrainKind;
  /** By default the in-process broker with a spy in front. */
  readonly broker?: (now: () => number) => { readonly connect: ConnectBroker; pump(): void };
  /** Where the clock starts, in ms. */
  readonly startMs?: number;
  readonly store?: Store;
  /** What all nodes' rhythm is; by default a real one, which on this clock has no reason to change it. */
  readonly governor?: NodeOptions['governor'];
}

/** One step of time, in ms: fine enough for links that delay. */
const STEP_MS = 10;
/** A lively seat is heard this often, in ticks. */
const ALIVE_TICKS = 20;

/**
 * Nodes on a clock that stands still until a test moves it, and sessions without sockets: what happens at which tick
 * is up to the test, to the tick.
 */
export class Stage {
  readonly nodes: Node[] = [];
  readonly seats: Seat[] = [];
  readonly spy = new SpyBroker(createMemoryBroker());
  readonly terrain: Terrain;
  readonly failures: unknown[] = [];
  readonly #onStep: (() => void)[] = [];
  readonly #pump: () => void;
  #now: number;
  /** The clock, in ms. */
  readonly now = (): number => this.#now;

  private constructor(options: StageOptions) {
    const { nodes = 1, terrain = 'flat', broker, startMs = 100_000, store = createMemoryStore(), governor } = options;
    this.#now = startMs;
    this.terrain = createTerrain(terrain, 7);
    const other = broker?.(this.now);
    this.#pump = () => other?.pump();
    let tokens = 0;
    for (let index = 0; index < nodes; index++) {
      this.nodes.push(
        new Node({
          name: `node-${index}`,
          world: 'stage',
          terrain: this.terrain,
          openSpawn: true,
          flushMs: 100,
          holdMs: 15,
          defer: (run) => run(),
          governor: governor ?? new LoadGovernor(),
          channelSquares: 1,
          maxSessions: 1000,
          gems: 2,
          wallMs: () => 0,
          clock: createWorldClock(this.now, startMs),
          monotonic: this.now,
          random: () => 0.5,
          newToken: () => `token-${++tokens}`,
          connectBroker: other?.connect ?? this.spy.connect,
          store,
          brokerFailed: (error) => this.failures.push(error),
          storeFailed: (error) => this.failures.push(error),
          sessionFailed: (error) => this.failures.push(error),
        }),
      );
    }
  }

  static async start(options: StageOptions = {}): Promise<Stage> {
    const stage = new Stage(options);
    for (const node of stage.nodes) await node.start();
    return stage;
  }

  get node(): Node {
    return this.nodes[0] as Node;
  }

  /** The world tick that is now. */
  get tick(): number {
    return Math.floor(this.#now / TICK_MS);
  }

  /** Lets time pass; `each` is called after every tick. */
  async ticks(count: number, each: () => void = () => undefined): Promise<void> {
    for (let i = 0; i < count; i++) {
      for (let step = 0; step < TICK_MS; step += STEP_MS) {
        this.#now += STEP_MS;
        this.#pump();
        for (const act of this.#onStep) act();
        for (const node of this.nodes) node.advance();
        // Sign-ins, subscriptions and the broker's deliveries are promises.
        for (let turn = 0; turn < 8; turn++) await Promise.resolve();
      }
      if (this.tick % ALIVE_TICKS === 0) {
        for (const seat of this.seats) {
          if (seat.isLively && seat.ending === undefined) seat.alive();
        }
      }
      each();
    }
  }

  /** The nodes' process stands still for a while, and then goes on. */
  async stall(ms: number): Promise<void> {
    this.#now += ms;
    for (const node of this.nodes) node.advance();
    await this.ticks(1);
  }

  /** Lets time pass until a condition holds. @throws Error when it does not within `limit` ticks */
  async until(what: string, condition: () => boolean, limit = 400): Promise<void> {
    for (let i = 0; i < limit && !condition(); i++) await this.ticks(1);
    if (!condition()) throw new Error(`Waited ${limit} ticks in vain until ${what}.`);
  }

  /** Connects the real client core over a link that takes `delayMs` each way. */
  connect(delayMs: number): Client {
    let link: SimulatedLink | undefined;
    const client = new Client({
      url: 'simulated',
      name: 'Client',
      look: 0,
      screen: { width: 40, height: 24 },
      monotonic: this.now,
      random: () => 0.5,
      openSocket: () => {
        const conditions = { now: this.now, random: () => 0, minDelayMs: delayMs, maxDelayMs: delayMs };
        link = new SimulatedLink(this.node, conditions);
        return link.socket;
      },
    });
    this.#onStep.push(() => {
      link?.pump();
      client.update();
    });
    client.connect();
    return client;
  }

  /** Seats somebody on a node, who says hello. */
  seat(hello: Partial<Hello> = {}, node = this.node): Seat {
    const seat = new Seat(node, () => this.tick, this.terrain.blocked);
    this.seats.push(seat);
    seat.hello(hello);
    return seat;
  }

  /** Seats somebody on a node and waits until they have their first picture. */
  async join(hello: Partial<Hello> = {}, node = this.node): Promise<Seat> {
    const seat = this.seat(hello, node);
    await this.until('somebody has joined', () => seat.replica.squares.size > 0 || seat.ending !== undefined);
    return seat;
  }
}
