import type { ConnectBroker } from './broker.ts';
import { ClusterSurvey, type SlotRange } from './cluster-survey.ts';
import { HASH_SLOTS, hashSlot } from './hash-slot.ts';
import { neighbourOf, type RedisAddress } from './redis-address.ts';
import { type RedisBrokerOptions, type Routing, type RoutingEvents, routedBroker } from './redis-broker.ts';
import { HEARSAY_MS } from './redis-limits.ts';
import { RedisLink } from './redis-link.ts';

/**
 * A Redis Cluster, version 7 or later: each channel lives on the server that holds its hash slot (`SSUBSCRIBE`,
 * `SPUBLISH`) and follows the slot to another server when it is migrated or its server is replaced.
 * @param seeds where the cluster is met; the others are found, and signed in to in the same way
 */
export function createRedisClusterBroker(
  seeds: readonly [RedisAddress, ...RedisAddress[]],
  options: RedisBrokerOptions = {},
): ConnectBroker {
  return routedBroker(options, (events, maxUnconfirmedBytes) => new ClusterRouting(seeds, events, maxUnconfirmedBytes));
}

/** What a server said of one slot, which is newer than the survey. */
interface Hearsay {
  readonly server: RedisAddress;
  readonly at: number;
}

/** "MOVED 866 10.0.0.7:6379"; a host left out is the one that was asked. */
const MOVED = /^MOVED (\d{1,5}) (.*):(\d{1,5})$/;
/** Servers that name each other in turn are not followed faster than this, in ms; the next attempt is soon enough. */
const SETTLE_MS = 100;

class ClusterRouting implements Routing {
  links: readonly RedisLink[] = [];
  readonly #events: RoutingEvents;
  readonly #maxUnconfirmedBytes: number;
  readonly #survey: ClusterSurvey;
  readonly #linkByName = new Map<string, { readonly link: RedisLink; readonly address: RedisAddress }>();
  readonly #hearsay = new Map<number, Hearsay>();
  readonly #retiring = new Set<Promise<void>>();
  #ranges: readonly SlotRange[] = [];
  #bySlot: (RedisLink | undefined)[] = [];
  /** What `#bySlot` was made from, to notice when a survey brings nothing new. */
  #made = '';

  constructor(seeds: readonly [RedisAddress, ...RedisAddress[]], events: RoutingEvents, maxUnconfirmedBytes: number) {
    this.#events = events;
    this.#maxUnconfirmedBytes = maxUnconfirmedBytes;
    this.#survey = new ClusterSurvey(seeds, {
      surveyed: (ranges) => {
        this.#ranges = ranges;
        this.#reroute();
      },
    });
  }

  /** The survey alone may be away: what is known holds until a server says otherwise. */
  get trouble(): string | undefined {
    return this.links.length === 0 ? this.#survey.trouble : undefined;
  }

  linkFor(channel: string): RedisLink | undefined {
    return this.#bySlot[hashSlot(channel)];
  }

  putOff(link: RedisLink, refusal: string): void {
    this.#survey.hasten();
    const [, slotText, host, port] = MOVED.exec(refusal) ?? [];
    const known = this.#linkByName.get(link.name);
    const slot = Number(slotText);
    if (known === undefined || host === undefined || !(slot < HASH_SLOTS)) return;
    const now = performance.now();
    if (now - (this.#hearsay.get(slot)?.at ?? Number.NEGATIVE_INFINITY) < SETTLE_MS) return;
    const server = neighbourOf(known.address, host === '' ? (known.address.options.host ?? '') : host, Number(port));
    this.#hearsay.set(slot, { server, at: now });
    this.#reroute();
  }

  async close(): Promise<void> {
    await this.#survey.close();
    await Promise.all([...this.links.map((link) => link.close()), ...this.#retiring]);
  }

  #reroute(): void {
    const servers = this.#servers();
    const made = signatureOf(servers);
    if (made === this.#made) return;
    this.#made = made;
    this.#bySlot = servers.map((server) => server && this.#linkTo(server));
    const used = new Set(this.#bySlot);
    const unused = this.links.filter((link) => !used.has(link));
    this.links = [...used].filter((link) => link !== undefined);
    this.#events.rerouted();
    for (const link of unused) this.#retire(link);
  }

  /** The server of every slot, by the last survey and what was heard since. */
  #servers(): (RedisAddress | undefined)[] {
    const servers: (RedisAddress | undefined)[] = Array.from({ length: HASH_SLOTS });
    for (const { first, last, server } of this.#ranges) servers.fill(server, first, last + 1);
    const oldest = performance.now() - HEARSAY_MS;
    for (const [slot, { server, at }] of this.#hearsay) {
      if (at < oldest) this.#hearsay.delete(slot);
      else servers[slot] = server;
    }
    return servers;
  }

  #linkTo(address: RedisAddress): RedisLink {
    const known = this.#linkByName.get(address.name);
    if (known !== undefined) return known.link;
    const options = { kind: 'sharded', maxUnconfirmedBytes: this.#maxUnconfirmedBytes } as const;
    const link = new RedisLink(address, options, this.#events);
    this.#linkByName.set(address.name, { link, address });
    return link;
  }

  #retire(link: RedisLink): void {
    this.#linkByName.delete(link.name);
    this.#events.retired(link);
    const retiring = link.close().finally(() => this.#retiring.delete(retiring));
    this.#retiring.add(retiring);
  }
}

/** Where one server's slots end and another's begin: the same for the same servers. */
function signatureOf(servers: readonly (RedisAddress | undefined)[]): string {
  const runs: string[] = [];
  for (let slot = 0; slot < servers.length; slot++) {
    const name = servers[slot]?.name;
    if (slot === 0 || name !== servers[slot - 1]?.name) runs.push(`${slot} ${name}`);
  }
  return runs.join();
}
