import type { Broker } from '../broker/broker.ts';
import type { GridSquare } from './grid-square.ts';
import { RESUBSCRIBE_TICKS, UNSUBSCRIBE_TICKS } from './limits.ts';

type Status =
  /** `isLeft`: it was to be given up, and the broker may not have done so. */
  | { readonly is: 'wanted'; readonly from: number; readonly isLeft: boolean }
  /** Until the broker has done so, which it may not for as long as it is away. */
  | { readonly is: 'subscribing'; readonly call: object; readonly idleSince: number | undefined }
  | { readonly is: 'subscribed'; readonly idleSince: number | undefined }
  | { readonly is: 'unsubscribing' }
  /** The broker would not let go of it yet. */
  | { readonly is: 'unwanted'; readonly from: number };

export interface SubscriptionEvents {
  /** The square is looked at, and the broker is being asked for it; told again when it is asked again. */
  subscribing(square: GridSquare): void;
  /** The broker delivers from now on. */
  subscribed(square: GridSquare): void;
  /** The square is looked at no longer. */
  unsubscribed(square: GridSquare): void;
  failed(error: unknown): void;
}

/**
 * What this node is subscribed to at the broker (G2): the first viewer of a square subscribes, the last one
 * unsubscribes after a linger. A tick's changes go out in one call; what fails is rolled back and tried again.
 */
export class Subscriptions {
  readonly #broker: Broker;
  readonly #channelOf: (square: GridSquare) => string;
  readonly #events: SubscriptionEvents;
  readonly #status = new Map<GridSquare, Status>();
  /** Squares whose status may change at the next `settle`. */
  readonly #unsettled = new Set<GridSquare>();

  constructor(broker: Broker, channelOf: (square: GridSquare) => string, events: SubscriptionEvents) {
    this.#broker = broker;
    this.#channelOf = channelOf;
    this.#events = events;
  }

  get size(): number {
    return this.#status.size;
  }

  /** Whether the broker has been, or is to be, asked about this square: it must not be let go of before. */
  has(square: GridSquare): boolean {
    return this.#status.has(square);
  }

  acquire(square: GridSquare, tick: number): void {
    square.viewers++;
    const status = this.#status.get(square);
    if (status?.is === 'subscribed' || status?.is === 'subscribing') {
      this.#status.set(square, { ...status, idleSince: undefined });
    } else if (status?.is !== 'wanted') {
      this.#status.set(square, { is: 'wanted', from: tick, isLeft: status !== undefined });
      this.#unsettled.add(square);
    }
  }

  release(square: GridSquare, tick: number): void {
    square.viewers--;
    if (square.viewers > 0) return;
    const status = this.#status.get(square);
    if (status?.is === 'subscribed' || status?.is === 'subscribing') {
      this.#status.set(square, { ...status, idleSince: tick });
    }
    this.#unsettled.add(square);
  }

  /** Sends what the last tick changed: at most one call each way. */
  settle(tick: number): void {
    if (this.#unsettled.size === 0) return;
    const wanted: GridSquare[] = [];
    const idle: GridSquare[] = [];
    for (const square of this.#unsettled) {
      const status = this.#status.get(square);
      if (status === undefined || status.is === 'unsubscribing') {
        this.#unsettled.delete(square);
      } else if (status.is === 'unwanted') {
        if (tick >= status.from) idle.push(square);
      } else if (status.is === 'wanted') {
        if (square.viewers === 0) {
          if (status.isLeft) this.#status.set(square, { is: 'unwanted', from: tick });
          else {
            this.#status.delete(square);
            this.#unsettled.delete(square);
          }
          this.#events.unsubscribed(square);
        } else if (tick >= status.from) wanted.push(square);
      } else if (status.idleSince === undefined) this.#unsettled.delete(square);
      else if (tick - status.idleSince >= UNSUBSCRIBE_TICKS) {
        this.#events.unsubscribed(square);
        idle.push(square);
      }
    }
    if (wanted.length > 0) void this.#subscribe(wanted, tick);
    if (idle.length > 0) void this.#unsubscribe(idle, tick);
  }

  async #subscribe(squares: readonly GridSquare[], tick: number): Promise<void> {
    const call = {};
    for (const square of squares) {
      this.#status.set(square, { is: 'subscribing', call, idleSince: undefined });
      this.#unsettled.delete(square);
      this.#events.subscribing(square);
    }
    /** Those that have not been given up in the meantime. */
    const stillAsked = (): [GridSquare, number | undefined][] =>
      squares.flatMap((square) => {
        const status = this.#status.get(square);
        return status?.is === 'subscribing' && status.call === call ? [[square, status.idleSince]] : [];
      });
    try {
      await this.#broker.subscribe(squares.map(this.#channelOf));
      for (const [square, idleSince] of stillAsked()) {
        this.#status.set(square, { is: 'subscribed', idleSince });
        this.#events.subscribed(square);
      }
    } catch (error) {
      for (const [square] of stillAsked()) {
        this.#status.set(square, { is: 'wanted', from: tick + RESUBSCRIBE_TICKS, isLeft: false });
        this.#unsettled.add(square);
      }
      this.#events.failed(error);
    }
  }

  async #unsubscribe(squares: readonly GridSquare[], tick: number): Promise<void> {
    const unsubscribing: Status = { is: 'unsubscribing' };
    for (const square of squares) {
      this.#status.set(square, unsubscribing);
      this.#unsettled.delete(square);
    }
    /** Those that nobody has come to want in the meantime. */
    const stillUnwanted = (): GridSquare[] => squares.filter((square) => this.#status.get(square) === unsubscribing);
    try {
      await this.#broker.unsubscribe(squares.map(this.#channelOf));
      for (const square of stillUnwanted()) this.#status.delete(square);
    } catch (error) {
      // What still arrives on a channel nobody looks at is passed over.
      for (const square of stillUnwanted()) {
        this.#status.set(square, { is: 'unwanted', from: tick + RESUBSCRIBE_TICKS });
        this.#unsettled.add(square);
      }
      this.#events.failed(error);
    }
  }
}
