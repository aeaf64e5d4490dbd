import type { SocketFactory, SocketLike } from './connection.ts';
import { type LaneOptions, type LinkConditions, LinkLane } from './link-lane.ts';

export type { LaneOptions as ConditionerOptions, LinkConditions } from './link-lane.ts';

export const PERFECT: LinkConditions = { latencyMs: 0, jitterMs: 0, stallMs: 0, stallsPerMinute: 0, bytesPerSecond: 0 };

/** What a socket closes with that was given up because a lane held too much, see `MAX_HELD_BYTES` of the lanes. */
export const HELD_TOO_MUCH = 'The net lab held back more than it may.';
/** The connection is given up for another one, and the player means to stay (P-CLOSE-3). */
const GIVEN_UP = 3000;
const MINUTE_MS = 60_000;

/**
 * Makes real connections worse, both ways: what is sent and received waits, in order, as on a longer, narrower or
 * lossier line. While nothing is made worse and nothing waits any more, everything passes at once and without a timer.
 */
export class LinkConditioner {
  readonly #options: LaneOptions;
  readonly #sockets = new Set<WorseSocket>();
  #conditions = PERFECT;
  /** Until when nothing passes, and when that happens next. */
  #stalledUntil = Number.NEGATIVE_INFINITY;
  #nextStallAt = Number.POSITIVE_INFINITY;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get conditions(): LinkConditions {
    return this.#conditions;
  }

  get isPerfect(): boolean {
    const { latencyMs, jitterMs, bytesPerSecond } = this.#conditions;
    return latencyMs === 0 && jitterMs === 0 && bytesPerSecond === 0 && !this.#hasStalls;
  }

  /**
   * From now on, for connections that are open too: what is under way arrives when it would have, what still waits for
   * its turn to be sent goes by the new conditions. A stall ends when others are set.
   * @throws RangeError for what is negative or no number
   */
  set(conditions: LinkConditions): void {
    for (const [name, value] of Object.entries(conditions)) {
      if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) throw new RangeError(`${name} must be 0 or more.`);
    }
    const { stallMs, stallsPerMinute } = this.#conditions;
    this.#conditions = { ...conditions };
    if (conditions.stallMs !== stallMs || conditions.stallsPerMinute !== stallsPerMinute) this.#restartStalls();
    for (const socket of this.#sockets) socket.reschedule();
  }

  /** A factory whose sockets are the other's, made worse. */
  wrap(openSocket: SocketFactory): SocketFactory {
    return (url, protocol) => {
      const socket = new WorseSocket(openSocket(url, protocol), this, this.#options, () =>
        this.#sockets.delete(socket),
      );
      this.#sockets.add(socket);
      return socket;
    };
  }

  /** Until when nothing passes, as known at a time. */
  stalledUntil(now: number): number {
    while (this.#nextStallAt <= now) {
      this.#stalledUntil = this.#nextStallAt + this.#conditions.stallMs;
      this.#nextStallAt += this.#untilNextStall();
    }
    return this.#stalledUntil;
  }

  get #hasStalls(): boolean {
    return this.#conditions.stallMs > 0 && this.#conditions.stallsPerMinute > 0;
  }

  #restartStalls(): void {
    this.#stalledUntil = Number.NEGATIVE_INFINITY;
    this.#nextStallAt = this.#hasStalls ? this.#options.monotonic() + this.#untilNextStall() : Number.POSITIVE_INFINITY;
  }

  /** Stalls come independently of one another: between two of them lies an exponentially distributed time. */
  #untilNextStall(): number {
    return (-Math.log(1 - this.#options.random()) * MINUTE_MS) / this.#conditions.stallsPerMinute;
  }
}

/** A socket in front of another, with a lane each way. */
class WorseSocket implements SocketLike {
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  onerror: SocketLike['onerror'] = null;
  readonly #socket: SocketLike;
  readonly #options: LaneOptions;
  readonly #in: LinkLane;
  readonly #out: LinkLane;
  readonly #over: () => void;
  #isOver = false;

  constructor(socket: SocketLike, conditioner: LinkConditioner, options: LaneOptions, over: () => void) {
    this.#socket = socket;
    this.#options = options;
    this.#over = over;
    this.#in = new LinkLane(conditioner, options);
    this.#out = new LinkLane(conditioner, options);
    // A handshake is a question and its answer: it takes the way there as well.
    socket.onopen = (event: unknown) => this.#receive(0, () => this.onopen?.(event as never), 2);
    socket.onmessage = (event: { readonly data: unknown }) =>
      this.#receive(sizeOf(event.data), () => this.onmessage?.(event as never));
    socket.onerror = (event: unknown) => this.#receive(0, () => this.onerror?.(event as never));
    socket.onclose = (event: unknown) => {
      this.#out.clear();
      this.#receive(0, () => {
        this.#end();
        this.onclose?.(event as never);
      });
    };
  }

  get binaryType(): string {
    return this.#socket.binaryType;
  }

  set binaryType(type: string) {
    this.#socket.binaryType = type;
  }

  send(data: Uint8Array<ArrayBuffer>): void {
    if (this.#isOver) return;
    // Whoever has sent something may write over it.
    const bytes = this.#out.isClear ? data : data.slice();
    if (!this.#out.push(bytes.length, () => this.#socket.send(bytes))) this.#giveUp();
  }

  close(code?: number, reason?: string): void {
    if (!this.#isOver && !this.#out.push(0, () => this.#socket.close(code, reason))) this.#giveUp();
  }

  /** The conditions are others. */
  reschedule(): void {
    this.#in.reschedule();
    this.#out.reschedule();
  }

  #receive(bytes: number, deliver: () => void, crossings = 1): void {
    // The timers of a hidden page may run once a minute; what arrives is a better clock.
    this.#out.pump();
    if (!this.#in.push(bytes, deliver, crossings)) this.#giveUp();
  }

  /** One of the lanes holds too much: what waits is lost, and the connection with it. */
  #giveUp(): void {
    const { onclose } = this;
    this.#end();
    this.#socket.close(GIVEN_UP);
    // Sockets never report from within a call.
    this.#options.later(0, () => onclose?.({ code: 1006, reason: HELD_TOO_MUCH } as never));
  }

  #end(): void {
    this.#isOver = true;
    this.#in.clear();
    this.#out.clear();
    const socket = this.#socket;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    // An error that nobody listens to ends a process where sockets are those of `ws`.
    socket.onerror = () => undefined;
    this.#over();
  }
}

/** What a message weighs on the line, in bytes. */
function sizeOf(data: unknown): number {
  if (data instanceof ArrayBuffer) return data.byteLength;
  return typeof data === 'string' ? data.length : 0;
}
