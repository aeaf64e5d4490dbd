import { spreadOut } from '../../../client/bots/place.ts';
import { createRandom, type Random } from '../../../client/bots/random.ts';
import { createMemoryBroker } from '../../../server/broker/memory-broker.ts';
import { Session } from '../../../server/gateway/session.ts';
import { LoadGovernor } from '../../../server/load-governor.ts';
import { Node } from '../../../server/node.ts';
import { createMemoryStore } from '../../../server/store/memory-store.ts';
import type { Player } from '../../../server/world/player.ts';
import { encodeClientMessage } from '../../../shared/client-codec.ts';
import { createWorldClock } from '../../../shared/clock.ts';
import { PROTOCOL_VERSION, REWIND_TICKS, TICK_MS } from '../../../shared/constants.ts';
import { STANDING } from '../../../shared/motion.ts';
import type { Input } from '../../../shared/protocol.ts';
import { createTerrain } from '../../../shared/terrain.ts';
import { SCREEN } from '../crowd/orders.ts';

/** With 40 × 24 tiles on the screen about 25 others are in each interest. */
const TILES_EACH = 205;
const FLUSH_TICKS = 2;
/** By then everybody is in the world. */
const JOIN_FLUSHES = 20;
/** Inputs come late by up to so many ticks, as over a connection of up to 200 ms. */
const LATEST_TICKS = 4;

/** One of the node's sessions, and what is known of its player from what it said. */
interface Guest {
  readonly session: Session;
  readonly player: Player;
  said: Input | undefined;
  appliedTick: number;
}

/**
 * A real node with sessions on it, without sockets and with a clock that is moved by hand: what comes in is given to the
 * sessions one by one, and the ticks and flushes between are nobody's cost.
 */
export class BusyNode {
  readonly node: Node;
  #guests: readonly Guest[] = [];
  #inputs = 0;
  #nowMs = 100_000;
  readonly #random: Random;
  readonly #failures: unknown[] = [];

  private constructor(sessions: number) {
    this.#random = createRandom(sessions);
    const now = (): number => this.#nowMs;
    const failed = (error: unknown): void => {
      this.#failures.push(error);
    };
    let tokens = 0;
    this.node = new Node({
      name: 'busy',
      world: 'bench',
      terrain: createTerrain('flat', 7),
      openSpawn: true,
      flushMs: FLUSH_TICKS * TICK_MS,
      holdMs: 15,
      defer: (run) => run(),
      governor: new LoadGovernor(),
      channelSquares: 1,
      maxSessions: sessions,
      gems: 0,
      wallMs: now,
      clock: createWorldClock(now, 1e8),
      monotonic: now,
      random: this.#random,
      newToken: () => `token-${++tokens}`,
      connectBroker: createMemoryBroker(),
      store: createMemoryStore(),
      brokerFailed: failed,
      storeFailed: failed,
      sessionFailed: failed,
    });
  }

  /** One with so many sessions, all of them in the world. */
  static async start(sessions: number): Promise<BusyNode> {
    const busy = new BusyNode(sessions);
    await busy.node.start();
    const homes = spreadOut(sessions, TILES_EACH, busy.#random);
    const joining = homes.map(({ tileX, tileY }) => busy.#connect([tileX, tileY]));
    for (let i = 0; i < JOIN_FLUSHES; i++) await busy.flush();
    busy.#guests = joining.map((session) => {
      const player = session.joined?.player;
      if (player === undefined) throw new Error(`A session is still ${session.phase}.`);
      return { session, player, said: undefined, appliedTick: player.lastInputTick };
    });
    return busy;
  }

  get sessions(): readonly Session[] {
    return this.#guests.map(({ session }) => session);
  }

  get players(): readonly Player[] {
    return this.#guests.map(({ player }) => player);
  }

  /** Lets time pass until everybody has been sent what there is to tell. @throws what went wrong in the node */
  async flush(): Promise<void> {
    for (let i = 0; i < FLUSH_TICKS; i++) {
      this.#nowMs += TICK_MS;
      this.node.advance();
      // Sign-ins and the broker's deliveries are promises.
      for (let turn = 0; turn < 8; turn++) await Promise.resolve();
    }
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  /** What everybody says next: another heading, stamped with a tick of the last few. */
  nextInputs(): readonly Input[] {
    const n = ++this.#inputs;
    return this.#guests.map((guest): Input => {
      const tick = this.node.world.tick - Math.floor(this.#random() * LATEST_TICKS);
      const heading = Math.floor(this.#random() * (STANDING + 1));
      guest.said = { type: 'input', n, tick, heading, frame: this.frame };
      return guest.said;
    });
  }

  /** Number of the last frame that everybody has got. */
  get frame(): number {
    return this.node.world.tick - (this.node.world.tick % FLUSH_TICKS);
  }

  /** Asserts that everybody walks as they last said (M2). */
  assertApplied(): void {
    for (const { player, session, said, appliedTick } of this.#guests) {
      if (said === undefined) continue;
      const tick = Math.max(said.tick, appliedTick, this.node.world.tick - REWIND_TICKS);
      const { motion, lastInput } = player;
      if (lastInput === said.n && motion.tick === tick && motion.heading === said.heading) continue;
      const is = `${lastInput}: ${motion.heading} at ${motion.tick}`;
      throw new Error(`A ${session.phase} player said ${said.n}: ${said.heading} at ${tick}, and is at ${is}.`);
    }
    for (const guest of this.#guests) guest.appliedTick = guest.player.lastInputTick;
  }

  #connect(at: readonly [number, number]): Session {
    const session = this.node.connect({
      bufferedBytes: 0,
      send: () => undefined,
      close: (code, sentence) => this.#failures.push(new Error(`A session was closed with ${code}: ${sentence}`)),
    });
    if (!(session instanceof Session)) throw new Error(session.sentence);
    const hello = { type: 'hello', protocol: PROTOCOL_VERSION, name: 'Busy', look: 0, token: null, at } as const;
    session.receive(encodeClientMessage({ ...hello, ...SCREEN }));
    return session;
  }
}
