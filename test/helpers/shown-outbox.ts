import { observerOf } from '../../client/core/observer.ts';
import { Replica } from '../../client/core/replica.ts';
import type { Outbox } from '../../server/grid/fan-out.ts';
import type { Frame } from '../../server/grid/frame.ts';
import { concat } from '../../shared/codec.ts';
import type { ServerMessage } from '../../shared/protocol.ts';
import { decodeServerFrame } from '../../shared/server-codec.ts';
import { free } from './walls.ts';

/** A session's way out that leads straight into a client's picture. */
export class ShownOutbox implements Outbox {
  readonly frames: ServerMessage[][] = [];
  /** The frame objects as they were shared, by flush. */
  readonly shared: (Frame | undefined)[] = [];
  /** What the session says of its client. */
  isClientBehind = false;
  /** Who was told to be gone, or told twice, or told wrongly. */
  readonly departed: number[] = [];
  readonly duplicated: number[] = [];
  wrongChecks = 0;
  checks = 0;
  readonly replica = new Replica(free, {
    ...observerOf({ left: (id) => this.departed.push(id), duplicated: (id) => this.duplicated.push(id) }),
    profiled: () => undefined,
  });
  #normal: Uint8Array[] = [];
  #bulk: Uint8Array[] = [];
  #sealed: Uint8Array[] = [];

  normal(bytes: Uint8Array): void {
    this.#normal.push(bytes);
  }

  bulk(bytes: Uint8Array): void {
    this.#bulk.push(bytes);
  }

  isBehind(): boolean {
    return this.isClientBehind;
  }

  seal(): void {
    this.#sealed.push(...this.#normal, ...this.#bulk);
    this.#normal = [];
    this.#bulk = [];
  }

  send(_tick: number, header: Uint8Array, shared: Frame | undefined): void {
    const own = this.#sealed;
    this.#sealed = [];
    this.shared.push(shared);
    if (shared === undefined && own.length === 0) return;
    const messages = decodeServerFrame(concat([shared?.payload ?? header, ...own]));
    this.frames.push(messages);
    let tick = 0;
    for (const message of messages) {
      if (message.type === 'frame') tick = message.tick;
      else if (message.type === 'motions') this.replica.motions(message.records, tick);
      else if (message.type === 'changes') this.replica.changes(message, tick);
      else if (message.type === 'snapshot') this.replica.snapshot(message, tick);
      else if (message.type === 'forget') this.replica.forget(message.sx, message.sy, tick);
      else if (message.type === 'check') {
        this.checks++;
        this.wrongChecks += this.replica.check(message).length;
      }
    }
  }

  /** Types of the messages of every frame since the last time, e.g. `frame changes motions`. */
  take(): string[] {
    return this.frames.splice(0).map((messages) => messages.map(({ type }) => type).join(' '));
  }

  /** The ids of everybody on the screen, sorted. */
  shown(): number[] {
    return [...this.replica.players.keys()].sort((a, b) => a - b);
  }
}
