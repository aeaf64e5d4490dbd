/** Somebody in line, as the line knows them. */
export interface Waiter {
  /** Says how far from the door they are: 1 is next. */
  queued(place: number, of: number, ticket: string): void;
  /** Somebody else has come with the same ticket, and has the place now. */
  displaced(): void;
}

export interface WaitingLineOptions {
  /** Those who wait at most, those who are away for a moment included. */
  readonly most: number;
  readonly monotonic: () => number;
  /** A new ticket, beyond guessing. */
  readonly newTicket: () => string;
}

interface Spot<W extends Waiter> {
  readonly ticket: string;
  readonly isReturning: boolean;
  waiter: W | undefined;
  /** Without a waiter: until when the spot is kept. */
  keptUntilMs: number;
  toldPlace: number;
  toldAtMs: number;
}

/** Whoever loses the connection while they wait finds their place again within this, in ms. */
const KEPT_MS = 30_000;
/** Everybody is told their place this often although it is still the same, in ms: the line is known to be alive. */
const TELL_MS = 5_000;

/**
 * Those who wait until there is room, first come, first served; before them those who have been inside a moment ago and
 * lost the connection, in the order in which they came back.
 */
export class WaitingLine<W extends Waiter> {
  readonly #options: WaitingLineOptions;
  /** In the order in which they are let in. */
  #spots: Spot<W>[] = [];
  readonly #byWaiter = new Map<W, Spot<W>>();

  constructor(options: WaitingLineOptions) {
    this.#options = options;
  }

  /** Those who are there. */
  get length(): number {
    return this.#byWaiter.size;
  }

  /**
   * Joins the line, or comes back to the place that is kept for a ticket; whoever held that until now has lost it.
   * Returns false when the line is full.
   */
  join(waiter: W, ticket: string | null, isReturning: boolean): boolean {
    const { most, newTicket } = this.#options;
    this.#forget();
    const kept = ticket === null ? undefined : this.#spots.find((spot) => spot.ticket === ticket);
    if (kept !== undefined) {
      const before = kept.waiter;
      if (before !== undefined) this.#byWaiter.delete(before);
      this.#seat(kept, waiter);
      before?.displaced();
      return true;
    }
    if (this.#spots.length >= most) return false;
    const spot: Spot<W> = {
      ticket: ticket ?? newTicket(),
      isReturning,
      waiter: undefined,
      keptUntilMs: 0,
      toldPlace: 0,
      toldAtMs: 0,
    };
    const behind = isReturning ? this.#spots.findIndex((other) => !other.isReturning) : -1;
    if (behind < 0) this.#spots.push(spot);
    else this.#spots.splice(behind, 0, spot);
    this.#seat(spot, waiter);
    return true;
  }

  /** Somebody is no longer there; their place is kept for a while unless they meant to go. */
  left(waiter: W, isLeaving: boolean): void {
    const spot = this.#byWaiter.get(waiter);
    if (spot === undefined) return;
    this.#byWaiter.delete(waiter);
    spot.waiter = undefined;
    spot.keptUntilMs = this.#options.monotonic() + (isLeaving ? 0 : KEPT_MS);
    this.#forget();
  }

  /** Takes the first who is there out of the line. Who is away then has not missed their turn as long as it is kept. */
  next(): W | undefined {
    const spot = this.#spots.find(({ waiter }) => waiter !== undefined);
    if (spot?.waiter === undefined) return undefined;
    this.#spots.splice(this.#spots.indexOf(spot), 1);
    this.#byWaiter.delete(spot.waiter);
    return spot.waiter;
  }

  /** Tells those their place for whom it has changed, or who have not heard of it for a while. Once a second will do. */
  tell(): void {
    this.#forget();
    const nowMs = this.#options.monotonic();
    for (const [index, spot] of this.#spots.entries()) {
      const place = index + 1;
      if (spot.waiter === undefined || (place === spot.toldPlace && nowMs - spot.toldAtMs < TELL_MS)) continue;
      this.#tell(spot, place);
    }
  }

  #seat(spot: Spot<W>, waiter: W): void {
    spot.waiter = waiter;
    this.#byWaiter.set(waiter, spot);
    this.#tell(spot, this.#spots.indexOf(spot) + 1);
  }

  #tell(spot: Spot<W>, place: number): void {
    spot.toldPlace = place;
    spot.toldAtMs = this.#options.monotonic();
    spot.waiter?.queued(place, this.#spots.length, spot.ticket);
  }

  #forget(): void {
    if (this.#byWaiter.size === this.#spots.length) return;
    const nowMs = this.#options.monotonic();
    this.#spots = this.#spots.filter(({ waiter, keptUntilMs }) => waiter !== undefined || nowMs < keptUntilMs);
  }
}
