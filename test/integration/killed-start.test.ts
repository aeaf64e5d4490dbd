import { beforeAll, expect, it } from 'vitest';
import { NodeProcess } from '../helpers/node-process.ts';
import { ownFolder } from '../helpers/own-folder.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { ensureServerBuilt } from '../helpers/server-process.ts';
import { until } from '../helpers/until.ts';
import { Walker } from '../helpers/walker.ts';

beforeAll(ensureServerBuilt);

const WALL = 17;

async function wallStands(url: string, token: string): Promise<void> {
  const walker = await Walker.join(url, { token, at: null });
  await until('the wall is there', () => walker.client.ground?.kindAt(21, 0, Number.MAX_SAFE_INTEGER) === WALL);
  walker.leave();
}

it('a server that was killed at any stage of its start or its stop starts again, with all that it had', async () => {
  const data = ownFolder();
  const flags = ['--data', data, '--terrain', 'flat', '--open-spawn', '--log-level', 'error'];
  const first = await NodeProcess.start(...flags);
  const ada = await Walker.join(first.url, { at: [20, 0] });
  const { id, token } = ada;
  expect(ada.client.build(21, 0, WALL)).toBeDefined();
  await until('it is built', () => [...ada.client.pendingEdits()].length === 0);
  ada.leave();
  await first.close();
  const beganMs = performance.now();
  const again = await NodeProcess.start(...flags);
  const startMs = performance.now() - beganMs;
  await again.kill();

  // Through the start, from its first moment to just after it is up.
  for (let part = 0; part <= 1.2; part += 0.1) {
    await NodeProcess.startAndKill(startMs * part, ...flags);
  }
  // And through the stop.
  for (let afterMs = 0; afterMs <= 120; afterMs += 20) {
    const stopping = await NodeProcess.start(...flags);
    const { client, welcome } = await RawClient.join(stopping.url, { token });
    expect(welcome.id).toBe(id);
    stopping.terminate();
    await stopping.killAfter(afterMs);
    client.socket.terminate();
  }
  const last = await NodeProcess.start(...flags);
  await wallStands(last.url, token);
  await last.close();
}, 120_000);
