import { describe, expect, it, onTestFinished } from 'vitest';
import type { App, AppOptions } from '../../server/app.ts';
import type { Config } from '../../server/config.ts';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import { CLOSE, ProtocolError } from '../../shared/closing.ts';
import type { AuditRecord, FoundPerson, RevertProgress, Rule } from '../../shared/moderation.ts';
import { BARE } from '../../shared/tiles.ts';
import type { FollowedHop } from '../../shared/topology.ts';
import { ADMIN_TOKEN, AdminClient } from '../helpers/admin-client.ts';
import { HELLO, RawClient } from '../helpers/raw-client.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { until } from '../helpers/until.ts';
import { Walker } from '../helpers/walker.ts';
import { SHARED_WORLDS, type StartNodes } from '../helpers/world-of-nodes.ts';

const ADMIN: Partial<Config> = { adminToken: ADMIN_TOKEN, adminWrites: true };
const WALL = 17;

const twoNodes = (): Promise<App[]> => (SHARED_WORLDS['one Redis'] as StartNodes)(2, ADMIN);

async function worldOf(options: AppOptions = {}): Promise<{ app: App; admin: AdminClient }> {
  const app = await startTestApp(ADMIN, options);
  return { app, admin: new AdminClient(app) };
}

/** Asks for a tile, and gives what came of it: undefined, or the sentence of a refusal. */
async function builds(walker: Walker, tileX: number, tileY: number, kind = WALL): Promise<void> {
  const n = walker.client.build(tileX, tileY, kind);
  expect(n, walker.client.whyNot(tileX, tileY, kind)).toBeDefined();
  await until('the edit was answered', () => [...walker.client.pendingEdits()].length === 0);
}

const kindAt = ({ client }: Walker, tileX: number, tileY: number): number | undefined =>
  client.ground?.kindAt(tileX, tileY, Number.MAX_SAFE_INTEGER);

/** Somebody who is told why they are refused. */
async function heardWalker(url: string, at: [number, number], name = 'Walker') {
  const refusals: string[] = [];
  const announced: string[] = [];
  const walker = await Walker.join(url, {
    name,
    at,
    observer: {
      refused: (_n, sentence) => refusals.push(sentence),
      announced: (text) => announced.push(text),
    },
  });
  return { walker, refusals, announced };
}

describe('those who run a world', () => {
  it('find people by a part of their name or their number, on whatever node they are', async () => {
    const [here, there] = (await twoNodes()) as [App, App];
    const admin = new AdminClient(here);
    const ada = await Walker.join(here.url, { name: 'Ada', at: [3, -5] });
    const adam = await Walker.join(there.url, { name: 'ADAM', at: [0, 0] });
    await Walker.join(there.url, { name: 'Ben', at: [0, 0] });
    const find = async (q: string): Promise<FoundPerson[]> =>
      (await admin.get(`/people?q=${encodeURIComponent(q)}`)).body.people;
    expect(await find('ada')).toEqual([
      { id: ada.id, name: 'Ada', node: here.node.name, tileX: 3, tileY: -5, address: '127.0.0.1' },
      { id: adam.id, name: 'ADAM', node: there.node.name, tileX: 0, tileY: 0, address: '127.0.0.1' },
    ]);
    expect((await find(`#${adam.id}`)).map(({ name }) => name)).toEqual(['ADAM']);
    expect(await find('')).toHaveLength(3);
    expect(await find('zoe')).toEqual([]);
  });

  it('send somebody away, who may come back', async () => {
    const [here, there] = (await twoNodes()) as [App, App];
    const admin = new AdminClient(here);
    const ada = await Walker.join(there.url, { name: 'Ada' });
    const { id, token } = ada;
    expect(await admin.post('/kick', { player: id, reason: 'spam' })).toMatchObject({ status: 200 });
    await until('she is out', () => ada.endings.length > 0);
    const reason = new ProtocolError('kicked', 'spam').message;
    expect(ada.endings).toEqual([{ code: CLOSE.kicked.code, reason }]);
    expect(ada.client.state.phase).toBe('closed');
    expect(await admin.post('/kick', { player: id })).toMatchObject({ status: 404 });
    const { welcome } = await RawClient.join(here.url, { token });
    expect(welcome.id).toBe(id);
  });

  it('ban somebody, on all nodes at once and from then on, until that is lifted or over', async () => {
    let wallMs = Date.parse('2026-11-23T12:00:00Z');
    const { app, admin } = await worldOf({ wallMs: () => wallMs });
    const ada = await Walker.join(app.url, { name: 'Ada' });
    const { id, token } = ada;
    const banned = async (): Promise<string | undefined> => {
      const client = await RawClient.open(app.url);
      client.send({ ...HELLO, token });
      const closed = await until(
        'answered',
        () => client.ending ?? client.messages.find(({ type }) => type === 'welcome'),
      );
      return 'code' in closed ? closed.reason : undefined;
    };
    await admin.post('/ban', { player: id, minutes: 30, reason: 'griefing' });
    await until('she is out', () => ada.endings.length > 0);
    expect(ada.endings[0]).toMatchObject({ code: CLOSE.banned.code });
    expect(await banned()).toBe(`${CLOSE.banned.sentence} (griefing, until 2026-11-23 12:30 UTC)`);
    const { rules } = (await admin.get('/rules')).body as { rules: Rule[] };
    expect(rules).toEqual([{ kind: 'ban', player: id, untilMs: wallMs + 1_800_000, reason: 'griefing' }]);
    await admin.post('/lift', { key: `ban:${id}` });
    expect(await banned()).toBeUndefined();
    await admin.post('/ban', { player: id, minutes: 30 });
    wallMs += 1_800_000;
    expect(await banned()).toBeUndefined();
    expect((await admin.get('/rules')).body.rules).toEqual([]);
    expect(await admin.post('/lift', { key: `ban:${id}` })).toMatchObject({ status: 404 });
  });

  it('ban an address, behind a proxy that is trusted, and those who are in from there', async () => {
    const app = await startTestApp({ ...ADMIN, trustedProxies: ['127.0.0.1'] });
    const admin = new AdminClient(app);
    const from = (address: string): Promise<RawClient> =>
      RawClient.open(app.url, undefined, { headers: { 'x-forwarded-for': address } });
    const [bad, good] = [await from('203.0.113.7'), await from('203.0.113.8')];
    for (const client of [bad, good]) {
      client.send(HELLO);
      await client.next('welcome');
    }
    await admin.post('/ban', { address: '203.0.113.7', reason: 'no' });
    expect(await bad.closed()).toEqual({ code: CLOSE.banned.code, reason: `${CLOSE.banned.sentence} (no)` });
    expect(await (await from('203.0.113.7')).closed()).toMatchObject({ code: CLOSE.banned.code });
    const other = await from('203.0.113.8');
    other.send(HELLO);
    await other.next('welcome');
    expect(good.ending).toBeUndefined();
  });

  it('mute somebody: nothing they say is heard, whispers neither, and they may walk and build', async () => {
    const { app, admin } = await worldOf();
    const { walker: ada, refusals } = await heardWalker(app.url, [20, 0], 'Ada');
    const { walker: ben } = await heardWalker(app.url, [20, 1], 'Ben');
    await ben.sees(ada);
    await admin.post('/mute', { player: ada.id, reason: 'shouting' });
    for (const said of ['hello', '/me waves', '/roll', '/to Ben psst']) ada.client.say(said);
    await until('all was refused', () => refusals.length === 4);
    expect(new Set(refusals)).toEqual(new Set(['Those who run this world have muted you (shouting).']));
    await builds(ada, 21, 0);
    await until('Ben sees the wall', () => kindAt(ben, 21, 0) === WALL);
    await admin.post('/lift', { key: `mute:${ada.id}` });
    ada.client.say('again');
    await until('Ben has heard it', () => ben.client.chat.entries.some(({ text }) => text === 'again'));
    expect(ben.client.chat.entries.filter(({ text }) => text !== 'again')).toEqual([]);
  });

  it('put somebody elsewhere, on whatever node they are, and speak to everybody', async () => {
    const [here, there] = (await twoNodes()) as [App, App];
    const admin = new AdminClient(here);
    const ada = await heardWalker(there.url, [0, 0], 'Ada');
    const ben = await heardWalker(here.url, [500, 500], 'Ben');
    const { status, body } = await admin.post('/teleport', { player: ada.walker.id, tileX: 500, tileY: 502 });
    expect(status).toBe(200);
    expect(body.person).toMatchObject({ name: 'Ada', tileX: 500, tileY: 502 });
    await ben.walker.sees(ada.walker);
    await until('she is there', () => Math.floor((ada.walker.client.ownPosition()?.x ?? 0) / 256) === 500);
    expect(await admin.post('/teleport', { player: 4_000_000, tileX: 0, tileY: 0 })).toMatchObject({ status: 404 });
    await admin.post('/announce', { text: ' The server\nrestarts at nine. ' });
    for (const { announced } of [ada, ben]) {
      await until('it was heard', () => announced.length > 0);
      expect(announced).toEqual(['The server restarts at nine.']);
    }
  });

  it('protect an area, in which nobody builds or takes away', async () => {
    const { app, admin } = await worldOf();
    const { walker: ada, refusals } = await heardWalker(app.url, [20, 0]);
    await builds(ada, 21, 0);
    await admin.post('/protect', { name: 'the square', left: 21, top: -3, right: 23, bottom: 3 });
    for (const [x, y, kind] of [
      [21, 0, BARE],
      [23, 3, WALL],
    ] as const) {
      await builds(ada, x, y, kind);
      expect(refusals.splice(0)).toEqual(['“the square” is protected: nobody builds there.']);
    }
    await builds(ada, 20, 2);
    expect(refusals).toEqual([]);
    expect([kindAt(ada, 21, 0), kindAt(ada, 23, 3), kindAt(ada, 20, 2)]).toEqual([WALL, BARE, WALL]);
  });

  it('undo what somebody built, and leave what others have built', async () => {
    const { app, admin } = await worldOf();
    const { walker: ada } = await heardWalker(app.url, [20, 0], 'Ada');
    const { walker: ben } = await heardWalker(app.url, [20, 1], 'Ben');
    await builds(ben, 22, 0, 33);
    await builds(ada, 22, 0);
    await builds(ada, 23, 0);
    await builds(ada, 24, 0);
    await builds(ben, 24, 0, 18);
    const asked = { player: ada.id, minutes: 5 };
    const dry = (await admin.post('/revert', { ...asked, dryRun: true })).body as RevertProgress;
    expect(dry).toMatchObject({ phase: 'done', squares: 1, tiles: 2, setBack: 0 });
    expect(kindAt(ben, 22, 0)).toBe(WALL);

    const ending = new AbortController();
    const phases: RevertProgress[] = [];
    const watching = (async () => {
      for await (const { topic, value } of admin.notices(ending.signal)) {
        if (topic === 'revert') phases.push(value as RevertProgress);
      }
    })().catch(() => undefined);
    await admin.post('/revert', asked);
    await until('all is set back', () => phases.at(-1)?.phase === 'done');
    ending.abort();
    await watching;
    expect(phases.at(-1)).toMatchObject({ tiles: 2, setBack: 2, passedOver: 0 });
    for (const walker of [ada, ben]) {
      await until('the world is as it was', () => kindAt(walker, 22, 0) === 33 && kindAt(walker, 23, 0) === BARE);
      expect(kindAt(walker, 24, 0)).toBe(18);
    }
    // Whoever looks later sees at once how it went.
    for await (const { topic, value } of admin.notices(new AbortController().signal)) {
      if (topic !== 'revert') continue;
      expect(value).toMatchObject({ phase: 'done', setBack: 2 });
      break;
    }
  });

  it('undo what was built in an area, over two nodes, as whoever looks on at the other one sees', async () => {
    const [here, there] = (await twoNodes()) as [App, App];
    const admin = new AdminClient(here);
    const topics = new Set<string>();
    const ending = new AbortController();
    onTestFinished(() => ending.abort());
    void (async () => {
      for await (const { topic } of new AdminClient(there).notices(ending.signal)) topics.add(topic);
    })().catch(() => undefined);
    const ada = await Walker.join(here.url, { at: [30, 0] });
    const ben = await Walker.join(there.url, { at: [30, 1] });
    for (const x of [29, 31, 33]) await builds(x === 31 ? ben : ada, x, 0);
    await admin.post('/revert', { area: { left: 30, top: -5, right: 40, bottom: 5 }, minutes: 60 });
    for (const walker of [ada, ben]) {
      await until('the area is bare', () => kindAt(walker, 31, 0) === BARE && kindAt(walker, 33, 0) === BARE);
      expect(kindAt(walker, 29, 0)).toBe(WALL);
    }
    await admin.post('/protect', { name: 'x', left: 0, top: 0, right: 1, bottom: 1 });
    await until('all of it was seen there', () =>
      ['topology', 'audit', 'revert', 'rules'].every((one) => topics.has(one)),
    );
  });

  it('follow a change of direction through the nodes, without the right to change anything', async () => {
    const nodes = await (SHARED_WORLDS['one Redis'] as StartNodes)(2, { adminToken: ADMIN_TOKEN });
    const [here, there] = nodes as [App, App];
    const admin = new AdminClient(here);
    const ada = await Walker.join(there.url, { at: [0, 0] });
    const ben = await Walker.join(here.url, { at: [1, 1] });
    await ben.sees(ada);
    const hops: FollowedHop[] = [];
    const ending = new AbortController();
    onTestFinished(() => ending.abort());
    void (async () => {
      for await (const { topic, value } of admin.notices(ending.signal)) {
        if (topic === 'trace') hops.push(value as FollowedHop);
      }
    })().catch(() => undefined);
    const { status, body } = await admin.get(`/follow?player=${ada.id}`);
    expect(status).toBe(200);
    await ada.turn(0);
    await until('both nodes have told', () => hops.length === 2);
    const [own, other] = hops.sort((a, b) => (a.arrivedMs === null ? -1 : 1) - (b.arrivedMs === null ? -1 : 1));
    expect([own?.node, other?.node]).toEqual([there.node.name, here.node.name]);
    for (const hop of hops) {
      expect(hop).toMatchObject({ id: body.id, player: ada.id, readMs: own?.readMs, flushedMs: own?.flushedMs });
      expect(hop.flushedMs).toBeGreaterThanOrEqual(hop.readMs);
      expect(hop.plannedMs).toBeGreaterThanOrEqual(hop.arrivedMs ?? hop.flushedMs);
      expect(hop.writtenMs).toBeGreaterThanOrEqual(hop.plannedMs);
    }
    // That one only.
    await ada.turn(64);
    await ben.sawTurn(ada.id, 64);
    expect(hops).toHaveLength(2);
    expect(await admin.get('/follow?player=77')).toMatchObject({ status: 404 });
    expect(await admin.get('/follow')).toMatchObject({ status: 400 });
  });

  it('leave a trace of everything they do, and nothing is done that cannot be noted', async () => {
    const store = createMemoryStore();
    let isBroken = false;
    const audit: typeof store.audit = (text) =>
      isBroken ? Promise.reject(new Error('no room')) : Reflect.apply(store.audit, store, [text]);
    const { app, admin } = await worldOf({ store: { ...store, audit } });
    const ada = await Walker.join(app.url);
    await admin.post('/announce', { text: 'Hello!' });
    await admin.post('/mute', { player: ada.id, minutes: 5, reason: 'x' });
    await admin.post('/kick', { player: 77 });
    const { entries } = (await admin.get('/audit')).body as { entries: AuditRecord[] };
    expect(entries.map(({ id, by, action, details }) => ({ id, by, action, details }))).toEqual([
      { id: 3, by: '127.0.0.1', action: 'kick', details: { player: 77, reason: '' } },
      {
        id: 2,
        by: '127.0.0.1',
        action: 'mute',
        details: { kind: 'mute', player: ada.id, untilMs: expect.any(Number), reason: 'x' },
      },
      { id: 1, by: '127.0.0.1', action: 'announce', details: { text: 'Hello!' } },
    ]);
    expect(((await admin.get('/audit?before=3&most=1')).body.entries as AuditRecord[]).map(({ id }) => id)).toEqual([
      2,
    ]);
    isBroken = true;
    expect((await admin.post('/kick', { player: ada.id })).status).toBe(500);
    expect(ada.client.state.phase).toBe('joined');
  });

  it('change nothing on a server that is only to be looked at, nor without the token', async () => {
    const app = await startTestApp({ adminToken: ADMIN_TOKEN });
    const admin = new AdminClient(app);
    const ada = await Walker.join(app.url);
    for (const [path, body] of [
      ['/kick', { player: ada.id }],
      ['/ban', { player: ada.id }],
      ['/announce', { text: 'x' }],
      ['/revert', { player: 1, minutes: 1 }],
    ] as const) {
      expect(await admin.post(path, body)).toMatchObject({ status: 403 });
      expect(await new AdminClient(app, 'some-other-token').post(path, body)).toMatchObject({ status: 401 });
    }
    expect((await admin.get('/people')).body.people).toHaveLength(1);
    expect((await admin.get('/audit')).body.entries).toEqual([]);
    expect(ada.client.state.phase).toBe('joined');
  });

  it.each<[string, unknown, RegExp]>([
    ['/kick', {}, /player/],
    ['/kick', { player: 0 }, />= 1/],
    ['/kick', { player: '1' }, /integer/],
    ['/kick', { player: 1, force: true }, /additional properties/],
    ['/kick', { player: 1, reason: 'x'.repeat(101) }, /100 characters/],
    ['/ban', { minutes: 5 }, /Name a player or an address, and not both/],
    ['/ban', { player: 1, address: '1.2.3.4' }, /not both/],
    ['/ban', { address: 'example.org' }, /pattern/],
    ['/ban', { player: 1, minutes: -5 }, /> 0/],
    ['/mute', { player: 1, minutes: 1e9 }, /<= 5256000/],
    ['/announce', { text: ' \n' }, /nothing to say/],
    ['/announce', { text: 'x'.repeat(201) }, /200 characters/],
    ['/teleport', { player: 1, tileX: 1.5, tileY: 0 }, /integer/],
    ['/teleport', { player: 1, tileX: 1e15, tileY: 0 }, /<= /],
    ['/protect', { name: 'x', left: 5, top: 0, right: 4, bottom: 1 }, /from left to right/],
    ['/protect', { name: '', left: 0, top: 0, right: 4, bottom: 1 }, /needs a name/],
    ['/revert', { minutes: 5 }, /Name a player, or an area, or both/],
    ['/revert', { player: 1 }, /minutes/],
    ['/revert', { minutes: 5, area: { left: 0, top: 0, right: 1e6, bottom: 1e6 } }, /smaller area/],
    ['/revert', [], /object/],
  ])('are told what is wrong with %s %j', async (path, body, sentence) => {
    const { admin } = await worldOf();
    const { status, body: answer } = await admin.post(path, body);
    expect(status).toBe(400);
    expect(answer.error).toMatch(sentence);
    expect((await admin.get('/audit')).body.entries).toEqual([]);
  });
});
