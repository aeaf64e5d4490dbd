import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EDIT_BURST, EMOTE_BURST, LINE_BURST, PROFILE_BURST } from '../../server/actions/limits.ts';
import { refusalSentence } from '../../server/actions/refusal.ts';
import type { AppOptions } from '../../server/app.ts';
import { KEPT_LINES } from '../../server/grid/limits.ts';
import { createMemoryStore } from '../../server/store/memory-store.ts';
import { StoreError } from '../../server/store/store.ts';
import { CLOSE } from '../../shared/closing.ts';
import { MAX_CHAT_LENGTH, UNITS_PER_TILE } from '../../shared/constants.ts';
import { gemPeriod, gemsOf } from '../../shared/gems.ts';
import { STANDING } from '../../shared/motion.ts';
import type { Edit } from '../../shared/protocol.ts';
import { createTerrain } from '../../shared/terrain.ts';
import { tileAtIndex, tileIndexOf } from '../../shared/tiles.ts';
import { Neighbour } from '../helpers/neighbour.ts';
import { HELLO, RawClient } from '../helpers/raw-client.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { startTestApp } from '../helpers/test-app.ts';
import { StoreBreakdown, troubledStore } from '../helpers/troubled-store.ts';
import { until } from '../helpers/until.ts';

const SEED = Number(process.env.FLATLANDS_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const EAST = 0;
const WALL = 17;
const PAINT = 4;
/** Far from where people arrive, in the middle of square 3,3. */
const HERE = [112, 112] as const;
const SMALL = { width: 14, height: 14 };

const middleOf = (tile: number): number => (tile + 0.5) * UNITS_PER_TILE;

/** Nobody was told anything twice, closed, or put right. */
function expectHealth(...neighbours: Neighbour[]): void {
  for (const { walker, client, twice } of neighbours) {
    expect(walker.endings).toEqual([]);
    expect(client.counters).toMatchObject({ corrections: 0, divergences: 0, duplicates: 0 });
    expect(twice.faults).toEqual([]);
  }
}

describe('what is built', () => {
  it('is acknowledged and seen by everybody whose screen touches the square, and by nobody else (P-EDIT-3)', async () => {
    const { url } = await startTestApp();
    const ada = await Neighbour.join(url, { at: HERE });
    const ben = await Neighbour.join(url, { at: [114, 112] });
    // In the square beside, with a screen that reaches over the border.
    const carl = await Neighbour.join(url, { at: [90, 112], screen: { width: 20, height: 10 } });
    const dora = await Neighbour.join(url, { at: [400, 400] });
    for (const each of [ada, ben, carl]) await each.knows(3, 3);
    expect(await ada.build(115, 113, WALL)).toEqual({ isGranted: true, revision: 1, before: 0 });
    expect(await ada.build(115, 113, PAINT)).toEqual({ isGranted: true, revision: 2, before: WALL });
    for (const each of [ada, ben, carl]) {
      await each.sawTile(115, 113, PAINT);
      expect(each.edits.map(({ revision, kind, player }) => [revision, kind, player])).toEqual([
        [1, WALL, ada.id],
        [2, PAINT, ada.id],
      ]);
    }
    expect(dora.edits).toEqual([]);
    const late = await Neighbour.join(url, { at: HERE });
    await late.sawTile(115, 113, PAINT);
    expect(late.pictures).toContainEqual(['3,3', 2]);
    expect(late.edits).toEqual([]);
    expectHealth(ada, ben, carl, dora, late);
  });

  it('stops whoever walks from the stated tick on, on the server, in prediction and in playback (M6, P-MOVE-7)', async () => {
    const app = await startTestApp({ flushMs: 50 });
    const ada = await Neighbour.join(app.url, { at: [107, 113] });
    const ben = await Neighbour.join(app.url, { at: [100, 110] });
    const carl = await Neighbour.join(app.url, { at: [106, 107] });
    await carl.walker.sees(ben.walker);
    await ada.knows(3, 3);
    const onServer = (): number => app.node.world.players.get(ben.id)?.x ?? Number.NaN;
    const shown = () => [...carl.client.people()].find(({ id }) => id === ben.id);

    await ben.walker.turn(EAST);
    await until('Ben is three tiles away', () => onServer() > 104 * UNITS_PER_TILE);
    await ada.build(107, 110, WALL);
    await until('Ben stands before it', () => onServer() > 107 * UNITS_PER_TILE - 52);
    await until('Ben shows himself before it', () => (ben.client.ownPosition()?.x ?? 0) > 107 * UNITS_PER_TILE - 52);
    await until('Carl shows Ben before it', () => (shown()?.x ?? 0) > 107 * UNITS_PER_TILE - 52);
    const since = app.node.world.tick;
    await until('he has pushed against it for a while', () => app.node.world.tick > since + 10);
    const stopped = onServer();
    expect(stopped).toBeLessThan(107 * UNITS_PER_TILE);
    expect(ben.client.ownPosition()?.x).toBe(stopped);
    expect(shown()?.x).toBe(stopped);

    await ada.build(107, 110, 0);
    await until('Ben goes on', () => onServer() > 109 * UNITS_PER_TILE);
    const [, undone] = carl.edits;
    const told = (): boolean =>
      carl.walker.sights.some(
        (sight) => sight.what === 'moved' && sight.id === ben.id && sight.motion.tick === undone?.tick,
      );
    await until('Carl was told of Ben afresh from that tick on', told);
    await ben.walker.turn(STANDING);
    await until(
      'Carl shows Ben where he is',
      () => shown()?.x === onServer() && ben.client.ownPosition()?.x === onServer(),
    );
    expectHealth(ada, ben, carl);
  });

  it('is refused with a sentence that says why, and then nothing has changed (P-EDIT-2, P-REQ-2)', async () => {
    const store = createMemoryStore();
    const { url } = await startTestApp({ terrain: 'meadows' }, { store });
    const terrain = createTerrain('meadows', 7);
    const { client } = await RawClient.join(url, { at: [...HERE], name: 'Ada' });
    const own = await client.next('own');
    const at = [Math.floor(own.x / UNITS_PER_TILE), Math.floor(own.y / UNITS_PER_TILE)] as const;
    const around = Array.from(
      { length: 225 },
      (_, i) => [at[0] - 7 + (i % 15), at[1] - 7 + Math.floor(i / 15)] as const,
    );
    const near = around.filter(([x, y]) => Math.hypot(x - at[0], y - at[1]) < 7);
    const rough = near.find(([x, y]) => terrain.blocked(x, y));
    const open = near.find(([x, y]) => !terrain.blocked(x, y) && (x !== at[0] || y !== at[1]));
    if (rough === undefined || open === undefined) throw new Error('another seed is needed');
    let n = 0;
    const edit = ([x, y]: readonly [number, number], kind: number, ifRevision: number | null = null): Edit => ({
      type: 'edit',
      n: ++n,
      ...tileIndexOf(x, y),
      kind,
      ifRevision,
    });
    const refused = async (message: Edit, sentence: string): Promise<void> => {
      client.send(message);
      expect(await client.next('refused')).toEqual({ type: 'refused', n, sentence });
    };
    await client.next('ground');
    await refused(edit(open, 9), 'There is nothing of that kind to build with.');
    await refused(edit(open, 255), 'There is nothing of that kind to build with.');
    await refused(edit([at[0] + 10, at[1]], WALL), 'That is out of reach.');
    await refused(edit([at[0] + 1_000_000, at[1]], WALL), 'That is out of reach.');
    await refused(edit(at, WALL), 'Somebody stands there.');
    await refused(edit(rough, 41), 'Flowers do not grow there.');
    await refused(edit(open, WALL, 5), 'Somebody else has built there since.');
    const arrived = await RawClient.join(url, { at: [0, 0] });
    await arrived.client.next('ground');
    arrived.client.send({ ...edit([3, 3], PAINT), n: 1 });
    expect(await arrived.client.next('refused')).toMatchObject({
      n: 1,
      sentence: 'Nothing can be built where people arrive.',
    });
    expect(await store.editsOf({ sx: 3, sy: 3 })).toEqual({ revision: 0, tiles: [] });
    client.send(edit(open, WALL, 0));
    expect(await client.next('done')).toMatchObject({ revision: 1, before: 0 });
    expect(client.ending).toBeUndefined();
  });

  it('is taken back by its maker as long as nobody has built there since (P-EDIT-4)', async () => {
    const { url } = await startTestApp();
    const ada = await Neighbour.join(url, { at: HERE });
    const ben = await Neighbour.join(url, { at: [114, 112] });
    await ada.knows(3, 3);
    await ben.knows(3, 3);
    await ada.build(115, 113, PAINT);
    await until('Ada can take it back', () => ada.client.canUndo);
    expect(ada.client.undo()).toBe(true);
    await ben.sawTile(115, 113, 0);
    await ada.build(115, 114, PAINT);
    await ben.build(115, 114, WALL);
    await ada.sawTile(115, 114, WALL);
    await until('Ada cannot take back what is Ben’s', () => !ada.client.canUndo);
    expectHealth(ada, ben);
  });

  it('faster than allowed is refused, and every request is answered', async () => {
    const store = createMemoryStore();
    const { url } = await startTestApp({}, { store });
    const ada = await Neighbour.join(url, { at: HERE });
    const ben = await Neighbour.join(url, { at: [113, 113] });
    await ada.knows(3, 3);
    const asked = Array.from({ length: EDIT_BURST + 25 }, (_, i) => ada.build(108, 108, 1 + (i % 8)));
    const answers = await Promise.all(asked);
    const sentences = answers.flatMap((answer) => (answer.isGranted ? [] : [answer.sentence]));
    expect(new Set(sentences)).toEqual(new Set(['That is building too fast.']));
    const granted = answers.length - sentences.length;
    expect(granted).toBeGreaterThanOrEqual(EDIT_BURST);
    expect((await store.editsOf({ sx: 3, sy: 3 })).revision).toBe(granted);
    await until('Ben has seen all that were granted', () => ben.edits.length === granted);
    expectHealth(ada, ben);
  });

  it('in a square that cannot be read is unknown, and nobody can enter it until it is known (P-GROUND-6)', async () => {
    const breakdown = new StoreBreakdown();
    const store = troubledStore(createMemoryStore(), breakdown);
    const app = await startTestApp({}, { store });
    const ada = await Neighbour.join(app.url, { at: HERE, screen: { width: 6, height: 6 } });
    await ada.knows(3, 3);
    breakdown.begin('unavailable', (method) => method === 'editsOf');
    const onServer = (): number => app.node.world.players.get(ada.id)?.x ?? Number.NaN;
    await ada.walker.turn(EAST);
    await until('Ada came to the border', () => onServer() > 128 * UNITS_PER_TILE - 52, 15_000);
    const since = app.node.world.tick;
    await until('she has tried for a while', () => app.node.world.tick > since + 20);
    expect(onServer()).toBeLessThan(128 * UNITS_PER_TILE);
    await until('she knows it', () => ada.client.counters.corrections > 0);
    await expect(ada.build(130, 112, WALL)).resolves.toEqual({ isGranted: false, sentence: 'That is out of sight.' });
    breakdown.end();
    await until('she goes on', () => onServer() > 129 * UNITS_PER_TILE);
    expect(ada.walker.endings).toEqual([]);
  });
});

describe('what is said', () => {
  it('reaches everybody whose screen touches the square, and later comers as history (P-CHAT-3, P-CHAT-6)', async () => {
    const { url } = await startTestApp();
    const ada = await Neighbour.join(url, { at: HERE, name: 'Ada' });
    const ben = await Neighbour.join(url, { at: [90, 112], screen: { width: 20, height: 10 } });
    const dora = await Neighbour.join(url, { at: [400, 400] });
    await ben.knows(3, 3);
    expect(await ada.say('  Hello,\u202e there\u0000 ')).toMatchObject({ isGranted: true, revision: null });
    await ada.say('/me waves');
    await ada.say('/roll 1d1');
    expect(await ada.say('/roll d6')).toMatchObject({ isGranted: true });
    for (const each of [ada, ben]) {
      expect(await each.heard('Hello, there')).toMatchObject({
        sx: 3,
        sy: 3,
        player: ada.id,
        name: 'Ada',
        isHistory: false,
      });
      await each.heard('/me waves');
      await until('the dice were seen', () => each.lines.some(({ text }) => /^\/roll 1d6: [1-6]$/.test(text)));
    }
    expect(ada.client.chat.entries.map(({ kind }) => kind)).toEqual(['said', 'me', 'notice', 'roll']);
    expect(dora.lines).toEqual([]);
    const late = await Neighbour.join(url, { at: HERE });
    await late.heard('/me waves');
    expect(late.lines.map(({ id, isHistory }) => [id, isHistory])).toEqual([1, 2, 3].map((id) => [id, true]));
    expectHealth(ada, ben, dora, late);
  });

  it(`is kept for newcomers, the last ${KEPT_LINES} lines of it`, async () => {
    const store = createMemoryStore();
    for (let i = 1; i <= KEPT_LINES + 7; i++) {
      await store.say({ sx: 3, sy: 3 }, { player: 9, name: 'Old', text: `line ${i}`, atMs: Date.now() });
    }
    const { url } = await startTestApp({}, { store });
    const ada = await Neighbour.join(url, { at: HERE });
    await ada.heard(`line ${KEPT_LINES + 7}`);
    expect(ada.lines.map(({ text }) => text)).toEqual(Array.from({ length: KEPT_LINES }, (_, i) => `line ${i + 8}`));
    expect(ada.lines.every(({ isHistory }) => isHistory)).toBe(true);
    await ada.say('new');
    expect(await ada.heard('new')).toMatchObject({ id: KEPT_LINES + 8, isHistory: false });
    expectHealth(ada);
  });

  it(`comes without a gap and once to those who come while people talk fast (seed ${SEED})`, async () => {
    const random = seededRandom(SEED);
    // The store takes its time, now more, now less, so that news and history overtake each other.
    const store = troubledStore(createMemoryStore(), { delay: () => pause(random() * 40) });
    const { url } = await startTestApp({ flushMs: 50 }, { store });
    const talkers = await Promise.all(
      Array.from({ length: 10 }, () => Neighbour.join(url, { at: HERE, screen: SMALL })),
    );
    let said = 0;
    const talking = talkers.map(async (talker) => {
      for (let i = 0; i < LINE_BURST; i++) {
        expect(await talker.say(`line ${++said}`)).toMatchObject({ isGranted: true });
      }
    });
    const total = talkers.length * LINE_BURST;
    const comers = Array.from({ length: 12 }, async () => {
      const after = Math.floor(random() * total);
      await until(`${after} lines were asked for`, () => said >= after);
      return Neighbour.join(url, { at: HERE, screen: SMALL });
    });
    await Promise.all(talking);
    const all = [...talkers, ...(await Promise.all(comers))];
    for (const { lines, client } of all) {
      await until('the last line came', () => lines.some(({ id }) => id === total));
      const first = Math.min(...lines.map(({ id }) => id));
      const wanted = lines.filter(({ id }, at) => lines.findIndex((line) => line.id === id) === at);
      expect(wanted.map(({ id }) => id).sort((a, b) => a - b)).toEqual(
        Array.from({ length: total - first + 1 }, (_, i) => first + i),
      );
      // Nothing is news twice, nor history twice; what was news may come as history too, and is read once (P-CHAT-4).
      for (const isHistory of [false, true]) {
        const told = lines.filter((line) => line.isHistory === isHistory).map(({ id }) => id);
        expect(new Set(told).size).toBe(told.length);
      }
      const read = client.chat.entries.map(({ text }) => text);
      expect(read.sort()).toEqual(wanted.map(({ text }) => text).sort());
    }
    expectHealth(...all);
  });

  it('privately reaches two people alone (P-CHAT-3)', async () => {
    const { url } = await startTestApp();
    const ada = await Neighbour.join(url, { at: HERE, name: 'Ada' });
    const ben = await Neighbour.join(url, { at: [4000, 4000], name: 'Ben  Smith' });
    const carl = await Neighbour.join(url, { at: HERE, name: 'Carl' });
    const twin = await Neighbour.join(url, { at: HERE, name: 'carl' });
    expect(await ada.say('/to "ben smith" psst')).toMatchObject({ isGranted: true });
    const whisper = { from: ada.id, fromName: 'Ada', to: ben.id, toName: 'Ben Smith', text: 'psst' };
    for (const { whispers } of [ada, ben]) await until('the whisper came', () => whispers.length === 1);
    expect(ada.whispers).toEqual([{ type: 'whisper', ...whisper }]);
    expect(ben.whispers).toEqual(ada.whispers);
    const several = `There are several of that name: say Carl#${carl.id} or carl#${twin.id}.`;
    expect(await ada.say('/to Carl hello')).toEqual({ isGranted: false, sentence: several });
    expect(await ada.say(`/to Carl#${twin.id} hello`)).toMatchObject({ isGranted: true });
    await until('the right one has it', () => twin.whispers.length === 1);
    expect(await ada.say('/to Nobody hello')).toEqual({ isGranted: false, sentence: 'Nobody called Nobody is here.' });
    expect(await ada.say('/to Ada note')).toMatchObject({ isGranted: true });
    await until('a note to oneself came', () => ada.whispers.length > 2);
    expect(ada.whispers.map(({ text }) => text)).toEqual(['psst', 'hello', 'note']);
    expect(carl.whispers).toEqual([]);
    expect([ada, ben, carl, twin].flatMap(({ lines }) => lines)).toEqual([]);
  });

  it('wrongly or too fast is refused with a sentence, and nobody hears of it', async () => {
    const { url } = await startTestApp();
    const { client } = await RawClient.join(url, { at: [...HERE] });
    const ben = await Neighbour.join(url, { at: HERE });
    let n = 0;
    const refusal = async (text: string): Promise<string> => {
      client.send({ type: 'say', n: ++n, text });
      const { n: answered, sentence } = await client.next('refused');
      expect(answered).toBe(n);
      return sentence;
    };
    expect(await refusal('')).toBe('There is nothing to say.');
    expect(await refusal(' \u200b\u202e ')).toBe('There is nothing to say.');
    expect(await refusal('x'.repeat(MAX_CHAT_LENGTH + 1))).toContain(`longer than ${MAX_CHAT_LENGTH} characters`);
    expect(await refusal('/dance wildly')).toBe(
      'There is no /dance; there are /me TEXT, /roll 2d6, /to NAME TEXT, /home and /home here.',
    );
    expect(await refusal('/roll 100d6')).toContain('Roll 1 to 20 dice');
    expect(await refusal('/me')).toContain('/me waves');
    expect(await refusal('/to Ben')).toContain('/to NAME TEXT');
    expect(await refusal('/home sweet')).toContain('/home here');
    for (let i = 0; i < LINE_BURST + 3; i++) client.send({ type: 'say', n: ++n, text: `fast ${i}` });
    expect((await client.next('refused')).sentence).toBe('That is a lot of talk: wait a moment.');
    await until('all were answered', () => {
      const answers = client.messages.flatMap((message) =>
        message.type === 'done' || message.type === 'refused' ? [message.n] : [],
      );
      return new Set(answers).size === n;
    });
    await ben.heard('fast 0');
    expect(ben.lines.every(({ text }) => text.startsWith('fast'))).toBe(true);
    expect(ben.lines.length).toBeLessThanOrEqual(LINE_BURST + 1);
  });

  it('as an emote is seen by all near, and passed over where it is too much (P-EMOTE-1)', async () => {
    const { url } = await startTestApp();
    const ada = await Neighbour.join(url, { at: HERE });
    const ben = await Neighbour.join(url, { at: [90, 112], screen: { width: 20, height: 10 } });
    await ben.knows(3, 3);
    ada.client.emote(3);
    for (const each of [ada, ben]) await until('the emote was seen', () => each.emotes.length === 1);
    expect(ben.emotes).toEqual([[ada.id, 3]]);
    for (let i = 0; i < 20; i++) ada.client.emote(i % 8);
    await ada.say('that was a lot');
    await ben.heard('that was a lot');
    expect(ben.emotes.length).toBeLessThanOrEqual(EMOTE_BURST + 1);
    expectHealth(ada, ben);
  });
});

describe('who one is', () => {
  it('comes back with the token: id, name, look and place, whatever one now calls oneself (P-HELLO-3, P-HELLO-5)', async () => {
    const app = await startTestApp();
    const { url } = app;
    const ada = await Neighbour.join(url, { at: HERE, name: 'Ada', look: 3 });
    const { id } = ada;
    const { token } = ada.walker;
    await ada.walker.turn(EAST);
    await until('she has walked', () => (ada.client.ownPosition()?.x ?? 0) > middleOf(114));
    await ada.walker.turn(STANDING);
    const { x, y } = app.node.world.players.get(id) ?? {};
    ada.walker.leave();
    const again = await Neighbour.join(url, { at: null, name: 'Somebody', look: 5, token });
    expect(again.id).toBe(id);
    expect(again.client.persona).toEqual({ name: 'Ada', look: 3 });
    expect(again.client.ownPosition()).toMatchObject({ x, y });
    expectHealth(again);
  });

  it('changes for everybody near, and for good (P-PROFILE-1)', async () => {
    const { url } = await startTestApp();
    const ada = await Neighbour.join(url, { at: HERE, name: 'Ada', look: 3 });
    const ben = await Neighbour.join(url, { at: HERE, name: 'Ben' });
    const shown = () => [...ben.client.people()].find(({ id }) => id === ada.id);
    await until('Ben knows Ada', () => shown()?.name === 'Ada');
    await ada.walker.turn(EAST);
    expect(await ada.answerTo(ada.client.setPersona({ name: ' Ada\u202e  L. ', look: 6 }))).toMatchObject({
      isGranted: true,
    });
    await until('Ben knows her as she is now', () => shown()?.name === 'Ada L.' && shown()?.look === 6);
    await until('and so does she', () => ada.client.persona.name === 'Ada L.');
    await ada.say('hi');
    expect(await ben.heard('hi')).toMatchObject({ name: 'Ada L.' });
    const { token } = ada.walker;
    expectHealth(ada, ben);
    // Signed in elsewhere: the first session ends, and who comes is who she has become.
    const again = await Neighbour.join(url, { name: 'Ada', token });
    await until('the first session was ended', () => ada.walker.endings.length > 0);
    expect(ada.walker.endings[0]?.code).toBe(CLOSE.takenOver.code);
    expect(again.client.persona).toEqual({ name: 'Ada L.', look: 6 });
    const renames = Array.from({ length: PROFILE_BURST + 3 }, (_, i) =>
      again.answerTo(again.client.setPersona({ name: `Ada ${i}`, look: i % 8 })),
    );
    const refused = (await Promise.all(renames)).filter(({ isGranted }) => !isGranted);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toEqual({ isGranted: false, sentence: 'That was changed a moment ago: wait a few seconds.' });
  });

  it('has a home of one’s own (P-CHAT-2)', async () => {
    const app = await startTestApp();
    const ada = await Neighbour.join(app.url, { at: HERE });
    const ben = await Neighbour.join(app.url, { at: [113, 113] });
    const at = (): { x: number; y: number } | undefined => {
      const { x, y } = ada.client.ownPosition() ?? { x: 0, y: 0 };
      return { x, y };
    };
    expect(await ada.say('/home here')).toMatchObject({ isGranted: true });
    await ada.walker.turn(EAST);
    await until('she is away', () => (at()?.x ?? 0) > middleOf(117));
    await ada.walker.turn(STANDING);
    expect(await ada.say('/home')).toMatchObject({ isGranted: true });
    await until('she is at home', () => at()?.x === middleOf(112) && at()?.y === middleOf(112));
    await until('Ben sees her there', () => {
      const shown = [...ben.client.people()].find(({ id }) => id === ada.id);
      return shown?.x === middleOf(112) && shown.y === middleOf(112);
    });
    expect(await ada.say('/home')).toEqual({
      isGranted: false,
      sentence: 'You were there a moment ago: wait a few seconds.',
    });
    const { token } = ada.walker;
    // Kept with the person: somewhere else on the plane, home is where it was.
    const again = await Neighbour.join(app.url, { at: [5000, 5000], token });
    expect(await again.say('/home')).toMatchObject({ isGranted: true });
    await until('she is at home again', () => again.client.ownPosition()?.x === middleOf(112));
    await again.knows(3, 3);
    // Without a place of one's own it is where people arrive.
    expect(await ben.say('/home')).toMatchObject({ isGranted: true });
    await until('he is where people arrive', () => Math.abs(ben.client.ownPosition()?.x ?? 1e9) < 8 * UNITS_PER_TILE);
    await until('he sees nobody', () => !ben.walker.shows(again.id));
    expect(app.node.world.players.size).toBe(2);
  });
});

describe('where others are', () => {
  it('one may come to, on a server that chooses places itself (P-HELLO-6)', async () => {
    const { url } = await startTestApp({ openSpawn: false });
    const ada = await Neighbour.join(url, { at: null });
    await Neighbour.join(url, { at: [20, 20] });
    const far = await RawClient.open(url);
    far.send({ ...HELLO, at: [400, 400] });
    expect((await far.closed()).code).toBe(CLOSE.closedSpawn.code);
    expect(ada.walker.endings).toEqual([]);
  });

  it('is told to those who see nobody, until they see somebody (P-COMPANY-1)', async () => {
    const { url } = await startTestApp();
    const ada = await Neighbour.join(url, { at: [1000, 1000], screen: SMALL });
    expect(ada.client.company).toBeUndefined();
    const ben = await Neighbour.join(url, { at: [5000, 3000], screen: SMALL });
    await until('Ada knows where Ben is', () => ada.client.company?.join() === '5008,2992');
    await until('Ben knows where Ada is', () => ben.client.company?.join() === '1008,1008');
    const carl = await Neighbour.join(url, { at: [1003, 1000], screen: SMALL });
    await until('Ada sees somebody', () => ada.client.company === undefined);
    carl.walker.leave();
    ben.walker.leave();
    expectHealth(ada);
  });
});

describe('gems', () => {
  it('are claimed by whoever walks onto them, and are gone for everybody (P-GEM-5)', async () => {
    const app = await startTestApp({ gems: 32 });
    const terrain = createTerrain('flat', 7);
    const period = gemPeriod(7, 3, 3, app.node.world.tick);
    const gems = gemsOf(terrain, 32, 3, 3, period).map((gem) => ({ ...gem, ...tileAtIndex(3, 3, gem.tile) }));
    const isClear = (x: number, y: number): boolean => !gems.some(({ tileX, tileY }) => tileX === x && tileY === y);
    const gem = gems.find(
      ({ tileX, tileY }) =>
        tileX > 100 && [1, 2, 3].every((i) => isClear(tileX - i, tileY) && isClear(tileX + i, tileY)),
    );
    if (gem === undefined) throw new Error('another seed is needed');
    const { index, points, tileX, tileY } = gem;
    const ben = await Neighbour.join(app.url, { at: [tileX, tileY - 1], screen: SMALL });
    const ada = await Neighbour.join(app.url, { at: [tileX - 2, tileY], screen: SMALL });
    const lies = (who: Neighbour): boolean =>
      [...who.client.gems()].some((each) => each.sx === 3 && each.sy === 3 && each.index === index);
    await until('both see it', () => lies(ada) && lies(ben));
    ben.client.watchBoard(true);
    await until('the board is told at once', () => ben.client.board);
    const before = ben.client.board?.rows.length ?? 0;
    await ada.walker.turn(EAST);
    await until('she is past it', () => (ada.client.ownPosition()?.x ?? 0) > middleOf(tileX + 1));
    await ada.walker.turn(STANDING);
    for (const each of [ada, ben]) {
      await until('the claim was told', () => each.claims.some((claim) => claim.index === index));
      expect(each.claims.filter((claim) => claim.index === index)).toEqual([
        { type: 'claim', sx: 3, sy: 3, period, index, player: ada.id },
      ]);
      expect(lies(each)).toBe(false);
    }
    await until('she is told her score', () => ada.client.score.score >= points);
    await until('the board changes', () => ben.client.board?.rows.some(({ player }) => player === ada.id));
    expect(ben.client.board?.rows.length).toBeGreaterThan(before);
    const late = await Neighbour.join(app.url, { at: [tileX, tileY], screen: SMALL });
    await late.knows(3, 3);
    await until('the clock is set', () => [...late.client.gems()].length > 0);
    expect(lies(late)).toBe(false);
    const { token } = ada.walker;
    const again = await Neighbour.join(app.url, { token });
    await until('she keeps her score', () => again.client.score.score >= points);
  });
});

describe('a store that fails', () => {
  const scene = async (options: AppOptions = {}) => {
    const breakdown = new StoreBreakdown();
    const memory = createMemoryStore();
    const app = await startTestApp({ gems: 32 }, { store: troubledStore(memory, breakdown), ...options });
    const ada = await Neighbour.join(app.url, { at: HERE, name: 'Ada' });
    const ben = await Neighbour.join(app.url, { at: [113, 113], name: 'Ben' });
    await ada.knows(3, 3);
    await ben.knows(3, 3);
    return { app, memory, breakdown, ada, ben };
  };
  const sentenceOf = (code: StoreError['code']): string => refusalSentence(new StoreError(code, '')) ?? 'nothing';

  it.each(['full', 'readonly', 'unavailable'] as const)(
    'with "%s": requests are refused with a sentence, nobody is told of them, and sessions live',
    async (code) => {
      const { memory, breakdown, ada, ben } = await scene();
      breakdown.begin(code);
      const refused = { isGranted: false, sentence: sentenceOf(code) };
      expect(await ada.build(115, 113, WALL)).toEqual(refused);
      expect(await ada.say('hello')).toEqual(refused);
      expect(await ada.say('/home here')).toEqual(refused);
      expect(await ada.answerTo(ada.client.setPersona({ name: 'Eve', look: 1 }))).toEqual(refused);
      // What needs no store works.
      expect(await ada.say('/to Ben psst')).toMatchObject({ isGranted: true });
      ada.client.emote(1);
      await until('the emote came', () => ben.emotes.length > 0);
      await ada.walker.turn(EAST);
      await ben.walker.sawTurn(ada.id, EAST);
      await ada.walker.turn(STANDING);
      expect(ben.edits).toEqual([]);
      expect(ben.lines).toEqual([]);
      expect((await memory.editsOf({ sx: 3, sy: 3 })).revision).toBe(0);
      breakdown.end();
      expect(await ada.build(115, 113, WALL)).toMatchObject({ isGranted: true, revision: 1 });
      expect(await ada.say('hello')).toMatchObject({ isGranted: true });
      await ben.sawTile(115, 113, WALL);
      await ben.heard('hello');
      for (const { walker } of [ada, ben]) expect(walker.endings).toEqual([]);
      expect([...ben.client.people()].find(({ id }) => id === ada.id)?.name).toBe('Ada');
    },
  );

  it('is not asked for the leaderboard without end, and tells it once it works again', async () => {
    const { breakdown, ada } = await scene();
    breakdown.begin('unavailable');
    ada.client.watchBoard(true);
    await until('the store was asked', () => (breakdown.failed.get('top') ?? 0) > 0);
    expect(await ada.say('/to Ada still here')).toMatchObject({ isGranted: true });
    expect(breakdown.failed.get('top')).toBeLessThan(5);
    breakdown.end();
    await until('the board came', () => ada.client.board);
  });

  it('leaves a gem where it is until it can keep the claim, which whoever stands there gets then', async () => {
    const { app, breakdown, ada } = await scene();
    const gem = await until('there is a gem in sight', () =>
      [...ada.client.gems()].find(({ sx, sy, tileX }) => sx === 3 && sy === 3 && tileX > 97),
    );
    const carl = await Neighbour.join(app.url, { at: [gem.tileX - 1, gem.tileY] });
    await carl.knows(3, 3);
    breakdown.begin('full');
    await carl.walker.turn(EAST);
    await until('Carl is on it', () => (carl.client.ownPosition()?.x ?? 0) > middleOf(gem.tileX) - 64);
    await carl.walker.turn(STANDING);
    await until('he is told that the claim could not be kept', () => carl.remarks.includes(sentenceOf('full')));
    expect(carl.claims.filter(({ index }) => index === gem.index)).toEqual([]);
    breakdown.end();
    await until('it is his after all', () =>
      carl.claims.some(({ index, player }) => index === gem.index && player === carl.id),
    );
    await until('he is told his score', () => carl.client.score.score >= gem.points);
    expect(carl.walker.endings).toEqual([]);
  });

  it('with a fault of ours answers so, and ends nothing', async () => {
    const memory = createMemoryStore();
    const store = troubledStore(memory, {
      failure: (method) => {
        if (method === 'say') throw new TypeError('a fault of ours');
        return undefined;
      },
    });
    const { url } = await startTestApp({}, { store });
    const ada = await Neighbour.join(url, { at: HERE });
    expect(await ada.say('hello')).toEqual({ isGranted: false, sentence: 'Something went wrong on the server.' });
    expect(await ada.build(115, 113, WALL)).toMatchObject({ isGranted: true });
    expectHealth(ada);
  });
});
