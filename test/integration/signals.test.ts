import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CLOSE } from '../../shared/closing.ts';
import { runProgram } from '../helpers/program.ts';
import { HELLO, RawClient } from '../helpers/raw-client.ts';
import { ensureServerBuilt, SERVER, ServerProcess } from '../helpers/server-process.ts';
import { Walker } from '../helpers/walker.ts';

beforeAll(ensureServerBuilt);

/** Joins so many clients at once. */
async function crowd(url: string, count: number): Promise<RawClient[]> {
  const clients = await Promise.all(Array.from({ length: count }, () => RawClient.open(url)));
  for (const client of clients) client.send(HELLO);
  await Promise.all(clients.map((client) => client.next('welcome')));
  return clients;
}

/** All were told that the server is going away, and it ended well and in time. */
async function expectCleanStop(server: ServerProcess, clients: readonly RawClient[], since: number): Promise<void> {
  const { code, sentence } = CLOSE.goingAway;
  for (const client of clients) expect(await client.closed()).toEqual({ code, reason: sentence });
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - since).toBeLessThan(5000);
  expect(server.stderr).toBe('');
}

describe('a server that is asked to stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s closes every session with "goingAway" and exits with 0',
    async (signal) => {
      const server = await ServerProcess.start();
      const clients = await crowd(server.url, 50);
      // Somebody who has not said hello yet, somebody who never answers the close, and one that only asks for a page.
      const silent = await RawClient.open(server.url);
      const deaf = (await crowd(server.url, 1))[0] as RawClient;
      deaf.socket.pause();
      expect((await fetch(`${server.http}/healthz`)).status).toBe(200);

      const since = performance.now();
      server.child.kill(signal);
      await expectCleanStop(server, [...clients, silent], since);
      await expect(fetch(`${server.http}/healthz`)).rejects.toThrow();
    },
  );

  it('tells honest clients to come back, and they try to', async () => {
    const server = await ServerProcess.start('--open-spawn');
    const walker = await Walker.join(server.url);
    server.child.kill('SIGTERM');
    await server.ended;
    await expect.poll(() => walker.client.state.phase).toBe('waiting');
    expect(walker.endings[0]?.code).toBe(CLOSE.goingAway.code);
  });

  it('again and again while it stops does what it did', async () => {
    const server = await ServerProcess.start();
    const clients = await crowd(server.url, 20);
    // Holds the stop up, so that the later signals come in the middle of it.
    const deaf = (await crowd(server.url, 1))[0] as RawClient;
    deaf.socket.pause();
    const since = performance.now();
    server.child.kill('SIGTERM');
    await clients[0]?.closed();
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGTERM'] as const) {
      expect(server.child.exitCode).toBeNull();
      server.child.kill(signal);
    }
    await expectCleanStop(server, clients, since);
  });

  it('through the shell that npm starts it with hears of it, for the shell hands its process over', async () => {
    const server = await ServerProcess.run('sh', [
      '-c',
      `exec node --enable-source-maps '${SERVER}' --port 0 --log-level warn`,
    ]);
    const clients = await crowd(server.url, 2);
    const since = performance.now();
    server.child.kill('SIGTERM');
    await expectCleanStop(server, clients, since);
  });

  it('through npm start itself, too', async () => {
    const server = await ServerProcess.run('npm', ['start', '--', '--port', '0', '--log-level', 'warn']);
    const clients = await crowd(server.url, 2);
    server.child.kill('SIGTERM');
    for (const client of clients) expect((await client.closed()).code).toBe(CLOSE.goingAway.code);
    await server.ended;
    await expect(fetch(`${server.http}/healthz`)).rejects.toThrow();
  });
});

describe('a server that cannot start', () => {
  const start = (...flags: string[]) => runProgram(process.execPath, [SERVER, '--data', 'none', ...flags]);
  const SENTENCE = /^[A-Z-][^\n]*\.\n$/;

  it('because its port is in use says so in one sentence and exits with 1', async () => {
    const holder = createServer();
    onTestFinished(() => {
      holder.close();
    });
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const { code, stdout, stderr } = await start('--port', `${port}`, '--host', '127.0.0.1');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(SENTENCE);
    expect(stderr).toBe(`Port ${port} is in use: choose another with --port.\n`);
  });

  it.each([
    [['--porto', '1'], '--porto'],
    [['--flush-ms', '75'], '--flush-ms'],
    [['8080'], '8080'],
  ])('because of the wrong flags %j names the flag in one sentence and exits with 2', async (flags, named) => {
    const { code, stdout, stderr } = await start(...flags);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(SENTENCE);
    expect(stderr).toContain(named);
  });
});
