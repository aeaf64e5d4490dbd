import { setTimeout as pause } from 'node:timers/promises';
import type { Bus } from './bus.ts';
import { headOf, MessageWriter, wallMs } from './message.ts';

/** How a node of the game uses a broker. The world is a row of squares here: who is beside whom is what matters. */
export interface GameScene {
  /** Squares in which this node's players are; in each of them something happens in every flush. */
  readonly squares: number;
  /** … and how far they see to both sides of that. */
  readonly sight: number;
  /** Where its first square is at the beginning: nodes that stand closer than that hear each other. */
  readonly from: number;
  readonly flushMs: number;
  /** Of a message, in bytes. */
  readonly size: number;
  readonly seconds: number;
  /** All walk on by so many squares a second: as many are subscribed, and as many are not any longer. */
  readonly squaresPerSecond: number;
}

/** What a node did and heard; times in ms since 1970, with fractions. */
export interface Played {
  /** By number: where it went, and when it was handed over. */
  readonly sent: readonly (readonly [square: number, atMs: number])[];
  /** From when until when it was subscribed to which square. */
  readonly subscribed: readonly (readonly [square: number, fromMs: number, toMs: number])[];
  /** Of each publisher the numbers of its messages that came, and by how much later, in ms. */
  readonly heard: readonly (readonly [publisher: number, seq: number, lagMs: number])[];
  /** Flushes that could not begin in time, for the one before was still being handed over. */
  readonly lateFlushes: number;
  readonly cpuSeconds: number;
}

const channelOf = (square: number): string => `square-${square}`;

/** Plays a node for so long: batches in every flush, subscriptions that come and go at walking speed. */
export async function playNode(bus: Bus, index: number, scene: GameScene): Promise<Played> {
  const { squares, sight, from, flushMs, size, seconds, squaresPerSecond } = scene;
  const sent: [number, number][] = [];
  const heard: [number, number, number][] = [];
  const open = new Map<number, number>();
  const subscribed: [number, number, number][] = [];
  const hear = (_channel: string, payload: Uint8Array): void => {
    const { publisher, seq, sentMs } = headOf(payload);
    heard.push([publisher, seq, wallMs() - sentMs]);
  };
  const subscribe = async (list: readonly number[]): Promise<void> => {
    await bus.subscribe(list.map(channelOf), hear);
    for (const square of list) open.set(square, wallMs());
  };
  const unsubscribe = async (list: readonly number[]): Promise<void> => {
    for (const square of list) {
      subscribed.push([square, open.get(square) ?? Number.POSITIVE_INFINITY, wallMs()]);
      open.delete(square);
    }
    await bus.unsubscribe(list.map(channelOf));
  };
  const range = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);

  await subscribe(range(from - sight, squares + 2 * sight));
  const cpu = process.cpuUsage();
  const writer = new MessageWriter(size, index);
  const beganMs = wallMs();
  let at = from;
  let lateFlushes = 0;
  let moving: Promise<unknown> = Promise.resolve();
  for (let flush = 0; flush * flushMs < seconds * 1000; flush++) {
    const dueMs = beganMs + flush * flushMs;
    const waitMs = dueMs - wallMs();
    if (waitMs > 0) await pause(waitMs);
    else if (waitMs < -flushMs) lateFlushes++;
    const next = from + Math.floor(((wallMs() - beganMs) / 1000) * squaresPerSecond);
    if (next > at) {
      const [was, count] = [at, next - at];
      at = next;
      moving = moving.then(async () => {
        await subscribe(range(was + squares + sight, count));
        await unsubscribe(range(was - sight, count));
      });
    }
    for (const [i, square] of range(at, squares).entries()) {
      const nowMs = wallMs();
      sent.push([square, nowMs]);
      bus.publish(channelOf(square), writer.next(nowMs));
      if (i % bus.burst === bus.burst - 1) await bus.room();
    }
    // The game sends what a flush has in one go.
    await bus.flush();
  }
  const { user, system } = process.cpuUsage(cpu);
  await moving;
  await pause(500);
  for (const [square, fromMs] of open) subscribed.push([square, fromMs, wallMs()]);
  return { sent, subscribed, heard, lateFlushes, cpuSeconds: (user + system) / 1e6 };
}
