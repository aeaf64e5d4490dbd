import { describe, expect, it } from 'vitest';
import type { App, AppOptions } from '../../server/app.ts';
import type { Config } from '../../server/config.ts';
import { HELLO_MS, MAX_EARLY_MESSAGES, MESSAGE_BURST, MESSAGE_COST, SILENT_MS } from '../../server/gateway/limits.ts';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import type { Store } from '../../server/store/store.ts';
import { encodeClientMessage } from '../../shared/client-codec.ts';
import { createWorldClock } from '../../shared/clock.ts';
import { CLOSE, type CloseName } from '../../shared/closing.ts';
import { concat, pack } from '../../shared/codec.ts';
import { MAX_CLIENT_FRAME_BYTES, MAX_CLIENT_FRAME_MESSAGES, SUBPROTOCOL } from '../../shared/constants.ts';
import { STANDING } from '../../shared/motion.ts';
import { CLIENT_TYPE, type ClientMessage } from '../../shared/protocol.ts';
import { Bystanders } from '../helpers/bystanders.ts';
import { HELLO, RawClient, refusalOf } from '../helpers/raw-client.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { until } from '../helpers/until.ts';
import { Walker } from '../helpers/walker.ts';

const ALIVE: ClientMessage = { type: 'alive', frame: 0, nonce: null };

interface Scene {
  readonly app: App;
  readonly url: string;
  readonly others: Bystanders;
}

/** A server with two honest players on it. */
async function scene(config: Partial<Config> = {}, options: AppOptions = {}): Promise<Scene> {
  const app = await startTestApp({ flushMs: 50, ...config }, options);
  return { app, url: app.url, others: await Bystanders.join(app.url) };
}

/** The client was closed with this code and a sentence, and the honest players noticed nothing. */
async function expectClosed({ others }: Scene, client: RawClient, name: CloseName, detail = ''): Promise<void> {
  const { code, sentence } = CLOSE[name];
  const ending = await client.closed();
  expect(ending).toEqual({ code, reason: expect.stringContaining(detail === '' ? sentence : detail) });
  await others.areUnaffected();
}

/** A clock that can be put forward. World time is to keep still meanwhile, or the leap counts as the node's own stall. */
function leapingClock(): { monotonic: () => number; leap: (ms: number) => void } {
  let ahead = 0;
  return {
    monotonic: () => performance.now() + ahead,
    leap: (ms) => {
      ahead += ms;
    },
  };
}

/** Sends so many messages, as full as frames may be. */
function sendMany(client: RawClient, message: ClientMessage, count: number): void {
  for (let left = count; left > 0; left -= MAX_CLIENT_FRAME_MESSAGES) {
    client.send(...Array.from({ length: Math.min(left, MAX_CLIENT_FRAME_MESSAGES) }, () => message));
  }
}

describe('the handshake', () => {
  it('is answered with welcome, one place to stand and the squares around it (P-HELLO-7, P-ORDER-4)', async () => {
    const { url } = await startTestApp({ seed: 99, world: 'w', flushMs: 50 });
    const { client, welcome } = await RawClient.join(url);
    expect(client.socket.protocol).toBe(SUBPROTOCOL);
    expect(welcome).toMatchObject({
      generation: 1,
      world: 'w',
      seed: 99,
      terrain: 'flat',
      openSpawn: true,
      flushMs: 50,
    });
    expect(welcome.token.length).toBeGreaterThanOrEqual(24);
    expect(client.frames[0]?.map(({ type }) => type).slice(0, 2)).toEqual(['frame', 'welcome']);
    expect(await client.next('own')).toMatchObject({ n: 0, heading: STANDING });
    await client.next('snapshot');
  });

  it.each([
    ['of the same length', [CLIENT_TYPE.hello, 2, 'Ada', 0, 40, 24, null, null]],
    ['that is shorter', [CLIENT_TYPE.hello, 2]],
    ['that is longer', [CLIENT_TYPE.hello, 7, 'Ada', 0, 40, 24, null, null, 'more', [1]]],
    ['with fields of other kinds', [CLIENT_TYPE.hello, 0, 40, 'Ada', null, 'wide', 'high', 5]],
  ])('with a hello of another version %s ends with "version" (P-HELLO-2)', async (_, hello) => {
    const stage = await scene();
    const client = await RawClient.open(stage.url);
    client.sendBytes(pack(hello));
    await expectClosed(stage, client, 'version');
  });

  it.each([
    ['without a subprotocol', []],
    ['with the subprotocol of another version', ['flatlands.v2']],
  ])('%s ends with "version" and names the one to offer (P-CONN-1)', async (_, protocols) => {
    const stage = await scene();
    const client = await RawClient.open(stage.url, protocols);
    await expectClosed(stage, client, 'version', SUBPROTOCOL);
  });

  it('with several subprotocols selects ours (P-CONN-1)', async () => {
    const { url } = await startTestApp();
    const client = await RawClient.open(url, ['flatlands.v2', SUBPROTOCOL]);
    client.send(HELLO);
    await client.next('welcome');
  });

  it('without a hello in time ends with "noHello" (P-HELLO-1)', async () => {
    const { monotonic, leap } = leapingClock();
    const stage = await scene({}, { monotonic, clock: createWorldClock(() => performance.now()) });
    const client = await RawClient.open(stage.url);
    leap(HELLO_MS - 1000);
    await stage.others.areAlive();
    expect(client.ending).toBeUndefined();
    leap(1001);
    await expectClosed(stage, client, 'noHello');
  });

  it('that begins with anything but hello, or says hello twice, is malformed (P-HELLO-1)', async () => {
    const stage = await scene();
    const early = await RawClient.open(stage.url);
    early.send(ALIVE, HELLO);
    await expectClosed(stage, early, 'malformed', 'first message is hello');
    const { client } = await RawClient.join(stage.url);
    client.send(HELLO);
    await expectClosed(stage, client, 'malformed', 'second hello');
    const { client: other } = await RawClient.join(stage.url);
    other.sendBytes(pack([CLIENT_TYPE.hello, 2]));
    await expectClosed(stage, other, 'malformed', 'second hello');
  });

  it('takes messages that follow the hello at once, in the same frame too (P-HELLO-1)', async () => {
    const { url } = await startTestApp();
    const client = await RawClient.open(url);
    client.send(HELLO, { type: 'alive', frame: 0, nonce: 7 }, { type: 'input', n: 1, tick: 0, heading: 64, frame: 0 });
    expect(await client.next('pong')).toMatchObject({ nonce: 7 });
    await until('the input was applied', () =>
      client.messages.some((message) => message.type === 'own' && message.n === 1 && message.heading === 64),
    );
  });
});

describe('at the door', () => {
  it('a page of another origin is refused with 403, ours and listed ones are let in (P-CONN-3)', async () => {
    const { app, url, others } = await scene({ origins: ['https://play.example'] });
    for (const origin of [
      'https://evil.example',
      'null',
      `http://127.0.0.1:${app.port + 1}`,
      'https://play.example.evil',
    ]) {
      expect(await refusalOf(url, { origin }), origin).toBe(403);
    }
    for (const origin of [`http://127.0.0.1:${app.port}`, 'https://play.example']) {
      expect(await refusalOf(url, { origin }), origin).toBeUndefined();
    }
    await others.areUnaffected();
  });

  it('another path is refused with 404 (P-CONN-1)', async () => {
    const { url, others } = await scene();
    for (const path of ['', '/', '/ws/', '/ws2', '/WS', '/metrics']) {
      expect(await refusalOf(url.replace('/ws', path)), path).toBe(404);
    }
    expect(await refusalOf(`${url}?from=somewhere`)).toBeUndefined();
    await others.areUnaffected();
  });

  it('a full server says so, and has room again when somebody leaves', async () => {
    const stage = await scene({ maxSessions: 3 });
    const { client: last } = await RawClient.join(stage.url);
    const refused = await RawClient.open(stage.url);
    refused.send(HELLO);
    await expectClosed(stage, refused, 'full');
    await last.close();
    await RawClient.join(stage.url);
    await stage.others.areUnaffected();
  });

  it('a place where nobody can be, or may ask to be, is refused (P-HELLO-6)', async () => {
    const open = await scene();
    for (const at of [
      [2 ** 36, 0],
      [0, -(2 ** 36) - 1],
      [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
    ] as const) {
      const client = await RawClient.open(open.url);
      client.send({ ...HELLO, at });
      await expectClosed(open, client, 'edge');
    }
    const { client: inside } = await RawClient.join(open.url, { at: [2 ** 36 - 1, -(2 ** 36)] });
    expect(await inside.next('own')).toMatchObject({ x: 2 ** 44 - 128, y: -(2 ** 44) + 128 });
  });

  it('a server with a closed spawn chooses places itself (P-HELLO-6)', async () => {
    const { url } = await startTestApp({ openSpawn: false });
    const client = await RawClient.open(url);
    client.send({ ...HELLO, at: [0, 0] });
    const { code, sentence } = CLOSE.closedSpawn;
    expect(await client.closed()).toEqual({ code, reason: sentence });
    const { client: other, welcome } = await RawClient.join(url);
    expect(welcome.openSpawn).toBe(false);
    const { x, y } = await other.next('own');
    expect(Math.hypot(x, y) / 256).toBeLessThan(12);
  });
});

/** Frames that are refused, and a word of the reason. */
const REFUSED: readonly (readonly [what: string, frame: Uint8Array, why: string])[] = [
  ['an empty one', new Uint8Array(0), 'no message'],
  ['no MessagePack', Uint8Array.of(0xc1), 'outside the protocol'],
  ['one that is cut short', encodeClientMessage(ALIVE).slice(0, 2), 'cut short'],
  ['one that goes on too long', concat([encodeClientMessage(ALIVE), Uint8Array.of(0)]), 'is an array'],
  ['a map', pack({ type: 'alive' }), 'a map'],
  ['a record of msgpackr', Uint8Array.of(0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 0x01), 'outside the protocol'],
  ['a regular expression of msgpackr', Uint8Array.of(0xd5, 0x78, 0x91, 0xa1), 'outside the protocol'],
  ['one that is nested too deep', pack([CLIENT_TYPE.who, [[[1]]]]), 'nested too deep'],
  ['one of a thousand levels', new Uint8Array(1000).fill(0x91), 'nested too deep'],
  ['too many values', pack([CLIENT_TYPE.who, new Array(200).fill(1)]), 'too many values'],
  ['too many messages', concat(new Array(17).fill(encodeClientMessage(ALIVE))), 'too many messages'],
  ['an unknown type', pack([99]), 'unknown message type'],
  ["a server's message", pack([16, 1]), 'unknown message type'],
  ['a heading out of range', pack([CLIENT_TYPE.input, 1, 0, 257, 0]), 'from 0 to 256'],
  ['a tick that is no integer', pack([CLIENT_TYPE.input, 1, 0.5, 0, 0]), 'must be an integer'],
  ['a screen that is no number', pack([CLIENT_TYPE.screen, Number.NaN, 24]), 'must be a number'],
  ['a square out of range', pack([CLIENT_TYPE.ask, 2 ** 31, 0]), 'from -2147483648'],
  ['a field too many', pack([CLIENT_TYPE.refresh, 0]), 'has 1 items'],
  ['a field too few', pack([CLIENT_TYPE.alive, 0]), 'has 3 items'],
];

describe('a frame outside the protocol', () => {
  it.each(REFUSED)('%s ends the session as malformed, with a reason (P-ENC-6)', async (_, frame, why) => {
    const stage = await scene();
    const { client, welcome } = await RawClient.join(stage.url);
    await stage.others.see(welcome.id);
    const stranger = await RawClient.open(stage.url);
    for (const each of [client, stranger]) each.sendBytes(frame);
    await expectClosed(stage, client, 'malformed', why);
    await expectClosed(stage, stranger, 'malformed', why);
    await stage.others.miss(welcome.id);
  });

  it('takes the whole frame with it: what stood before in it has no effect (P-ENC-6)', async () => {
    const stage = await scene();
    const { client, welcome } = await RawClient.join(stage.url);
    await stage.others.see(welcome.id);
    client.sendBytes(
      concat([encodeClientMessage({ type: 'input', n: 1, tick: 0, heading: 99, frame: 0 }), pack([CLIENT_TYPE.ask])]),
    );
    await expectClosed(stage, client, 'malformed');
    await stage.others.miss(welcome.id);
    expect(stage.others.watcher.sights).not.toContainEqual(expect.objectContaining({ what: 'moved', id: welcome.id }));
  });

  it('larger than allowed ends the session at once with "tooBig" (P-CONN-4)', async () => {
    const stage = await scene();
    const { client, welcome } = await RawClient.join(stage.url);
    await stage.others.see(welcome.id);
    // Deaf, so that it never answers the close: its player goes all the same.
    client.socket.pause();
    client.sendBytes(new Uint8Array(MAX_CLIENT_FRAME_BYTES + 1));
    await stage.others.miss(welcome.id);
    client.socket.resume();
    await expectClosed(stage, client, 'tooBig');

    const { client: within } = await RawClient.join(stage.url);
    within.sendBytes(new Uint8Array(MAX_CLIENT_FRAME_BYTES));
    await expectClosed(stage, within, 'malformed');
  });

  it('of text is malformed, whatever it says (P-CONN-2)', async () => {
    const stage = await scene();
    for (const text of ['hello', '', Buffer.from(encodeClientMessage(ALIVE)), Buffer.of(0xff, 0xfe)]) {
      const { client } = await RawClient.join(stage.url);
      client.socket.send(text, { binary: false });
      await expectClosed(stage, client, 'malformed');
    }
  });
});

describe('a client that asks too much', () => {
  it.each(['alive', 'screen', 'refresh'] as const)('with "%s" is closed with "flood" (P-CONN-7)', async (type) => {
    const stage = await scene();
    const message = { alive: ALIVE, screen: { type, width: 5, height: 5 }, refresh: { type } }[type] as ClientMessage;
    const burst = MESSAGE_BURST / MESSAGE_COST[type] - 1;
    const { client } = await RawClient.join(stage.url);
    sendMany(client, message, burst - 1);
    client.send({ type: 'alive', frame: 0, nonce: 1 });
    await client.next('pong');
    sendMany(client, message, burst);
    await expectClosed(stage, client, 'flood');
  });

  it('before it is welcome is closed with "flood" (P-HELLO-1)', async () => {
    const store = gatedStore();
    const stage = await scene({}, { store });
    store.shut();
    const patient = await RawClient.open(stage.url);
    patient.send(HELLO);
    sendMany(patient, ALIVE, MAX_EARLY_MESSAGES - 1);
    patient.send({ type: 'alive', frame: 0, nonce: 5 });
    const hasty = await RawClient.open(stage.url);
    hasty.send(HELLO);
    sendMany(hasty, ALIVE, MAX_EARLY_MESSAGES + 1);
    await expectClosed(stage, hasty, 'flood');
    store.open();
    await patient.next('welcome');
    expect(await patient.next('pong')).toMatchObject({ nonce: 5 });
    expect(stage.app.node.sessionCount).toBe(3);
  });
});

/** A store whose sign-ups wait while it is shut. */
function gatedStore(): Store & { shut(): void; open(): void } {
  const store = createMemoryStore();
  let gate = Promise.resolve();
  let open = (): void => undefined;
  return {
    ...store,
    signUp: async (tokenHash, id, person) => {
      await gate;
      await store.signUp(tokenHash, id, person);
    },
    shut: () => {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    open: () => open(),
  };
}

describe('a session', () => {
  it('of a client that has fallen silent ends with "silent" (P-ALIVE-1)', async () => {
    const { monotonic, leap } = leapingClock();
    const stage = await scene({}, { monotonic, clock: createWorldClock(() => performance.now()) });
    const { client, welcome } = await RawClient.join(stage.url);
    client.isAcknowledging = false;
    await stage.others.see(welcome.id);
    // The others say something in between.
    leap(SILENT_MS / 2);
    await stage.others.areAlive();
    await until('the watcher said something', () => stage.others.watcher.client.counters.messagesOut > 3);
    expect(client.ending).toBeUndefined();
    const said = stage.others.watcher.client.counters.messagesOut;
    await until('the watcher said more', () => stage.others.watcher.client.counters.messagesOut > said);
    await stage.others.areAlive();
    leap(SILENT_MS / 2 + 1);
    await expectClosed(stage, client, 'silent');
    await stage.others.miss(welcome.id);
  });

  it('ends when the same player signs in again, who goes on where they were (P-HELLO-5)', async () => {
    const stage = await scene();
    const { client: first, welcome } = await RawClient.join(stage.url, { at: [5, 5] });
    await stage.others.see(welcome.id);
    const { client: second, welcome: again } = await RawClient.join(stage.url, { token: welcome.token });
    expect(again).toMatchObject({ id: welcome.id, generation: welcome.generation + 1, token: welcome.token });
    expect(await second.next('own')).toMatchObject({ x: 5 * 256 + 128, y: 5 * 256 + 128 });
    await expectClosed(stage, first, 'takenOver');
    // To others it is one player all along.
    second.send({ type: 'input', n: 1, tick: 0, heading: 64, frame: 0 });
    await stage.others.watcher.sawTurn(welcome.id, 64);
    const sights = stage.others.watcher.sights.filter(({ id }) => id === welcome.id);
    expect(sights.map(({ what }) => what)).toEqual(['entered', 'moved', 'moved']);
    await stage.others.areUnaffected();
  });

  it('is not taken over by an older sign-in that the store answered late', async () => {
    const store = createMemoryStore();
    const waiting: (() => void)[] = [];
    let isSlow = false;
    const slow: Store = {
      ...store,
      signIn: async (tokenHash) => {
        const signedIn = await store.signIn(tokenHash);
        if (isSlow) await new Promise<void>((resolve) => waiting.push(resolve));
        return signedIn;
      },
    };
    const { url } = await startTestApp({}, { store: slow });
    const { client: first, welcome } = await RawClient.join(url);
    await first.close();
    isSlow = true;
    const late = await RawClient.open(url);
    late.send({ ...HELLO, token: welcome.token });
    await until('the first sign-in waits', () => waiting.length === 1);
    const newest = await RawClient.open(url);
    newest.send({ ...HELLO, token: welcome.token });
    await until('the second sign-in waits', () => waiting.length === 2);
    waiting[1]?.();
    expect(await newest.next('welcome')).toMatchObject({ generation: 3 });
    waiting[0]?.();
    expect((await late.closed()).code).toBe(CLOSE.takenOver.code);
    newest.send({ type: 'alive', frame: 0, nonce: 1 });
    await newest.next('pong');
  });

  it('resumed with a token has the same id, a higher generation and the same place (P-HELLO-5)', async () => {
    const stage = await scene();
    const { client, welcome } = await RawClient.join(stage.url, { at: [8, 8], name: 'Ada' });
    client.send({ type: 'input', n: 1, tick: 0, heading: 32, frame: 0 });
    await client.next('own');
    await client.next('own');
    client.send({ type: 'input', n: 2, tick: 0, heading: STANDING, frame: 0 });
    const stood = await client.next('own');
    expect(stood).toMatchObject({ n: 2, heading: STANDING });
    await client.close();
    await stage.others.miss(welcome.id);

    const { client: back, welcome: again } = await RawClient.join(stage.url, { token: welcome.token });
    expect(again).toMatchObject({ id: welcome.id, generation: 2 });
    expect(await back.next('own')).toMatchObject({ n: 0, x: stood.x, y: stood.y, heading: STANDING });
    await stage.others.see(welcome.id);
    await back.close();
    await stage.others.miss(welcome.id);

    // A place that is asked for goes before the place that was kept.
    const { client: elsewhere } = await RawClient.join(stage.url, { token: welcome.token, at: [-9, 2] });
    expect(await elsewhere.next('own')).toMatchObject({ x: -9 * 256 + 128, y: 2 * 256 + 128 });
    await stage.others.areUnaffected();
  });

  it('has its place saved while it walks, for a node may die', async () => {
    const store = createMemoryStore();
    const saved: number[] = [];
    const watched: Store = {
      ...store,
      savePlace: (id, place) => {
        saved.push(place.y);
        return store.savePlace(id, place);
      },
    };
    const { url } = await startTestApp({}, { store: watched });
    const walker = await Walker.join(url, { at: [0, 0] });
    await walker.turn(64);
    await until('it was saved on the way', () => saved.some((y) => y > 256), 12_000);
    expect(walker.client.state.phase).toBe('joined');
  });

  it('with a token that nobody knows is that of somebody new (P-HELLO-5)', async () => {
    const { url } = await startTestApp();
    const { welcome } = await RawClient.join(url);
    const { welcome: other } = await RawClient.join(url, { token: 'never given' });
    expect(other.id).not.toBe(welcome.id);
    expect(other).toMatchObject({ generation: 1, token: expect.not.stringContaining('never given') });
  });

  it('ends with "unavailable" while the store fails, alone', async () => {
    const store = createMemoryStore();
    let isBroken = false;
    const broken: Store = {
      ...store,
      signUp: (tokenHash, id, person) =>
        isBroken ? Promise.reject(new Error('disk full')) : store.signUp(tokenHash, id, person),
    };
    const stage = await scene({}, { store: broken });
    isBroken = true;
    const client = await RawClient.open(stage.url);
    client.send(HELLO);
    await expectClosed(stage, client, 'unavailable');
    isBroken = false;
    await RawClient.join(stage.url);
    const metrics = await (await fetch(`http://127.0.0.1:${stage.app.port}/metrics`)).text();
    expect(metrics).toContain('flatlands_store_failures_total 1\n');
  });

  it('ends with "fault" when the server fails it, alone', async () => {
    // A store that breaks its promises is a fault of ours.
    const broken: Store = { ...createMemoryStore(), signIn: async () => null as never };
    const stage = await scene({}, { store: broken });
    const client = await RawClient.open(stage.url);
    client.send({ ...HELLO, token: 'x' });
    await expectClosed(stage, client, 'fault');
    await RawClient.join(stage.url);
  });

  it('is told the names it asks for, and nothing of ids that nobody has (P-PROF-2)', async () => {
    const { url, others } = await scene();
    const { client } = await RawClient.join(url);
    await client.next('snapshot');
    client.send({ type: 'who', ids: [4_000_000_000, others.walker.id] });
    const { profiles } = await client.next('profiles');
    expect(profiles).toEqual([{ id: others.walker.id, version: 1, name: 'Walker', look: 0 }]);
  });

  it('that ended for a fault of its own is counted by its code', async () => {
    const { app, url } = await scene();
    const { client } = await RawClient.join(url);
    client.sendBytes(new Uint8Array(MAX_CLIENT_FRAME_BYTES + 1));
    await client.closed();
    const { client: other } = await RawClient.join(url);
    other.sendBytes(pack([8]));
    await other.closed();
    expect(await refusalOf(url, { origin: 'https://evil.example' })).toBe(403);
    const metrics = await (await fetch(`http://127.0.0.1:${app.port}/metrics`)).text();
    for (const code of [CLOSE.tooBig.code, CLOSE.malformed.code, 403]) {
      expect(metrics).toContain(`flatlands_refusals_total{code="${code}"} 1\n`);
    }
  });
});
