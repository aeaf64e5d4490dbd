import { type Waiter, WaitingLine } from './waiting-line.ts';

/** A session at the door. */
export interface Arriving extends Waiter {
  /** It is let in. */
  admit(): void;
}

export interface AdmissionOptions {
  /** How many may be inside. */
  readonly most: number;
  /** How many may wait. */
  readonly mostWaiting: number;
  readonly monotonic: () => number;
  /** A new ticket, beyond guessing. */
  readonly newTicket: () => string;
}

/** Whoever lost the connection no longer ago than this comes before those who were not inside, in ms. */
const RETURN_MS = 60_000;

/** Lets sessions in as long as there is room, and has the others wait in line. */
export class Admission<A extends Arriving> {
  readonly #options: AdmissionOptions;
  readonly #inside = new Set<A>();
  readonly #line: WaitingLine<A>;
  /** Tokens of those who lost the connection, the longest ago first, and until when that counts. */
  readonly #returning = new Map<string, number>();

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#line = new WaitingLine({ ...options, most: options.mostWaiting });
  }

  /** Somebody says hello, with the token that they have. Returns false when there is no room in line either. */
  arrive(session: A, token: string | null): boolean {
    const isReturning = token !== null && (this.#returning.get(token) ?? 0) > this.#options.monotonic();
    if (this.#hasRoom && this.#line.length === 0) {
      this.#admit(session);
      return true;
    }
    if (!this.#line.join(session, token, isReturning)) return false;
    this.#fill();
    return true;
  }

  /**
   * A session has ended.
   * @param lost the token of somebody who was inside and may come back any moment
   * @param isLeaving whether its end was meant
   */
  ended(session: A, lost: string | undefined, isLeaving: boolean): void {
    this.#line.left(session, isLeaving);
    if (!this.#inside.delete(session)) return;
    if (lost !== undefined && this.#options.mostWaiting > 0) {
      this.#returning.delete(lost);
      this.#returning.set(lost, this.#options.monotonic() + RETURN_MS);
      for (const oldest of this.#returning.keys()) {
        if (this.#returning.size <= this.#options.most) break;
        this.#returning.delete(oldest);
      }
    }
    this.#fill();
  }

  /** Once a second: those in line hear how far they are. */
  settle(): void {
    this.#fill();
    this.#line.tell();
  }

  /** Lets in whoever there is room for. */
  #fill(): void {
    while (this.#hasRoom) {
      const next = this.#line.next();
      if (next === undefined) return;
      this.#admit(next);
    }
  }

  get #hasRoom(): boolean {
    return this.#inside.size < this.#options.most;
  }

  #admit(session: A): void {
    this.#inside.add(session);
    session.admit();
  }
}
