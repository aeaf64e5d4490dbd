import { type Behaviour, wandering } from '../../../client/bots/behaviour.ts';
import { freeNear, spreadOut, type Tile } from '../../../client/bots/place.ts';
import { createRandom, type Random, seedOf } from '../../../client/bots/random.ts';
import { Client } from '../../../client/core/client.ts';
import { LinkConditioner, type LinkConditions } from '../../../client/core/link-conditioner.ts';
import { createMemoryBroker } from '../../../server/broker/memory-broker.ts';
import { LoadGovernor } from '../../../server/load-governor.ts';
import { Node } from '../../../server/node.ts';
import { createMemoryStore } from '../../../server/store/memory-store.ts';
import { createWorldClock, type WorldClock } from '../../../shared/clock.ts';
import type { Blocked } from '../../../shared/motion.ts';
import { createTerrain } from '../../../shared/terrain.ts';
import { SimulatedLink } from '../../helpers/simulated-link.ts';
import { Timeline } from './timeline.ts';
import { TruePath } from './true-path.ts';

/** In tiles. */
export const SCREEN = { width: 40, height: 24 };
/** So dense that 25 others are on a screen in the middle of a large crowd; towards the edges of this one there are fewer. */
const TILES_EACH = (SCREEN.width * SCREEN.height) / 25;
/** A frame of the screen, or half of one: inputs, clocks and sockets are looked at this often, in ms. */
export const STEP_MS = 5;
/** People come one after the other, in ms. */
const ARRIVE_MS = 40;

export interface StageOptions {
  readonly players: number;
  readonly seed: number;
  readonly conditions: LinkConditions;
}

/** Somebody who walks about, and sees. */
export interface Walker {
  readonly client: Client;
  readonly path: TruePath;
}

interface Walking extends Walker {
  readonly behaviour: Behaviour;
  link: SimulatedLink | undefined;
  turnAtMs: number;
}

/**
 * A node and clients on conditioned connections, all of them real but for sockets and time: time is simulated, so that
 * the figures are those of the connection and not of a busy machine.
 */
export class Stage {
  readonly walkers: readonly Walker[];
  readonly timeline = new Timeline();
  readonly #walking: readonly Walking[];
  readonly #node: Node;
  readonly #clock: WorldClock;
  readonly #failures: unknown[] = [];

  constructor({ players, seed, conditions }: StageOptions) {
    const { now } = this.timeline;
    const terrain = createTerrain('meadows', 7);
    this.#clock = createWorldClock(now);
    let tokens = 0;
    this.#node = new Node({
      name: 'stage',
      world: 'bench',
      terrain,
      openSpawn: true,
      flushMs: 100,
      holdMs: 15,
      defer: (run) => run(),
      governor: new LoadGovernor(),
      channelSquares: 1,
      maxSessions: players,
      gems: 0,
      wallMs: now,
      clock: this.#clock,
      monotonic: now,
      random: createRandom(seedOf(seed, 0)),
      newToken: () => `token-${++tokens}`,
      connectBroker: createMemoryBroker(),
      store: createMemoryStore(),
      brokerFailed: (error) => this.#failures.push(error),
      storeFailed: (error) => this.#failures.push(error),
      sessionFailed: (error) => this.#failures.push(error),
    });
    const homes = spreadOut(players, TILES_EACH, createRandom(seedOf(seed, 2)));
    this.#walking = homes.map((home, index) =>
      this.#walker(freeNear(home, terrain.blocked), createRandom(seedOf(seed, 3 + index)), terrain.blocked, conditions),
    );
    this.walkers = this.#walking;
  }

  /** Brings everybody in. @throws when not all are in after so many ms */
  async enter(withinMs: number): Promise<void> {
    await this.#node.start();
    for (const { client } of this.#walking) {
      client.connect();
      await this.run(ARRIVE_MS, () => undefined);
    }
    const missing = (): number => this.#walking.filter(({ client }) => client.own === undefined).length;
    for (let waited = 0; missing() > 0 && waited < withinMs; waited += 100) await this.run(100, () => undefined);
    if (missing() > 0) throw new Error(`${missing()} of ${this.#walking.length} did not get in.`);
  }

  /** World time now, in ms. */
  get worldMs(): number {
    return this.#clock.nowMs();
  }

  /** Lets time pass; `look` is called after every step. */
  async run(ms: number, look: () => void): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      this.timeline.advance(STEP_MS);
      for (const walking of this.#walking) {
        walking.link?.pump();
        this.#walk(walking);
        walking.client.update();
        walking.link?.pump();
      }
      this.#node.advance();
      // Sign-ins are promises.
      for (let turn = 0; turn < 4; turn++) await Promise.resolve();
      look();
    }
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  #walk(walking: Walking): void {
    const { client, behaviour } = walking;
    const place = client.own === undefined ? undefined : client.ownPosition();
    const nowMs = this.timeline.now();
    if (place === undefined || nowMs < walking.turnAtMs) return;
    const { heading, forMs } = behaviour.turn(place.x, place.y, nowMs);
    walking.turnAtMs = nowMs + forMs;
    client.walk(heading);
  }

  #walker(home: Tile, random: Random, blocked: Blocked, conditions: LinkConditions): Walking {
    const { now, later } = this.timeline;
    const conditioner = new LinkConditioner({ monotonic: now, random, later });
    conditioner.set(conditions);
    const path = new TruePath(blocked);
    const walking: Walking = {
      path,
      behaviour: wandering(home, random),
      link: undefined,
      turnAtMs: 0,
      client: new Client({
        url: 'simulated',
        name: 'somebody',
        look: 0,
        screen: SCREEN,
        at: [home.tileX, home.tileY],
        monotonic: now,
        timeOfDay: now,
        random,
        observer: { acknowledged: (_n, _rev, motion) => path.add(motion) },
        openSocket: conditioner.wrap(() => {
          walking.link = new SimulatedLink(this.#node, {
            now,
            random,
            minDelayMs: 0,
            maxDelayMs: 0,
          });
          return walking.link.socket;
        }),
      }),
    };
    return walking;
  }
}
