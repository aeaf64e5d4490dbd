import { squareOrigin } from '../../shared/grid.ts';
import { revDistance, revNear } from '../../shared/pair.ts';
import { ASK_AGAIN_TICKS, LEASE_TICKS, MAX_KEPT_BATCHES, SILENT_TICKS } from './limits.ts';
import { type Occupant, Occupants } from './occupant.ts';
import type { Announcement, Answer, Batch } from './wire.ts';

/** The pair at which somebody left a stream, and the neighbour code of where to. */
export interface Departure {
  readonly generation: number;
  readonly rev: number;
  readonly to: number;
}

/** Told of every occupant that changed. */
export interface StreamListener {
  touched(id: number): void;
  departed(id: number, departure: Departure): void;
}

/** What healing costs and finds, for metrics and for the fuzz. */
export interface HealingCounters {
  gaps: number;
  questions: number;
  healed: number;
  divergences: number;
  checksCompared: number;
}

/**
 * Another node's stream of one square, as far as it was heard (G3, G5). It is either in step, or has a question open;
 * while it has, newer batches are kept, bounded, and merged by `{epoch, seq}` when the answer is there.
 */
export class RemoteStream {
  readonly node: string;
  readonly occupants = new Occupants();
  readonly #sx: number;
  readonly #sy: number;
  readonly #listener: StreamListener;
  readonly #counters: HealingCounters;
  #epoch = 0;
  #seq = 0;
  #kept: Batch[] = [];
  #asking = false;
  /** When the open question was first asked. */
  #askingSince = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #heardAt: number;

  constructor(
    node: string,
    square: { readonly sx: number; readonly sy: number },
    tick: number,
    listener: StreamListener,
    counters: HealingCounters,
  ) {
    this.node = node;
    this.#sx = square.sx;
    this.#sy = square.sy;
    this.#heardAt = tick;
    this.#listener = listener;
    this.#counters = counters;
  }

  /** Nobody is in it, nothing has been heard of it, and nothing is awaited. */
  get isBlank(): boolean {
    return this.#seq === 0 && !this.#asking && this.occupants.size === 0;
  }

  /** Nobody is in it, and its node has said nothing of it for long: it is over. */
  isOver(tick: number): boolean {
    return this.occupants.size === 0 && tick - this.#heardAt >= SILENT_TICKS;
  }

  /** Asked for a whole lease in vain: wherever its node is, this stream of it cannot be had. */
  isUnanswered(tick: number): boolean {
    return this.#asking && tick - this.#askingSince >= LEASE_TICKS;
  }

  /** Whether the node must be asked now; asked about once a tick. */
  mustAsk(tick: number): boolean {
    if (tick - this.#heardAt >= SILENT_TICKS) this.#begin(tick);
    if (!this.#asking || tick - this.#askedAt < ASK_AGAIN_TICKS) return false;
    this.#askedAt = tick;
    this.#counters.questions++;
    return true;
  }

  /** Doubts the picture, as after a reconnect of the broker, when everybody has just been asked. */
  doubt(tick: number): void {
    this.#asking = true;
    this.#askingSince = tick;
    this.#askedAt = tick;
  }

  batch(batch: Batch, tick: number): void {
    this.#heardAt = tick;
    if (batch.epoch < this.#epoch) return;
    if (batch.epoch > this.#epoch) {
      // A stream's first batch needs nothing before it.
      if (batch.seq === 1) this.#restart(batch.epoch);
      else {
        this.#keep(batch, tick);
        return;
      }
    } else if (batch.seq <= this.#seq) return;
    if (this.#asking || batch.seq !== this.#seq + 1) {
      this.#keep(batch, tick);
      return;
    }
    this.#apply(batch);
  }

  announcement(announced: Announcement, tick: number): void {
    this.#heardAt = tick;
    const { epoch, seq, count, checksum } = announced;
    if (epoch < this.#epoch || (epoch === this.#epoch && seq < this.#seq)) return;
    if (epoch === this.#epoch && seq === this.#seq) {
      this.#counters.checksCompared++;
      if (count === this.occupants.size && checksum === this.occupants.checksum) return;
      if (!this.#asking) this.#counters.divergences++;
    } else this.#miss();
    this.#begin(tick);
  }

  answer({ epoch, seq, occupants }: Answer, tick: number): void {
    this.#heardAt = tick;
    if (epoch < this.#epoch || (epoch === this.#epoch && seq < this.#seq && seq !== 0)) return;
    if (this.#asking) this.#counters.healed++;
    const before = new Set(this.occupants.ids());
    this.occupants.clear();
    for (const occupant of occupants) {
      this.occupants.put(occupant);
      before.add(occupant.id);
    }
    for (const id of before) this.#listener.touched(id);
    this.#epoch = epoch;
    this.#seq = seq;
    this.#asking = false;
    this.#replayKept(tick);
  }

  /** Takes everybody out, as when the stream is gone. */
  clear(): void {
    const ids = [...this.occupants.ids()];
    this.occupants.clear();
    for (const id of ids) this.#listener.touched(id);
  }

  #restart(epoch: number): void {
    this.clear();
    this.#epoch = epoch;
    this.#seq = 0;
    this.#asking = false;
    this.#kept = [];
  }

  /** Counts a gap in what was known; a stream met in its middle is none, and one open question counts once. */
  #miss(): void {
    if (this.#epoch !== 0 && !this.#asking) this.#counters.gaps++;
  }

  #begin(tick: number): void {
    if (this.#asking) return;
    this.#asking = true;
    this.#askingSince = tick;
  }

  #keep(batch: Batch, tick: number): void {
    this.#miss();
    this.#begin(tick);
    this.#kept.push(batch);
    if (this.#kept.length > MAX_KEPT_BATCHES) this.#kept.shift();
  }

  #replayKept(tick: number): void {
    const kept = this.#kept;
    this.#kept = [];
    for (const batch of kept) {
      if (batch.epoch < this.#epoch || (batch.epoch === this.#epoch && batch.seq <= this.#seq)) continue;
      if (!this.#asking && batch.epoch === this.#epoch && batch.seq === this.#seq + 1) this.#apply(batch);
      else this.#keep(batch, tick);
    }
  }

  #apply({ seq, tick, leaves, enters, moves }: Batch): void {
    this.#seq = seq;
    for (const { id, rev, to } of leaves) {
      const generation = this.occupants.get(id)?.generation;
      if (generation === undefined) continue;
      this.occupants.remove(id);
      this.#listener.departed(id, { generation, rev, to });
    }
    for (const occupant of enters) this.#put(occupant);
    for (const { id, revLow, dx, dy, heading, ago } of moves) {
      const known = this.occupants.get(id);
      if (known === undefined) continue;
      const rev = revNear(revLow, known.rev);
      if (revDistance(rev, known.rev) <= 0) continue;
      const x = squareOrigin(this.#sx) + dx;
      const y = squareOrigin(this.#sy) + dy;
      this.#put({ ...known, from: 0, rev, motion: { tick: tick - ago, x, y, heading } });
    }
  }

  #put(occupant: Occupant): void {
    this.occupants.put(occupant);
    this.#listener.touched(occupant.id);
  }
}
