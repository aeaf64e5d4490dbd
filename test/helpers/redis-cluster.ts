import { setTimeout as pause } from 'node:timers/promises';
import { HASH_SLOTS, hashSlot } from '../../server/broker/hash-slot.ts';
import type { RedisAddress } from '../../server/broker/redis-address.ts';
import { runProgram } from './program.ts';
import { RedisServer } from './redis-server.ts';

export interface RedisClusterOptions {
  /** How long a server may be silent before the others replace it, in ms. */
  readonly nodeTimeoutMs?: number;
  /** Servers that stand by, one for each of the first masters. */
  readonly replicas?: number;
}

const MASTERS = 3;

/** A Redis Cluster of three masters on this machine. */
export class RedisCluster {
  readonly masters: readonly RedisServer[];
  readonly replicas: readonly RedisServer[];

  private constructor(masters: readonly RedisServer[], replicas: readonly RedisServer[]) {
    this.masters = masters;
    this.replicas = replicas;
  }

  static async start(options: RedisClusterOptions = {}): Promise<RedisCluster> {
    const { nodeTimeoutMs = 2000, replicas = 0 } = options;
    const config = ['cluster-enabled', 'yes', 'cluster-node-timeout', `${nodeTimeoutMs}`];
    const starting = Array.from({ length: MASTERS + replicas }, () => RedisServer.start({ config }));
    const outcomes = await Promise.allSettled(starting);
    const servers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) {
      await Promise.all(servers.map((server) => server.close()));
      throw failed.reason;
    }
    const cluster = new RedisCluster(servers.slice(0, MASTERS), servers.slice(MASTERS));
    try {
      await cluster.#create();
    } catch (error) {
      await cluster.close();
      throw error;
    }
    return cluster;
  }

  get seeds(): readonly [RedisAddress, ...RedisAddress[]] {
    const [first, ...others] = this.masters.map(({ address }) => address);
    return [first as RedisAddress, ...others];
  }

  /** The master that holds a channel's hash slot, by what it says itself. */
  async masterOf(channel: string): Promise<RedisServer> {
    const slot = hashSlot(channel);
    for (const server of this.masters) {
      const own = (await server.command('CLUSTER', 'NODES')).split('\n').find((line) => line.includes('myself')) ?? '';
      const holds = own
        .split(' ')
        .slice(8)
        .some((run) => {
          const [first = '', last = first] = run.split('-');
          return slot >= Number(first) && slot <= Number(last);
        });
      if (holds) return server;
    }
    throw new Error(`No master holds slot ${slot}.`);
  }

  /** Moves a hash slot, as redis-cli would: the new owner is told first, then the old one, then the others. */
  async migrate(slot: number, from: RedisServer, to: RedisServer): Promise<void> {
    const [fromId, toId] = await Promise.all([from, to].map((server) => server.command('CLUSTER', 'MYID')));
    await to.command('CLUSTER', 'SETSLOT', `${slot}`, 'IMPORTING', fromId as string);
    await from.command('CLUSTER', 'SETSLOT', `${slot}`, 'MIGRATING', toId as string);
    const others = this.masters.filter((server) => server !== from && server !== to);
    for (const server of [to, from, ...others]) {
      await server.command('CLUSTER', 'SETSLOT', `${slot}`, 'NODE', toId as string);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.masters, ...this.replicas].map((server) => server.close()));
  }

  async #create(): Promise<void> {
    const places = this.masters.map(({ port }) => `127.0.0.1:${port}`);
    await redisCli('--cluster', 'create', ...places, '--cluster-replicas', '0', '--cluster-yes');
    for (const [i, replica] of this.replicas.entries()) {
      const master = this.masters[i] as RedisServer;
      const id = await master.command('CLUSTER', 'MYID');
      const role = ['--cluster-slave', '--cluster-master-id', id];
      await redisCli('--cluster', 'add-node', `127.0.0.1:${replica.port}`, `127.0.0.1:${master.port}`, ...role);
    }
    for (const server of [...this.masters, ...this.replicas]) {
      while (!(await this.#isSettled(server))) await pause(50);
    }
  }

  /** It knows of every slot and every server, and a replica follows its master. */
  async #isSettled(server: RedisServer): Promise<boolean> {
    const info = await server.command('CLUSTER', 'INFO');
    const known = this.masters.length + this.replicas.length;
    const knowsAll = [`cluster_state:ok`, `cluster_slots_ok:${HASH_SLOTS}`, `cluster_known_nodes:${known}`];
    if (!knowsAll.every((line) => info.includes(line))) return false;
    return !this.replicas.includes(server) || (await server.info('replication', 'master_link_status')) === 'up';
  }
}

async function redisCli(...words: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runProgram('redis-cli', words);
  if (code !== 0) throw new Error(`redis-cli ${words.join(' ')}: ${stdout} ${stderr}`);
}
