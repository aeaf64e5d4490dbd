import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedisCluster } from '../../helpers/redis-cluster.ts';
import { RedisServer } from '../../helpers/redis-server.ts';
import { until } from '../../helpers/until.ts';
import { libraryFolder, programPath } from '../../runner/unpacked-packages.ts';
import type { BrokerName } from './bus.ts';

/** A broker of the benchmark's own, on private ports. */
export interface BrokerServer {
  readonly urls: readonly string[];
  /** Processes whose processor time is the broker's. */
  readonly pids: readonly number[];
  close(): Promise<void>;
}

/** What a broker needs that is not here, and how it is got; undefined when nothing is missing. */
export function whyNot(broker: BrokerName): string | undefined {
  const missing = (program: string, name: string): string | undefined =>
    programPath(program) === undefined ? `apt-get install -y --no-install-recommends ${name}` : undefined;
  switch (broker) {
    case 'redis-awaited':
    case 'redis-unbuffered':
    case 'redis-buffered':
    case 'redis-cluster':
      return missing('redis-server', 'redis-server');
    case 'nats':
      return missing('nats-server', 'nats-server');
    case 'mqtt':
      return missing('mosquitto', 'mosquitto');
    case 'zeromq':
    case 'memory':
      return undefined;
  }
}

/** @param forwarder the bundled program of that name */
export async function startBroker(broker: BrokerName, forwarder: string): Promise<BrokerServer> {
  switch (broker) {
    case 'redis-awaited':
    case 'redis-unbuffered':
    case 'redis-buffered': {
      const server = await RedisServer.start();
      return { urls: [server.url], pids: [server.pid], close: () => server.close() };
    }
    case 'redis-cluster': {
      const cluster = await RedisCluster.start();
      const { masters } = cluster;
      return {
        urls: masters.map(({ url }) => url),
        pids: masters.map(({ pid }) => pid),
        close: () => cluster.close(),
      };
    }
    case 'nats': {
      const port = await freePort();
      return startProgram(
        'nats-server',
        ['--addr', '127.0.0.1', '--port', `${port}`],
        `nats://127.0.0.1:${port}`,
        port,
      );
    }
    case 'mqtt': {
      const port = await freePort();
      const folder = mkdtempSync(join(tmpdir(), 'flatlands-mqtt-'));
      const file = join(folder, 'mosquitto.conf');
      // Its own limits for messages of no quality of service would make it drop 99 of 100.
      writeFileSync(
        file,
        `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nset_tcp_nodelay true\n`,
      );
      const server = await startProgram('mosquitto', ['-c', file], `mqtt://127.0.0.1:${port}`, port);
      return {
        ...server,
        close: async () => {
          await server.close();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    }
    case 'zeromq':
      return startForwarder(forwarder);
    case 'memory':
      return { urls: [], pids: [], close: async () => undefined };
  }
}

async function startProgram(name: string, args: readonly string[], url: string, port: number): Promise<BrokerServer> {
  const path = programPath(name) ?? name;
  const env = { ...process.env, LD_LIBRARY_PATH: libraryFolder() };
  const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'], env });
  let said = '';
  child.stderr?.on('data', (data: Buffer) => {
    if (said.length < 10_000) said += data.toString();
  });
  await until(`${name} was up`, () => {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}: ${said}`);
    return isListening(port);
  });
  return { urls: [url], pids: [child.pid ?? 0], close: () => end(child) };
}

async function startForwarder(file: string): Promise<BrokerServer> {
  const child = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout?.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const urls = await until('the forwarder was up', () => {
    if (child.exitCode !== null) throw new Error(`The forwarder of ZeroMQ ended with ${child.exitCode}.`);
    return said.includes('\n') ? said.trim().split(' ') : undefined;
  });
  return { urls, pids: [child.pid ?? 0], close: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
