import { beforeAll, expect, it } from 'vitest';
import { MAX_EARLY_MESSAGES, MESSAGE_BURST, MESSAGE_COST } from '../../server/gateway/limits.ts';
import { decodeClientFrame, encodeClientMessage } from '../../shared/client-codec.ts';
import { CLOSE, type CloseName, ProtocolError } from '../../shared/closing.ts';
import { MAX_CLIENT_FRAME_BYTES, PROTOCOL_VERSION } from '../../shared/constants.ts';
import { inWorld } from '../../shared/grid.ts';
import type { ClientMessage } from '../../shared/protocol.ts';
import { decodeServerFrame } from '../../shared/server-codec.ts';
import { type MemoryUse, settledMemoryOf } from '../bench/heap-probe.ts';
import { Bystanders } from '../helpers/bystanders.ts';
import { honestHello, honestMessage, mutate, type Random } from '../helpers/mutations.ts';
import { ownFolder } from '../helpers/own-folder.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { ensureServerBuilt, ServerProcess } from '../helpers/server-process.ts';
import { until } from '../helpers/until.ts';
import { WireSocket } from '../helpers/wire-socket.ts';

const SEED = Number(process.env.FLATLANDS_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const MESSAGES = 100_000;
/** Connections at a time. */
const LANES = 64;
/** Messages that a session gets through at most: below every limit, so that only what is wrong with them ends it. */
const MAX_MESSAGES = MAX_EARLY_MESSAGES - 2;
const MAX_COST = MESSAGE_BURST - 10;
/** Stands among close codes for a session that was not closed, and left by itself. */
const SURVIVED = 1000;
/** Nonce of the question that shows that a session has survived. */
const LAST_NONCE = 4_000_000_001;
/** After a collection, for garbage comes and goes as the machine has time for it: of the process, and of its heap. */
const MEMORY_GROWTH_BYTES = 128 * 2 ** 20;
const HEAP_GROWTH_BYTES = 32 * 2 ** 20;
/** What Node says of an inspector that is looked at. */
const OF_INSPECTOR = /^(Debugger|For help).*\n/gm;

interface Frame {
  readonly bytes: Uint8Array;
  readonly isText: boolean;
  /** Whether it counts: it is not what an honest client would say. */
  readonly isMutated: boolean;
}

/** One session to be: frames, and what must become of them. */
interface Script {
  readonly frames: readonly Frame[];
  /** How the server may end it; undefined when it must not. */
  readonly ends: readonly CloseName[] | undefined;
}

/** Writes a session: mutated messages up to the first one that must end it. */
function writeScript(random: Random): Script {
  const frames: Frame[] = [];
  let messages = 0;
  let cost = 0;
  let isBeyondEdge = false;
  const ends = (...names: CloseName[]): Script => ({ frames, ends: isBeyondEdge ? [...names, 'edge'] : names });
  const length = 1 + Math.floor(random() * 25);
  for (let turn = 0; turn < length; turn++) {
    const isHonest = turn === 0 && random() < 0.7;
    const base = turn === 0 ? honestHello(random) : honestMessage(random);
    const honest = encodeClientMessage(base);
    const bytes = isHonest ? honest : mutate(base, random);
    const frame = { bytes, isText: random() < 0.005, isMutated: Buffer.compare(bytes, honest) !== 0 };
    const taken = judge(frame);
    if (typeof taken === 'string') {
      frames.push(frame);
      return ends(taken);
    }
    messages += taken.length;
    cost += taken.reduce((sum, { type }) => sum + MESSAGE_COST[type], 0);
    if (messages > MAX_MESSAGES || cost > MAX_COST) break;
    frames.push(frame);
    const [first] = taken;
    if (turn === 0 && first?.type !== 'hello') return ends('malformed');
    if (first?.type === 'hello' && turn === 0) {
      if (first.protocol !== PROTOCOL_VERSION) return ends('version');
      const [tileX = 0, tileY = 0] = first.at ?? [];
      isBeyondEdge = !inWorld(tileX * 256, tileY * 256);
    }
    if (taken.some(({ type }, index) => type === 'hello' && turn + index > 0)) return ends('malformed');
  }
  if (random() < 0.02 && frames.length > 0) return { frames: [...frames, ...flood()], ends: ['flood', 'edge'] };
  return { frames, ends: isBeyondEdge ? ['edge'] : undefined };
}

/** What a frame says, or how it must be refused. */
function judge({ bytes, isText }: Frame): readonly ClientMessage[] | CloseName {
  if (bytes.length > MAX_CLIENT_FRAME_BYTES) return 'tooBig';
  if (isText) return 'malformed';
  try {
    return decodeClientFrame(bytes);
  } catch (error) {
    if (error instanceof ProtocolError) return 'malformed';
    throw error;
  }
}

function flood(): Frame[] {
  const bytes = encodeClientMessage({ type: 'alive', frame: 0, nonce: null });
  return Array.from({ length: MESSAGE_BURST + 1 }, () => ({ bytes, isText: false, isMutated: false }));
}

const isLastAnswer = (payload: Buffer): boolean =>
  decodeServerFrame(payload).some((message) => message.type === 'pong' && message.nonce === LAST_NONCE);

/** Plays a session; returns the code it was closed with, or SURVIVED. */
async function play(port: number, { frames, ends }: Script, random: Random): Promise<{ code: number; reason: string }> {
  const socket = new WireSocket(port);
  for (const { bytes, isText } of frames) socket.send(bytes, isText);
  const survived = new Promise<{ code: number; reason: string }>((resolve) => {
    if (ends !== undefined) return;
    socket.onMessage = (payload) => {
      if (isLastAnswer(payload)) resolve({ code: SURVIVED, reason: 'survived' });
    };
    socket.send(encodeClientMessage({ type: 'alive', frame: 0, nonce: LAST_NONCE }));
  });
  const end = await Promise.race([socket.ended, survived]);
  socket.leave(random() < 0.1);
  return end;
}

/** The server's own numbers, by name. */
async function metrics(http: string): Promise<(name: string) => number> {
  const text = await (await fetch(`${http}/metrics`)).text();
  return (name) => Number(new RegExp(`^flatlands_${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}

beforeAll(ensureServerBuilt);

it(`${MESSAGES} mutated messages end the sessions that sent them, and touch nothing else (seed ${SEED})`, async () => {
  const random = seededRandom(SEED);
  // In a folder: in memory each of tens of thousands who sign up would be remembered.
  const server = await ServerProcess.inspected(
    '--data',
    ownFolder(),
    '--open-spawn',
    '--terrain',
    'flat',
    '--flush-ms',
    '50',
  );
  const memory = (): Promise<MemoryUse> => settledMemoryOf(server.child.pid ?? 0, server.inspectorUrl);
  const { http, port } = server;
  const others = await Bystanders.join(server.url);

  const closes = new Map<number, number>();
  const surprises: string[] = [];
  let [messages, sessions] = [0, 0];
  let warm: MemoryUse | undefined;
  const lane = async (): Promise<void> => {
    while (messages < MESSAGES && surprises.length < 10) {
      const script = writeScript(random);
      messages += script.frames.filter(({ isMutated }) => isMutated).length;
      sessions++;
      const { code, reason } = await play(port, script, random);
      closes.set(code, (closes.get(code) ?? 0) + 1);
      const codes: readonly number[] = script.ends?.map((name) => CLOSE[name].code) ?? [SURVIVED];
      if (codes.includes(code) && reason !== '') continue;
      const hex = script.frames.map(({ bytes }) => Buffer.from(bytes).toString('hex').slice(0, 200));
      surprises.push(`${codes} expected, ${code} "${reason}" came of ${hex.join(' ')}`);
    }
  };
  const lanes = Promise.all(Array.from({ length: LANES }, lane)).then(() => true);

  // Meanwhile the one goes on walking, and the other goes on seeing it.
  const started = performance.now();
  let laps = 0;
  for (let isOver = false; !isOver; laps++) {
    isOver = await Promise.race([lanes, others.areAlive().then(() => false)]);
    others.forget();
    if (messages > MESSAGES / 5) warm ??= await memory();
  }
  const seconds = (performance.now() - started) / 1000;
  await others.areUnaffected();
  const last = await memory();
  const growth = { heap: last.heap - (warm?.heap ?? 0), resident: last.resident - (warm?.resident ?? 0) };
  const inMiB = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
  const report = { seed: SEED, messages, sessions, closes: Object.fromEntries(closes), laps };
  console.log(
    `malformed fuzz ${JSON.stringify(report)} in ${seconds.toFixed(1)} s, heap ${inMiB(growth.heap)} MiB, resident ${inMiB(growth.resident)} MiB`,
  );

  expect(surprises).toEqual([]);
  expect(messages).toBeGreaterThanOrEqual(MESSAGES);
  for (const name of ['malformed', 'version', 'tooBig', 'flood', 'edge'] as const) {
    expect(closes.get(CLOSE[name].code), name).toBeGreaterThan(0);
  }
  expect(laps).toBeGreaterThan(10);
  expect(growth.heap).toBeLessThan(HEAP_GROWTH_BYTES);
  expect(growth.resident).toBeLessThan(MEMORY_GROWTH_BYTES);
  // Nothing is left of the sessions, once the lingering of their squares is over.
  await others.stand();
  const left = async (): Promise<number[]> =>
    ['sessions', 'players', 'squares_subscribed']
      .map(await metrics(http))
      .map((n, i) => (i < 2 ? n - 2 : n - others.squareCount));
  await expect.poll(left, { timeout: 20_000 }).toEqual([0, 0, 0]);
  expect((await fetch(`${http}/healthz`)).status).toBe(200);
  // Not a word of warning: nothing of it was a fault of the server's.
  await until('the server said no more than that it is up', () => server.stdout.split('\n').length === 2);
  expect(server.stderr.replaceAll(OF_INSPECTOR, '')).toBe('');
}, 120_000);
