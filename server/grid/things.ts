import type { Square } from '../../shared/grid.ts';
import type { Ground } from '../../shared/ground.ts';
import type { Line } from '../../shared/protocol.ts';
import type { EditRecord } from '../../shared/tile-records.ts';
import type { FoundGem } from '../world/land.ts';
import type { GridSquare } from './grid-square.ts';
import { ANNOUNCE_TICKS, MARK_TICKS } from './limits.ts';
import { SquareThings, type ThingsListener, type ThingsRead } from './square-things.ts';
import type { NodeWriter, ThingsMessage } from './wire.ts';

/** Where the things of squares come from, and what follows from them. */
export interface ThingsSource extends ThingsListener {
  /** The node's ground; kept up to date for every square that is looked at. */
  readonly ground: Ground;
  /** Reads a square from the store. */
  read(square: Square): Promise<ThingsRead>;
  /** The store could not be read. */
  failed(error: unknown): void;
}

/**
 * What people leave in squares, between store, nodes and clients: news of this node's players goes to the square's
 * channel, that of others comes from there, and what is missed is read from the store (G9).
 */
export class Things {
  readonly #source: ThingsSource;
  readonly #writer: NodeWriter;
  /** Hands a message over to a square's channel. */
  readonly #send: (square: GridSquare, payload: Uint8Array) => void;
  #tick = 0;

  constructor(source: ThingsSource, writer: NodeWriter, send: (square: GridSquare, payload: Uint8Array) => void) {
    this.#source = source;
    this.#writer = writer;
    this.#send = send;
  }

  /** The square is looked at from now on. */
  open(square: GridSquare, tick: number): void {
    square.things ??= new SquareThings(square, this.#source.ground, this.#source, tick);
  }

  /** News of the square comes from now on, so the store is read (subscribe first, then read, then merge). */
  subscribed(square: GridSquare, tick: number): void {
    square.things?.doubt(tick);
    this.#read(square, tick);
  }

  close(square: GridSquare): void {
    square.things = undefined;
    this.#source.ground.drop(square.sx, square.sy);
  }

  /** Once a tick. */
  settle(square: GridSquare, tick: number): void {
    this.#tick = tick;
    this.#read(square, tick);
  }

  /** Once a flush: says how far this node knows the things, where others may look too and there are any. */
  mark(square: GridSquare, tick: number): void {
    const { things } = square;
    if (things?.isKnown !== true) return;
    const isConcerned = (square.local?.occupants.size ?? 0) > 0 || tick < square.marksUntil;
    if (!isConcerned || tick < square.marksAt) return;
    square.marksAt = tick + ANNOUNCE_TICKS;
    const { marks } = things;
    if (marks.revision + marks.line + marks.claimed === 0) return;
    this.#send(square, this.#writer.marked(square.sx, square.sy, marks));
  }

  receive(square: GridSquare, message: ThingsMessage, tick: number): void {
    const { things } = square;
    if (things === undefined) return;
    switch (message.type) {
      case 'edited':
        for (const edit of message.edits) things.edited(edit, tick);
        break;
      case 'said':
        things.said(message.line, tick);
        break;
      case 'claimed':
        things.claimed(message.period, message.index, message.player);
        break;
      case 'emoted':
        things.emoted(message.player, message.emote);
        break;
      case 'marked':
        things.marked(message.marks, tick);
        break;
    }
  }

  // News of this node's players, once the store has it --------------------------------------------

  edited(square: GridSquare, edit: EditRecord, tick: number): void {
    this.#concern(square, tick);
    square.things?.edited(edit, tick);
    this.#send(square, this.#writer.edited(square.sx, square.sy, [edit]));
  }

  said(square: GridSquare, line: Line, tick: number): void {
    this.#concern(square, tick);
    square.things?.said(line, tick);
    this.#send(square, this.#writer.said(square.sx, square.sy, line));
  }

  claimed(square: GridSquare, { period, index }: FoundGem, player: number | undefined, tick: number): void {
    if (player === undefined) {
      square.things?.claimed(period, index, 0);
      return;
    }
    this.#concern(square, tick);
    square.things?.claimed(period, index, player);
    this.#send(square, this.#writer.claimed(square.sx, square.sy, period, index, player));
  }

  emoted(square: GridSquare, player: number, emote: number): void {
    square.things?.emoted(player, emote);
    this.#send(square, this.#writer.emoted(square.sx, square.sy, player, emote));
  }

  #concern(square: GridSquare, tick: number): void {
    square.marksUntil = tick + MARK_TICKS;
  }

  #read(square: GridSquare, tick: number): void {
    const { things } = square;
    if (things?.mustRead(tick) !== true) return;
    const isFirst = !things.isKnown;
    this.#source.read({ sx: square.sx, sy: square.sy }).then(
      (read) => {
        // Nobody looks any more, or others do, who have asked for themselves.
        if (square.things !== things) return;
        things.read(read, this.#tick);
        // What this node has missed others may have missed from it.
        if (!isFirst) this.#concern(square, this.#tick);
      },
      (error: unknown) => {
        things.failed(this.#tick);
        this.#source.failed(error);
      },
    );
  }
}
