import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { LightClient } from '../../client/bots/light-client.ts';
import { lightSockets } from '../../client/bots/light-socket.ts';
import { CLOSE } from '../../shared/closing.ts';
import { SUBPROTOCOL } from '../../shared/constants.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { until } from '../helpers/until.ts';

/** A server that closes its first connections with these codes, and keeps the next. */
async function serverThatCloses(codes: readonly number[]) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => SUBPROTOCOL });
  let connections = 0;
  server.on('connection', (peer) => {
    const code = codes[connections++];
    if (code !== undefined) peer.close(code);
  });
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    for (const peer of server.clients) peer.terminate();
    server.close();
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`, connections: () => connections };
}

function clientOf(url: string) {
  const closings: number[] = [];
  const time = { ms: 0 };
  const client = new LightClient({
    url,
    name: 'Light',
    look: 0,
    screen: { width: 40, height: 24 },
    at: null,
    monotonic: () => time.ms,
    openTerrain: createTerrain,
    openSocket: lightSockets(seededRandom(1)),
    observer: {
      joined: () => undefined,
      closed: (code) => closings.push(code),
      frame: () => undefined,
      acknowledged: () => undefined,
      corrected: () => undefined,
    },
  });
  onTestFinished(() => client.close());
  client.connect();
  return { client, closings, time };
}

describe('a light client', () => {
  it('asks a busy server again, about once a second, until it is let in', async () => {
    const server = await serverThatCloses([CLOSE.busy.code, CLOSE.busy.code]);
    const { client, closings, time } = clientOf(server.url);
    for (const attempt of [1, 2]) {
      await until(`attempt ${attempt} was turned away`, () => client.state.phase === 'waiting');
      client.update();
      expect(server.connections()).toBe(attempt);
      time.ms += 1001;
      client.update();
    }
    await until('the third attempt is under way', () => client.state.phase === 'joining');
    expect([server.connections(), closings]).toEqual([3, []]);
  });

  it('takes any other refusal for an answer', async () => {
    const server = await serverThatCloses([CLOSE.full.code]);
    const { client, closings, time } = clientOf(server.url);
    await until('it was refused', () => closings.length === 1);
    time.ms += 60_000;
    client.update();
    expect([client.state.phase, server.connections(), closings]).toEqual(['closed', 1, [CLOSE.full.code]]);
  });
});
