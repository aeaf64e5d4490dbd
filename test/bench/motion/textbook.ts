import { TICK_MS, UNITS_PER_SQUARE } from '../../../shared/constants.ts';

/** How far behind what has arrived the textbook shows others, in ms. */
export const BEHIND_MS = 100;
/** A record: id and place. The way somebody faces follows from where they go. */
const RECORD_BYTES = 4 + 2 + 2;
/** Tick and length. */
const HEAD_BYTES = 4 + 2;
/** Ticks of places that are kept of each player. */
const KEPT = 64;

export interface TextbookPerson {
  readonly id: number;
  /** In units. */
  readonly x: number;
  readonly y: number;
}

/**
 * The textbook's server, for one viewer (G. Gambetta, "Entity Interpolation"; Y. Bernier, "Latency Compensating
 * Methods", 2001): every tick the places of all who have moved.
 */
export class TextbookServer {
  readonly #told = new Map<number, TextbookPerson>();

  /** The message of a tick, undefined when nobody has moved. */
  frame(tick: number, people: Iterable<TextbookPerson>): Uint8Array<ArrayBuffer> | undefined {
    const moved: TextbookPerson[] = [];
    for (const person of people) {
      const told = this.#told.get(person.id);
      if (told?.x === person.x && told.y === person.y) continue;
      this.#told.set(person.id, person);
      moved.push(person);
    }
    if (moved.length === 0) return undefined;
    const view = new DataView(new ArrayBuffer(HEAD_BYTES + moved.length * RECORD_BYTES));
    view.setUint32(0, tick);
    view.setUint16(4, moved.length);
    moved.forEach(({ id, x, y }, index) => {
      const at = HEAD_BYTES + index * RECORD_BYTES;
      view.setUint32(at, id);
      view.setUint16(at + 4, wrapped(x));
      view.setUint16(at + 6, wrapped(y));
    });
    return new Uint8Array(view.buffer);
  }
}

/** Places are told modulo eight squares, which is more than any screen. */
const AROUND = 8 * UNITS_PER_SQUARE;
const wrapped = (units: number): number => ((Math.round(units) % AROUND) + AROUND) % AROUND;
const nearest = (units: number, around: number): number =>
  around + ((((units - around + AROUND / 2) % AROUND) + AROUND) % AROUND) - AROUND / 2;

interface Sample {
  readonly tick: number;
  readonly x: number;
  readonly y: number;
}

/** The textbook's client: between two messages a straight line, after the newest one nothing moves. */
export class TextbookClient {
  readonly #samples = new Map<number, Sample[]>();
  #newestTick = -1;

  received(bytes: Uint8Array<ArrayBuffer>): void {
    const view = new DataView(bytes.buffer);
    const tick = view.getUint32(0);
    this.#newestTick = tick;
    for (let left = view.getUint16(4), at = HEAD_BYTES; left > 0; left--, at += RECORD_BYTES) {
      const id = view.getUint32(at);
      const samples = this.#samples.get(id) ?? [];
      samples.push({ tick, x: view.getUint16(at + 4), y: view.getUint16(at + 6) });
      if (samples.length > KEPT) samples.shift();
      this.#samples.set(id, samples);
    }
  }

  /**
   * Where somebody is shown as of a world time in ms, in units; undefined while nothing is known of then.
   * @param around a place within four squares of theirs
   */
  shownAt(
    id: number,
    worldMs: number,
    around: { readonly x: number; readonly y: number },
  ): { x: number; y: number } | undefined {
    const worldTick = Math.min(worldMs / TICK_MS, this.#newestTick);
    const tick = Math.floor(worldTick);
    const from = this.#sampleAt(id, tick);
    const to = this.#sampleAt(id, Math.min(tick + 1, this.#newestTick));
    if (from === undefined || to === undefined) return undefined;
    const fromX = nearest(from.x, around.x);
    const fromY = nearest(from.y, around.y);
    const share = worldTick - tick;
    return {
      x: fromX + (nearest(to.x, around.x) - fromX) * share,
      y: fromY + (nearest(to.y, around.y) - fromY) * share,
    };
  }

  #sampleAt(id: number, tick: number): Sample | undefined {
    return this.#samples.get(id)?.findLast((sample) => sample.tick <= tick);
  }
}
