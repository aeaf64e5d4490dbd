/** A publisher or a subscriber of the comparison, or both of them where the broker is in the process. */
import { setTimeout as pause } from 'node:timers/promises';
import { createMemoryBroker } from '../../../server/broker/memory-broker.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { obey } from '../fan-out/pinned-program.ts';
import type { Bus } from './bus.ts';
import { Counter, METRICS, publishFor } from './client.ts';
import { playNode } from './game-node.ts';
import { openBus } from './open-bus.ts';
import type { ClientOrders, Finished, Scene, Sent } from './orders.ts';

const buses: Bus[] = [];
const counters: Counter[] = [];
const memory = createMemoryBroker();
/** Counts that subscribers have told, by subscriber. */
const told: number[][] = [];
let cpuBefore = process.cpuUsage();

async function open({ place }: Scene): Promise<Bus> {
  const bus = await openBus(place, memory);
  buses.push(bus);
  return bus;
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage(cpuBefore);
  return (user + system) / 1e6;
};

const publish = async (scene: Scene, index: number): Promise<Sent> => {
  const bus = buses[0] as Bus;
  const { seconds, channels, size } = scene;
  const published = await publishFor(bus, { seconds, channels, size, index, random: seededRandom(index + 1) });
  return { ...published, cpuSeconds: cpuSeconds() };
};

/** What is still on its way comes within a while of the last that came, in ms. */
const QUIET_MS = 1000;
const PATIENCE_MS = 20_000;

async function settled(counter: Counter): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  for (let before = -1; counter.received !== before && performance.now() < endMs; ) {
    before = counter.received;
    await pause(QUIET_MS);
  }
}

obey<ClientOrders>({
  publisher: async (scene) => {
    await open(scene);
    return null;
  },
  subscriber: async (scene) => {
    counters.push(await Counter.on(await open(scene), scene.channels));
    return null;
  },
  collector: async (scene) => {
    const bus = await open(scene);
    await bus.subscribe([METRICS], (_channel, payload) => {
      const { index, count } = JSON.parse(Buffer.from(payload).toString()) as { index: number; count: number };
      told[index] ??= [];
      told[index].push(count);
    });
    return null;
  },
  begin: ({ index }) => {
    cpuBefore = process.cpuUsage();
    // Told on a connection of its own: what it hears is not what it says.
    for (const [i, counter] of counters.entries()) counter.tellOn(buses.at(-1) as Bus, index + i);
    return null;
  },
  publish: ({ scene, index }) => publish(scene, index),
  finish: async (): Promise<Finished> => {
    const busySeconds = cpuSeconds();
    await Promise.all(counters.map(settled));
    return { cpuSeconds: busySeconds, subscribers: counters.map((counter) => counter.stop()), told };
  },
  alone: async ({ scene, clients }) => {
    const subscribed = await Promise.all(
      Array.from({ length: clients }, async () => Counter.on(await open(scene), scene.channels)),
    );
    const publishers = await Promise.all(Array.from({ length: clients }, () => open(scene)));
    cpuBefore = process.cpuUsage();
    const counts: number[][] = subscribed.map(() => []);
    const before = subscribed.map(() => 0);
    const timer = setInterval(() => {
      for (const [i, counter] of subscribed.entries()) {
        counts[i]?.push(counter.received - (before[i] ?? 0));
        before[i] = counter.received;
      }
    }, 1000);
    const { seconds, channels, size } = scene;
    const sent = await Promise.all(
      publishers.map((bus, index) =>
        publishFor(bus, { seconds, channels, size, index, random: seededRandom(index + 1) }),
      ),
    );
    clearInterval(timer);
    const busySeconds = cpuSeconds();
    await Promise.all(subscribed.map(settled));
    return {
      sent: sent.map((each) => ({ ...each, cpuSeconds: 0 })),
      finished: { cpuSeconds: busySeconds, subscribers: subscribed.map((counter) => counter.stop()), told: counts },
    };
  },
  game: ({ place, scenes, index }) =>
    Promise.all(
      scenes.map(async (scene, i) => {
        const bus = await openBus(place, memory);
        buses.push(bus);
        return playNode(bus, index + i, scene);
      }),
    ),
  leave: async () => {
    await Promise.all(buses.map((bus) => bus.close()));
    return null;
  },
});
