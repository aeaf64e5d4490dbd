import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { programPath } from '../runner/unpacked-packages.ts';
import { until } from './until.ts';

const DEPLOY = join(import.meta.dirname, '../../server/deploy');
const TLS = join(import.meta.dirname, 'tls');

/** A proxy as the files of server/deploy have it, but for addresses, ports and the certificate. */
export interface FrontProxy {
  /** https://127.0.0.1:PORT */
  readonly origin: string;
  /** wss://127.0.0.1:PORT/ws */
  readonly url: string;
}

interface Kind {
  readonly program: string;
  readonly file: string;
  /** The file with other ports, so that it can run here; and how the program is started with it. */
  readonly prepare: (text: string, folder: string, port: number, plainPort: number, nodes: readonly number[]) => string;
  readonly args: (file: string, folder: string) => string[];
  readonly env?: (folder: string) => Record<string, string>;
}

const KINDS: Readonly<Record<'nginx' | 'Caddy', Kind>> = {
  nginx: {
    program: 'nginx',
    file: 'nginx.conf',
    prepare: (text, folder, port, plainPort, nodes) => {
      const site = replaced(text, [
        [/listen 80;/, `listen 127.0.0.1:${plainPort};`],
        [/listen 443 ssl http2;/, `listen 127.0.0.1:${port} ssl http2;`],
        [/ {4}listen \[::\]:80;\n/, ''],
        [/ {4}listen \[::\]:443 ssl http2;\n/, ''],
        [/ssl_certificate .*;/, `ssl_certificate ${join(TLS, 'server.crt')};`],
        [/ssl_certificate_key .*;/, `ssl_certificate_key ${join(TLS, 'server.key')};`],
        [/ {4}server 127\.0\.0\.1:8080 (.*);\n/, nodes.map((node) => `    server 127.0.0.1:${node} $1;\n`).join('')],
      ]);
      const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (name) => `${name}_temp_path ${folder}/${name};`,
      );
      return `daemon off;\nmaster_process off;\npid ${folder}/pid;\nerror_log ${folder}/error.log;\nevents {}\nhttp {\naccess_log off;\n${paths.join('\n')}\n${site}\n}\n`;
    },
    args: (file, folder) => ['-c', file, '-p', folder, '-e', join(folder, 'error.log')],
  },
  Caddy: {
    program: 'caddy',
    file: 'Caddyfile',
    prepare: (text, _folder, port, plainPort, nodes) => {
      const site = replaced(text, [
        [
          /\{\$FLATLANDS_SITE:localhost\} \{/,
          `https://127.0.0.1:${port} {\n\ttls ${join(TLS, 'server.crt')} ${join(TLS, 'server.key')}`,
        ],
        [/\{\$FLATLANDS_NODES:127\.0\.0\.1:8080\}/, nodes.map((node) => `127.0.0.1:${node}`).join(' ')],
      ]);
      return `{\n\tadmin off\n\thttp_port ${plainPort}\n\tauto_https disable_redirects\n}\n${site}`;
    },
    args: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
    env: (folder) => ({ HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }),
  },
};

export const PROXIES = Object.keys(KINDS) as (keyof typeof KINDS)[];

/** Each has to be there once: a file that changes is not to be run half as it stands. */
function replaced(text: string, changes: readonly (readonly [RegExp, string])[]): string {
  return changes.reduce((all, [from, to]) => {
    const found = all.split(from).length - 1;
    if (found === 0) throw new Error(`server/deploy has no ${from} any more.`);
    return all.replace(from, to);
  }, text);
}

/** Starts one before nodes on these ports, for the test that calls it. */
export async function startProxy(name: keyof typeof KINDS, nodes: readonly number[]): Promise<FrontProxy> {
  const { program, file, prepare, args, env } = KINDS[name];
  const path = programPath(program);
  if (path === undefined) throw new Error(`There is no ${program}: "npm test" fetches it.`);
  const folder = mkdtempSync(join(tmpdir(), 'flatlands-proxy-'));
  const [port, plainPort] = [await freePort(), await freePort()];
  const config = join(folder, file);
  writeFileSync(config, prepare(readFileSync(join(DEPLOY, file), 'utf8'), folder, port, plainPort, nodes));
  const child = spawn(path, args(config, folder), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env?.(folder) },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  onTestFinished(() => end(child, folder));
  const origin = `https://127.0.0.1:${port}`;
  await until(`${program} was up`, async () => {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}: ${said}`);
    return isListening(port);
  });
  return { origin, url: `wss://127.0.0.1:${port}/ws` };
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
  rmSync(folder, { recursive: true, force: true });
}

async function isListening(port: number): Promise<boolean> {
  const { connect } = await import('node:net');
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
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
