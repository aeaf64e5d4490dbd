import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ownFolder } from '../helpers/own-folder.ts';
import { runProgram } from '../helpers/program.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { ensureServerBuilt, SERVER, ServerProcess } from '../helpers/server-process.ts';
import { until } from '../helpers/until.ts';

beforeAll(ensureServerBuilt);

/** A server on a folder, whose clients may name the place where they appear. */
const serverOn = (data: string, ...flags: readonly string[]): Promise<ServerProcess> =>
  ServerProcess.start('--data', data, '--open-spawn', '--terrain', 'flat', ...flags);

/** kill -9 of whatever a server is doing. */
async function kill(server: ServerProcess): Promise<void> {
  server.child.kill('SIGKILL');
  await server.ended;
}

async function stop(server: ServerProcess): Promise<void> {
  server.child.kill('SIGTERM');
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expect(server.stderr).toBe('');
}

/** Starts a server that ends by itself, in one sentence. */
async function refusalOf(...flags: readonly string[]): Promise<string> {
  const args = [SERVER, '--port', '0', '--log-level', 'warn', ...flags];
  const { code, signal, stdout, stderr } = await runProgram(process.execPath, args);
  expect({ code, signal, stdout }).toEqual({ code: 1, signal: null, stdout: '' });
  expect(stderr).toMatch(/^The [^\n]*\.\n$/);
  return stderr;
}

/** World time, in ticks. */
async function tickOf({ http }: ServerProcess): Promise<number> {
  const text = await (await fetch(`${http}/metrics`)).text();
  return Number(/^flatlands_tick (\d+)$/m.exec(text)?.[1]);
}

describe('a server on a folder', () => {
  it('knows those again who have signed up, however it ended', async () => {
    const data = join(ownFolder(), 'new', 'data');
    let server = await serverOn(data);
    const { welcome: first } = await RawClient.join(server.url, { name: 'Ada' });
    await kill(server);
    server = await serverOn(data);
    const { welcome: second } = await RawClient.join(server.url, { token: first.token });
    expect(second).toMatchObject({ id: first.id, token: first.token, generation: 2 });
    const { welcome: other } = await RawClient.join(server.url, { name: 'Ben' });
    expect(other.id).toBeGreaterThan(first.id);
    await stop(server);
    server = await serverOn(data);
    const { welcome: third } = await RawClient.join(server.url, { token: first.token });
    expect(third).toMatchObject({ id: first.id, generation: 3 });
  });

  it('that is stopped knows where they stood', async () => {
    const data = ownFolder();
    const first = await serverOn(data);
    const { client, welcome } = await RawClient.join(first.url, { at: [1000, -500] });
    const { x, y } = await client.next('own');
    await stop(first);
    const second = await serverOn(data);
    const { client: again } = await RawClient.join(second.url, { token: welcome.token });
    expect(await again.next('own')).toMatchObject({ x, y });
  });

  it('never lets world time run backwards, however often it is killed', async () => {
    const data = ownFolder();
    let last = -1;
    // Long before world time is saved, when that is due, and again before.
    for (const lived of [5, 42, 5]) {
      const server = await serverOn(data);
      const first = await tickOf(server);
      expect(first).toBeGreaterThan(last);
      last = await until('some time has passed', async () => {
        const tick = await tickOf(server);
        return tick >= first + lived && tick;
      });
      await kill(server);
    }
    // Margins and all: the world is some seconds old, and not some minutes.
    expect(last).toBeLessThan(60 * 20);
  });

  it('has it to itself: another one says so in a sentence, and comes in once the first has stopped', async () => {
    const data = ownFolder();
    const first = await serverOn(data);
    const sentence = await refusalOf('--data', data);
    expect(sentence).toContain(`The folder ${data} is in use by another server (process ${first.child.pid})`);
    await RawClient.join(first.url);
    await stop(first);
    expect(readdirSync(data).filter((name) => name.endsWith('.sock'))).toEqual([]);
    await serverOn(data);
  });

  it('ends in good order when it is told to while it waits for the folder', async () => {
    const data = ownFolder();
    const first = await serverOn(data);
    // It has the folder, and does not say so.
    first.child.kill('SIGSTOP');
    const second = ServerProcess.launch(process.execPath, [SERVER, '--port', '0', '--data', data]);
    await until('it is at the gate', () => readdirSync(data).filter((name) => name.endsWith('.sock')).length === 2);
    second.child.kill('SIGTERM');
    expect(await second.ended).toEqual({ code: 0, signal: null });
    expect(second.stderr).toBe('');
    first.child.kill('SIGCONT');
    await RawClient.join(first.url);
  });

  it('lies in ./data unless told otherwise, and is none where nothing is to be kept', async () => {
    const cwd = ownFolder();
    const byDefault = await ServerProcess.startWith({ cwd, env: { FLATLANDS_DATA: '' } });
    await stop(byDefault);
    expect(readdirSync(cwd)).toEqual(['data']);
    expect(existsSync(join(cwd, 'data', 'data.mdb'))).toBe(true);

    const empty = ownFolder();
    const forgetful = await ServerProcess.startWith({ cwd: empty }, '--data', 'none');
    const { welcome } = await RawClient.join(forgetful.url);
    await stop(forgetful);
    expect(readdirSync(empty)).toEqual([]);
    const next = await ServerProcess.startWith({ cwd: empty }, '--data', 'none');
    const { welcome: again } = await RawClient.join(next.url, { token: welcome.token });
    expect(again.token).not.toBe(welcome.token);
  });
});

describe('a server that cannot have its folder says so in a sentence and exits with 1', () => {
  it('because there is a file in its way', async () => {
    const file = join(ownFolder(), 'file');
    writeFileSync(file, 'something');
    expect(await refusalOf('--data', file)).toContain(`${file} cannot hold a world`);
    expect(await refusalOf('--data', join(file, 'data'))).toContain('cannot hold a world');
  });

  it('because what is there is damaged', async () => {
    const data = ownFolder();
    await stop(await serverOn(data));
    writeFileSync(join(data, 'data.mdb'), 'something else');
    expect(await refusalOf('--data', data)).toContain('holds a damaged file');
  });

  it('because it holds another world', async () => {
    const data = ownFolder();
    await stop(await serverOn(data, '--seed', '5'));
    expect(await refusalOf('--data', data, '--terrain', 'flat')).toContain('start it with --seed 5');
    expect(await refusalOf('--data', data, '--terrain', 'flat', '--seed', '5', '--world', 'other')).toContain(
      'start it with --world flatlands',
    );
    await stop(await serverOn(data, '--seed', '5'));
  });
});
