import type { ConnectBroker } from '../../../server/broker/broker.ts';
import { parseRedisAddress, type RedisAddress } from '../../../server/broker/redis-address.ts';
import { createRedisBroker } from '../../../server/broker/redis-broker.ts';
import { createRedisClusterBroker } from '../../../server/broker/redis-cluster-broker.ts';
import { BufferedBus } from './buffered-bus.ts';
import type { Bus, BusPlace } from './bus.ts';
import { openMqttBus } from './mqtt-bus.ts';
import { openNatsBus } from './nats-bus.ts';
import { RedisBus } from './redis-bus.ts';
import { openZeroMqBus } from './zeromq-bus.ts';

/** @param memory the in-process broker, where that is the one */
export async function openBus(place: BusPlace, memory?: ConnectBroker): Promise<Bus> {
  const { broker, urls, buffer, intervalMs } = place;
  const addresses = (): [RedisAddress, ...RedisAddress[]] =>
    urls.map((url) => parseRedisAddress(url) as RedisAddress) as [RedisAddress, ...RedisAddress[]];
  switch (broker) {
    case 'redis-awaited':
    case 'redis-unbuffered':
      return new RedisBus(urls[0] ?? '', broker === 'redis-awaited');
    case 'redis-buffered':
      return new BufferedBus(createRedisBroker(addresses()[0]), buffer, intervalMs);
    case 'redis-cluster':
      return new BufferedBus(createRedisClusterBroker(addresses()), buffer, intervalMs);
    case 'zeromq':
      return openZeroMqBus(urls);
    case 'nats':
      return openNatsBus(urls);
    case 'mqtt':
      return openMqttBus(urls);
    case 'memory':
      if (memory === undefined) throw new Error('The in-process broker is in one process.');
      return new BufferedBus(memory, buffer, intervalMs);
  }
}
