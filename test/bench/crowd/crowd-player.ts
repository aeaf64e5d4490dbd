import { type Behaviour, wandering } from '../../../client/bots/behaviour.ts';
import { createRandom } from '../../../client/bots/random.ts';
import { Replica } from '../../../client/core/replica.ts';
import { encodeClientMessage } from '../../../shared/client-codec.ts';
import { LOOKS, PROTOCOL_VERSION, TICK_MS } from '../../../shared/constants.ts';
import { advance, STANDING } from '../../../shared/motion.ts';
import type { ClientMessage, Own, ServerMessage } from '../../../shared/protocol.ts';
import { eachMotion, readEnters, readLeaves } from '../../../shared/records.ts';
import { decodeServerFrame } from '../../../shared/server-codec.ts';
import { WireSocket } from '../../helpers/wire-socket.ts';
import { SCREEN, type Seat } from './orders.ts';

/** With nothing else to say, a client is heard this often, in ms. */
const ALIVE_MS = 1000;
/** The first turns are spread over the mean time between two, in ms. */
const STAGGER_MS = 1000;

const nothingIsBlocked = (): boolean => false;

/**
 * A player of a benchmark's crowd, on flat ground: walks about like a bot, counts what it is told, and keeps the picture
 * that a client keeps. Cheaper than a bot, for it neither predicts nor plays back.
 */
export class CrowdPlayer {
  readonly replica: Replica;
  updates = 0;
  frames = 0;
  turns = 0;
  /** What it was told twice, and squares whose checksum disagreed: what must not happen. */
  duplicates = 0;
  disagreements = 0;
  readonly #socket: WireSocket;
  readonly #behaviour: Behaviour;
  readonly #random: () => number;
  readonly #haste: number;
  #id: number | undefined;
  #own: Own | undefined;
  /** World time less the local one, as the frames say: a little late, as they are. */
  #worldOffsetMs = Number.NEGATIVE_INFINITY;
  #frame = 0;
  #input = 0;
  #saidAtMs = 0;
  #turnAtMs: number | undefined;
  #isLeaving = false;

  constructor({ port, tileX, tileY, seed, haste = 1 }: Seat) {
    this.#haste = haste;
    this.#random = createRandom(seed);
    this.#behaviour = wandering({ tileX, tileY }, this.#random);
    const ignore = (): void => undefined;
    this.replica = new Replica(nothingIsBlocked, {
      entered: ignore,
      left: ignore,
      moved: ignore,
      profiled: ignore,
      duplicated: () => {
        this.duplicates++;
      },
    });
    this.#socket = new WireSocket(port);
    this.#socket.onMessage = (payload) => this.#receive(payload);
    void this.#socket.ended.then(({ code, reason }) => {
      if (!this.#isLeaving) throw new Error(`A player of the crowd was closed with ${code}: ${reason}`);
    });
    const at = [tileX, tileY] as const;
    const look = seed % LOOKS;
    this.#say({ type: 'hello', protocol: PROTOCOL_VERSION, name: 'Crowd', look, ...SCREEN, token: null, at });
  }

  get id(): number | undefined {
    return this.#id;
  }

  /** What the server says of this player's own motion; undefined until it has answered the last input. */
  get settled(): Own | undefined {
    return this.#own?.n === this.#input ? this.#own : undefined;
  }

  /** From now on it walks. */
  walk(nowMs: number): void {
    this.#turnAtMs = nowMs + this.#random() * STAGGER_MS;
  }

  /** From now on it stands. */
  stand(): void {
    this.#turnAtMs = undefined;
    this.#turn(STANDING, performance.now());
  }

  /** To be called often: makes the turn that is due, or says that it is alive. */
  drive(nowMs: number): void {
    const own = this.#own;
    if (own === undefined) return;
    if (this.#turnAtMs !== undefined && nowMs >= this.#turnAtMs) {
      const { x, y } = advance(own, this.#tickAt(nowMs), nothingIsBlocked);
      const { heading, forMs } = this.#behaviour.turn(x, y, nowMs);
      this.#turnAtMs = Math.max(this.#turnAtMs + forMs / this.#haste, nowMs);
      this.turns++;
      this.#turn(heading, nowMs);
    } else if (nowMs - this.#saidAtMs >= ALIVE_MS) {
      this.#say({ type: 'alive', frame: this.#frame, nonce: null });
    }
  }

  async leave(): Promise<void> {
    this.#isLeaving = true;
    this.#socket.leave(true);
    await this.#socket.ended;
  }

  #turn(heading: number, nowMs: number): void {
    this.#say({ type: 'input', n: ++this.#input, tick: this.#tickAt(nowMs), heading, frame: this.#frame });
  }

  #tickAt(nowMs: number): number {
    return Math.floor((nowMs + this.#worldOffsetMs) / TICK_MS);
  }

  #say(message: ClientMessage): void {
    this.#saidAtMs = performance.now();
    this.#socket.send(encodeClientMessage(message));
  }

  #receive(payload: Uint8Array): void {
    this.frames++;
    for (const message of decodeServerFrame(payload)) this.#take(message);
    this.replica.expire(this.#frame);
  }

  #take(message: ServerMessage): void {
    switch (message.type) {
      case 'frame':
        this.#frame = message.tick;
        this.#worldOffsetMs = Math.max(this.#worldOffsetMs, message.tick * TICK_MS - performance.now());
        break;
      case 'welcome':
        this.#id = message.id;
        break;
      case 'own':
        this.#own = message;
        break;
      case 'motions':
        eachMotion(message.records, ({ id }) => this.#count(id));
        this.replica.motions(message.records, this.#frame);
        break;
      case 'changes':
        for (const { id } of readEnters(message.enters)) this.#count(id);
        for (const { id } of readLeaves(message.leaves)) this.#count(id);
        this.replica.changes(message, this.#frame);
        break;
      case 'snapshot':
        this.replica.snapshot(message, this.#frame);
        break;
      case 'forget':
        this.replica.forget(message.sx, message.sy, this.#frame);
        break;
      case 'check':
        this.disagreements += this.replica.check(message).length;
        break;
      case 'pong':
      case 'profiles':
      case 'players':
        break;
    }
  }

  #count(id: number): void {
    if (id !== this.#id) this.updates++;
  }
}
