/**
 * A client written from shared/PROTOCOL.md alone, in about fifty lines: it imports a WebSocket, a MessagePack library
 * and nothing of this project. The numbers are those of the page; so is the order of the fields.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Packr } from 'msgpackr';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';

/** Type number and fields; what kind a field is, the page says. */
type Message = [type: number, a: never, b: never, c: never, d: never];

const packr = new Packr({ useRecords: false });

function enter(url: string, name: string, at: readonly [tileX: number, tileY: number]) {
  const socket = new WebSocket(url, 'flatlands.v1');
  const me = {
    id: 0,
    x: 0,
    tick: 0,
    squares: new Map<string, Set<number>>(),
    news: [] as string[],
    /** Of each square, the tiles that people have set: index and kind. */
    ground: new Map<string, Map<number, number>>(),
    lines: [] as string[],
    answers: [] as string[],
    walk,
    build,
    say,
    leave,
  };
  const send = (...message: unknown[]) => socket.send(packr.pack(message));
  const idsIn = (records: Buffer, size: number) =>
    Array.from({ length: records.length / size }, (_, i) => records.readUInt32BE(i * size));
  const tilesIn = (records: Buffer, size: number) =>
    Array.from({ length: records.length / size }, (_, i) => {
      const at = (i + 1) * size - 3; // the tile and its kind stand at the end of either record
      return [records.readUInt16BE(at), records.readUInt8(at + 2)] as const;
    });

  socket.on('open', () => send(1, 1, name, 0, 40, 24, null, at)); // hello: version 1, look 0, 40 × 24 tiles
  const timer = setInterval(() => socket.readyState === socket.OPEN && send(4, me.tick, null), 1000); // alive
  socket.on('message', (frame: Buffer) => {
    for (const message of packr.unpackMultiple(frame) as (number | Message)[]) {
      if (typeof message === 'number') {
        me.tick = message; // a header: of several the last one is the number to acknowledge
        continue;
      }
      const [type, a, b, c, d] = message;
      const square = `${a},${b}`;
      const here = me.squares.get(square);
      if (type === 22) me.id = a; // welcome
      if (type === 23) me.x = d; // own: n, rev, tick, x, y, heading
      if (type === 19) me.squares.set(square, new Set(idsIn(c, 20))); // snapshot: enter records of 20 bytes
      if (type === 21) me.squares.delete(square); // forget
      if (type === 27) me.answers.push(`${a} done`);
      if (type === 28) me.answers.push(`${a} refused: ${b}`);
      if (type === 29) me.ground.set(square, new Map(tilesIn(d, 3))); // ground: sx, sy, revision, tile records
      if (type === 30) for (const [tile, kind] of tilesIn(c, 15)) me.ground.get(square)?.set(tile, kind); // edits
      if (type === 31) for (const [, , speaker, text] of d as string[][]) me.lines.push(`${speaker}: ${text}`); // lines
      if (type !== 18 || here === undefined) continue; // changes: leave records of 8 bytes before enter records
      for (const id of idsIn(d, 8)) if (here.delete(id)) me.news.push(`${id} left ${square}`);
      for (const id of idsIn(c, 20)) if (!here.has(id) && here.add(id)) me.news.push(`${id} entered ${square}`);
    }
  });

  let inputs = 0;
  function walk(heading: number) {
    send(2, ++inputs, me.tick, heading, me.tick); // input: 0 is east, 64 south, 128 west, 192 north, 256 stands
  }
  let requests = 0;
  function build(sx: number, sy: number, tile: number, kind: number) {
    send(9, ++requests, sx, sy, tile, kind, null); // edit: whatever revision the tile stands at
  }
  function say(text: string) {
    send(10, ++requests, text);
  }
  function leave() {
    clearInterval(timer);
    socket.close();
  }
  return me;
}

// What follows starts a server, with the command that the README names, and lets two such clients meet.

const ROOT = join(import.meta.dirname, '..');
const FLAGS = ['--port', '0', '--terrain', 'flat', '--open-spawn', '--data', 'none', '--log-level', 'warn'];

let server: ChildProcess;
let url = '';

beforeAll(async () => {
  server = spawn('npm', ['start', '--', ...FLAGS], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  server.stdout?.on('data', (data: Buffer) => {
    output += data.toString();
  });
  const port = await vi.waitUntil(() => /http:\/\/localhost:(\d+)/.exec(output)?.[1], { timeout: 50_000 });
  url = `ws://localhost:${port}/ws`;
});

afterAll(async () => {
  server.kill('SIGTERM');
  await once(server, 'exit');
});

test('a client written from PROTOCOL.md walks across a border, and another sees it enter, cross and leave', async () => {
  const watcher = enter(url, 'Watcher', [34, 16]);
  await expect.poll(() => watcher.squares.get('1,0')?.has(watcher.id)).toBe(true);
  const walker = enter(url, 'Walker', [31, 16]);
  await expect.poll(() => walker.squares.get('1,0')?.has(watcher.id)).toBe(true);
  const { id } = walker;
  await expect.poll(() => watcher.news).toEqual([`${id} entered 0,0`]);
  expect(walker.x).toBe(31.5 * 256);

  walker.walk(0);
  await expect.poll(() => watcher.news.slice(1), { timeout: 5000 }).toEqual([`${id} left 0,0`, `${id} entered 1,0`]);
  expect(watcher.squares.get('1,0')).toEqual(new Set([watcher.id, id]));
  // An input names its tick, and the server goes back to it: whoever stops has to know of the crossing first.
  const crossed = watcher.tick;
  await expect.poll(() => walker.tick).toBeGreaterThanOrEqual(crossed);
  walker.walk(256);
  await expect.poll(() => walker.x).toBeGreaterThanOrEqual(32 * 256);

  walker.leave();
  await expect.poll(() => watcher.news.slice(3)).toEqual([`${id} left 1,0`]);
  expect(watcher.squares.get('1,0')).toEqual(new Set([watcher.id]));
  watcher.leave();
});

test('a client written from PROTOCOL.md builds, is stopped by its wall and talks, and who comes later finds both', async () => {
  const builder = enter(url, 'Builder', [72, 16]);
  await expect.poll(() => builder.ground.get('2,0')).toEqual(new Map());
  // Row 16 of the square: 17 is a white wall three tiles east, 33 a path beside, 99 is no kind.
  const WALL = 16 * 32 + 11;
  builder.build(2, 0, WALL, 17);
  builder.build(2, 0, WALL + 32, 33);
  builder.build(2, 0, WALL, 99);
  builder.say('Hello!');
  await expect
    .poll(() => builder.answers.toSorted())
    .toEqual(['1 done', '2 done', expect.stringMatching(/^3 refused: .*\.$/), '4 done']);
  const built = new Map([
    [WALL, 17],
    [WALL + 32, 33],
  ]);
  await expect.poll(() => builder.ground.get('2,0')).toEqual(built);
  await expect.poll(() => builder.lines).toEqual(['Builder: Hello!']);

  builder.walk(0);
  const begun = builder.tick;
  await expect.poll(() => builder.tick, { timeout: 5000 }).toBeGreaterThan(begun + 30);
  builder.walk(256);
  await expect.poll(() => builder.x).toBeGreaterThanOrEqual(75 * 256 - 51);
  expect(builder.x).toBeLessThan(75 * 256);

  const friend = enter(url, 'Friend', [72, 16]);
  await expect.poll(() => friend.ground.get('2,0')).toEqual(built);
  await expect.poll(() => friend.lines).toEqual(['Builder: Hello!']);
  friend.build(2, 0, WALL + 32, 0);
  friend.say('/me waves');
  await expect.poll(() => builder.ground.get('2,0')?.get(WALL + 32)).toBe(0);
  await expect.poll(() => builder.lines).toEqual(['Builder: Hello!', 'Friend: /me waves']);
  builder.leave();
  friend.leave();
});
