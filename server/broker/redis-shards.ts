import type { ConnectBroker } from './broker.ts';
import type { RedisAddress } from './redis-address.ts';
import { fixedRouting, type RedisBrokerOptions, routedBroker } from './redis-broker.ts';
import { RedisLink } from './redis-link.ts';
import { rendezvous } from './rendezvous.ts';

/**
 * Channels spread over several servers that know nothing of each other, by rendezvous hashing of the channel's name
 * over the servers' names. All nodes of a world must be given the same servers by the same names, in any order.
 */
export function createRedisShards(addresses: readonly RedisAddress[], options: RedisBrokerOptions = {}): ConnectBroker {
  const choose = rendezvous(addresses.map(({ name }) => name));
  return routedBroker(options, (events, maxUnconfirmedBytes) => {
    const links = addresses.map((address) => new RedisLink(address, { kind: 'plain', maxUnconfirmedBytes }, events));
    return fixedRouting(links, (channel) => links[choose(channel)] as RedisLink);
  });
}
