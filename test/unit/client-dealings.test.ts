import { describe, expect, it } from 'vitest';
import type { ClientOptions } from '../../client/core/client.ts';
import type { Observer } from '../../client/core/observer.ts';
import { gemPeriod } from '../../shared/gems.ts';
import { STANDING } from '../../shared/motion.ts';
import { ScriptedServer } from '../helpers/scripted-server.ts';
import { motions, snapshot } from '../helpers/told.ts';

const EAST = 0;
const RED = 4;
const WALL = 17;
const FLOWERS = 41;

/** A player who stands at the middle of tile 20,20: near enough to build, away from where everybody arrives. */
function joined(options: Partial<ClientOptions> = {}): ScriptedServer {
  const server = new ScriptedServer(options);
  server.client.connect();
  arrive(server);
  server.take();
  return server;
}

function arrive(server: ScriptedServer, generation = 1): void {
  Object.assign(server.spot, { x: 20 * 256 + 128, y: 20 * 256 + 128 });
  server.welcome({ generation });
  server.frame(snapshot(0, 0, []));
  server.ground(0, 0, 7);
}

/** Breaks the connection and lets the client in again. */
function rejoin(server: ScriptedServer): void {
  server.break();
  server.pass(2000, 16);
  arrive(server, 2);
}

/** Names of what the observer was told of requests. */
function toldTo(): { told: [string, number, string?][]; observer: Partial<Observer> } {
  const told: [string, number, string?][] = [];
  const observer: Partial<Observer> = {
    done: (n) => void told.push(['done', n]),
    refused: (n, sentence) => void told.push(['refused', n, sentence]),
  };
  return { told, observer };
}

describe('who one is', () => {
  it('is what the server says; before that, what one asks for', () => {
    const server = new ScriptedServer({ name: 'Eve', look: 3, token: 'known' });
    expect(server.client.persona).toEqual({ name: 'Eve', look: 3 });
    server.client.connect();
    server.welcome({ name: 'Ada', look: 5 });
    expect(server.client.persona).toEqual({ name: 'Ada', look: 5 });
    expect(server.took('profile')).toEqual([]);
  });

  it('is changed by asking, once that is granted', () => {
    const { told, observer } = toldTo();
    const server = joined({ observer });
    expect(server.client.setPersona({ name: 'Bob', look: 2 })).toBe(1);
    expect(server.took('profile')).toEqual([{ type: 'profile', n: 1, name: 'Bob', look: 2 }]);
    expect(server.client.persona.name).toBe('Ada');
    server.done(1);
    expect(server.client.persona).toEqual({ name: 'Bob', look: 2 });
    server.client.setPersona({ name: 'Eve', look: 2 });
    server.refuse(2, 'That name is taken.');
    expect(server.client.persona.name).toBe('Bob');
    expect(told).toEqual([
      ['done', 1],
      ['refused', 2, 'That name is taken.'],
    ]);
    // What the server made of a name it tells as it tells everybody's.
    server.frame({ type: 'profiles', profiles: [{ id: 1, version: 2, name: 'Bobby', look: 2 }] });
    expect(server.client.persona.name).toBe('Bobby');
  });

  it('somebody who is known may come back as somebody else, and asks again until that is answered', () => {
    const server = new ScriptedServer({ name: 'Bob', look: 2, token: 'known', isPersonaNew: true });
    server.join();
    expect(server.took('profile')).toEqual([{ type: 'profile', n: 1, name: 'Bob', look: 2 }]);
    rejoin(server);
    expect(server.took('profile')).toEqual([{ type: 'profile', n: 1, name: 'Bob', look: 2 }]);
    server.done(1);
    rejoin(server);
    expect(server.took('profile')).toEqual([]);
  });

  it('a newcomer, or somebody known by that very name, has nothing to ask for', () => {
    for (const token of ['known', null]) {
      const name = token === null ? 'Bob  ' : 'Ada';
      const server = new ScriptedServer({ name, look: 0, token, isPersonaNew: true }).join();
      expect(server.took('profile')).toEqual([]);
    }
  });

  it('the place to appear at is asked for until one is in, with a token too, and never again (P-HELLO)', () => {
    const server = new ScriptedServer({ at: [5, 6], token: 'known' });
    server.client.connect();
    server.hear();
    server.break(1013);
    server.pass(2000, 16);
    server.welcome();
    rejoin(server);
    expect(server.took('hello').map(({ at, token }) => [at, token])).toEqual([
      [[5, 6], 'known'],
      [[5, 6], 'known'],
      [null, 'token'],
    ]);
  });
});

describe('building', () => {
  it('asks for a tile, which is pending until the answer, and shows when everybody is told', () => {
    const server = joined();
    const { client } = server;
    expect(client.build(22, 20, RED)).toBe(1);
    expect(server.took('edit')).toEqual([
      { type: 'edit', n: 1, sx: 0, sy: 0, tile: 20 * 32 + 22, kind: RED, ifRevision: null },
    ]);
    expect([...client.pendingEdits()]).toMatchObject([{ tileX: 22, tileY: 20, kind: RED }]);
    server.done(1, 8, 0);
    expect([...client.pendingEdits()]).toEqual([]);
    server.edits(0, 0, { revision: 8, player: 1, tile: 20 * 32 + 22, kind: RED });
    expect(client.ground?.kindAt(22, 20, server.tick)).toBe(RED);
  });

  it('says why a tile cannot be set, and does not ask for it then', () => {
    const server = joined();
    const { client } = server;
    server.frame(snapshot(0, 0, [{ id: 5, rev: 1, dx: 22 * 256, dy: 20 * 256 + 255 }]));
    expect(client.whyNot(29, 20, RED)).toMatch(/far/);
    expect(client.whyNot(28, 20, RED)).toBeUndefined();
    expect(client.whyNot(20, 20, 200)).toMatch(/no such tile/);
    expect(client.whyNot(20, 20, WALL)).toMatch(/You stand/);
    expect(client.whyNot(20, 20, RED)).toBeUndefined();
    expect(client.whyNot(22, 20, WALL)).toMatch(/Somebody/);
    expect(client.whyNot(22, 20, RED)).toBeUndefined();
    expect(client.whyNot(22, 21, WALL)).toBeUndefined();
    expect(client.build(22, 20, WALL)).toBeUndefined();
    expect(server.took('edit')).toEqual([]);
  });

  it('nothing is set where everybody arrives, nor flowers in water, nor anything without a connection', () => {
    const server = new ScriptedServer();
    expect(server.client.whyNot(20, 20, RED)).toMatch(/connection/);
    server.client.connect();
    server.welcome({ terrain: 'meadows', seed: 7 });
    expect(server.client.whyNot(3, 3, RED)).toMatch(/arrives/);
    const terrain = server.client.terrain;
    let tileX = 20;
    while (terrain?.blocked(tileX, 0) !== true) tileX++;
    server.frame({ type: 'own', n: 0, rev: 1, tick: server.tick, x: tileX * 256, y: 0, heading: STANDING });
    expect(server.client.whyNot(tileX, 0, FLOWERS)).toMatch(/Flowers/);
    expect(server.client.whyNot(tileX, 0, RED)).toBeUndefined();
  });

  it('whoever walks away from a tile leaves it free when they are shown to', () => {
    const server = joined();
    server.frame(snapshot(0, 0, [{ id: 5, rev: 1, dx: 21 * 256 + 250, dy: 20 * 256 }]));
    server.frame(motions({ id: 5, rev: 2, dx: 21 * 256 + 250, dy: 20 * 256, heading: EAST, ago: 0 }));
    expect(server.client.whyNot(21, 20, WALL)).toMatch(/Somebody/);
    server.pass(1000, 50);
    expect(server.client.whyNot(21, 20, WALL)).toBeUndefined();
  });

  it('takes one’s own edits back, the newest first, each when it is known', () => {
    const server = joined();
    const { client } = server;
    client.build(22, 20, RED);
    expect([client.canUndo, client.undo()], 'not answered yet').toEqual([false, false]);
    server.done(1, 8, 0);
    client.build(23, 20, RED);
    server.done(2, 9, 3);
    server.take();
    expect([client.undo(), client.undo(), client.canUndo]).toEqual([true, true, false]);
    expect(server.took('edit')).toMatchObject([
      { n: 3, tile: 20 * 32 + 23, kind: 3, ifRevision: 9 },
      { n: 4, tile: 20 * 32 + 22, kind: 0, ifRevision: 8 },
    ]);
  });

  it('what somebody else has set since is not taken back', () => {
    const server = joined();
    server.client.build(22, 20, RED);
    server.edits(0, 0, { revision: 8, player: 1, tile: 20 * 32 + 22, kind: RED });
    server.done(1, 8, 0);
    expect(server.client.canUndo).toBe(true);
    server.edits(0, 0, { revision: 9, player: 2, tile: 20 * 32 + 22, kind: WALL });
    expect(server.client.canUndo).toBe(false);
  });

  it('what is out of reach is not taken back, and why is told', () => {
    const { told, observer } = toldTo();
    const server = joined({ observer });
    server.client.build(22, 20, RED);
    server.done(1, 8, 0);
    server.frame({ type: 'own', n: 0, rev: 2, tick: server.tick, x: 90_000, y: 0, heading: STANDING });
    expect([server.client.undo(), server.client.canUndo]).toEqual([false, true]);
    expect(told.at(-1)).toEqual(['refused', 0, 'That is too far away to build.']);
  });

  it('over a reconnection what is built stays, and what was asked for and not answered is forgotten', () => {
    const { told, observer } = toldTo();
    const server = joined({ observer });
    const { client } = server;
    server.edits(0, 0, { revision: 8, tile: 5, kind: WALL });
    client.build(22, 20, RED);
    server.done(1, 9, 0);
    server.edits(0, 0, { revision: 9, player: 1, tile: 20 * 32 + 22, kind: RED });
    client.build(23, 20, RED);
    const { ground } = client;
    server.break();
    expect([...client.pendingEdits()]).toEqual([]);
    server.pass(2000, 16);
    server.welcome({ generation: 2 });
    expect(client.ground).toBe(ground);
    expect(ground?.blocked(5, 0, server.tick)).toBe(true);
    expect(told).toEqual([['done', 1]]);
    // The second one was done after all; the first can still be taken back.
    server.ground(0, 0, 10, [
      { tile: 20 * 32 + 22, kind: RED },
      { tile: 20 * 32 + 23, kind: RED },
    ]);
    expect(ground?.blocked(5, 0, server.tick)).toBe(false);
    expect(client.canUndo).toBe(true);
    expect(client.setPersona({ name: 'Bob', look: 0 }), 'numbers begin anew').toBe(1);
  });

  it('an undo whose answer was lost can be tried again, unless it was done', () => {
    for (const isDone of [false, true]) {
      const server = joined();
      server.client.build(22, 20, RED);
      server.done(1, 8, 0);
      server.edits(0, 0, { revision: 8, player: 1, tile: 20 * 32 + 22, kind: RED });
      server.client.undo();
      server.break();
      server.pass(2000, 16);
      server.welcome({ generation: 2 });
      server.ground(0, 0, isDone ? 9 : 8, isDone ? [] : [{ tile: 20 * 32 + 22, kind: RED }]);
      expect(server.client.canUndo).toBe(!isDone);
    }
  });

  it('in another world nothing of it is left', () => {
    const server = joined();
    server.edits(0, 0, { revision: 8, tile: 5, kind: WALL });
    server.client.build(22, 20, RED);
    server.done(1, 9, 0);
    server.lines(0, 0, false, { id: 1 });
    server.frame({ type: 'score', score: 5, rank: 2 });
    server.break();
    server.pass(2000, 16);
    server.welcome({ world: 'another' });
    const { ground, canUndo, chat, score } = server.client;
    expect([ground?.blocked(5, 0, server.tick), canUndo, chat.entries.length, score.score]).toEqual([
      false,
      false,
      0,
      0,
    ]);
  });

  it('a wall stops oneself and others from its tick on, also when it is heard of late (M6)', () => {
    const server = joined();
    const { client } = server;
    const from = server.tick;
    const start = { dx: 20 * 256 + 128, dy: 22 * 256 };
    server.frame(snapshot(0, 0, [{ id: 5, rev: 1, ...start, heading: EAST, ago: 0 }]));
    client.walk(EAST);
    server.pass(1000, 50);
    // Tile 22 begins 384 units on; seven steps of 51 stay before it.
    expect(client.ownPosition()?.x).toBeGreaterThan(22 * 256);
    server.edits(
      0,
      0,
      { revision: 8, tile: 20 * 32 + 22, kind: WALL, tick: from + 4 },
      { revision: 9, tile: 22 * 32 + 22, kind: WALL, tick: from + 4 },
    );
    server.pass(1000, 50);
    expect(client.ownPosition()?.x).toBe(20 * 256 + 128 + 7 * 51);
    server.frame({
      type: 'own',
      n: 1,
      rev: 2,
      tick: from + 4,
      x: 20 * 256 + 128 + 4 * 51,
      y: 20 * 256 + 128,
      heading: EAST,
    });
    expect(client.counters).toMatchObject({ corrections: 0, inputsAcked: 1 });
    expect([...client.people()][0]?.x).toBe(20 * 256 + 128 + 7 * 51);
  });

  it('ground that comes after the people who walk on it holds for them too', () => {
    const server = joined();
    const start = { dx: 20 * 256 + 128, dy: 22 * 256 };
    server.frame(snapshot(0, 0, [{ id: 5, rev: 1, ...start, heading: EAST, ago: 20 }]));
    const shownX = (): number => [...server.client.people()][0]?.x as number;
    server.pass(500, 50, () => void shownX());
    expect(shownX()).toBeGreaterThan(22 * 256);
    server.ground(0, 0, 8, [{ tile: 22 * 32 + 22, kind: WALL }]);
    server.pass(500, 50, () => void shownX());
    expect(shownX()).toBe(20 * 256 + 128 + 7 * 51);
  });
});

describe('talking', () => {
  it('says something, and reads why it could not and what a command did', () => {
    const { told, observer } = toldTo();
    const server = joined({ observer });
    const { client } = server;
    expect([client.say('  hello '), client.say('/dance'), client.say('/home here'), client.say('/home')]).toEqual([
      1, 2, 3, 4,
    ]);
    expect(server.took('say').map(({ text }) => text)).toEqual(['hello', '/dance', '/home here', '/home']);
    server.done(1);
    server.refuse(2, 'There is no /dance.');
    server.done(3);
    server.refuse(4, 'Not so soon.');
    const notices = client.chat.entries.map(({ kind, text }) => [kind, text]);
    expect(notices).toEqual([
      ['notice', 'There is no /dance.'],
      ['notice', 'This is your place now: /home leads back here.'],
      ['notice', 'Not so soon.'],
    ]);
    expect(told.map(([what, n]) => [what, n])).toEqual([
      ['done', 1],
      ['refused', 2],
      ['done', 3],
      ['refused', 4],
    ]);
  });

  it('says nothing that is empty, too long to be read, or without a connection', () => {
    const server = joined();
    expect([server.client.say(' '), server.client.say('x'.repeat(601))]).toEqual([undefined, undefined]);
    expect(server.client.chat.entries).toMatchObject([{ kind: 'notice' }]);
    server.break();
    expect(server.client.say('hello')).toBeUndefined();
    expect(server.took('say')).toEqual([]);
  });

  it('hears lines, whispers and emotes; a gem that was lost is no notice', () => {
    const emotes: [number, number][] = [];
    const server = joined({ observer: { emoted: (player, emote) => void emotes.push([player, emote]) }, muted: [3] });
    server.lines(0, 0, true, { id: 1 }, { id: 2, player: 3 });
    server.lines(0, 0, false, { id: 1 }, { id: 4, player: 1, name: 'Ada' });
    server.frame(
      { type: 'whisper', from: 1, fromName: 'Ada', to: 2, toName: 'Eve', text: 'psst' },
      { type: 'emotes', emotes: [{ player: 2, emote: 4 }] },
    );
    server.refuse(0, 'Somebody else was quicker.');
    expect(server.client.chat.entries).toMatchObject([
      { kind: 'said', text: 'line 1', isHistory: true, isOwn: false },
      { kind: 'said', text: 'line 4', isHistory: false, isOwn: true },
      { kind: 'whisper', to: 'Eve', isOwn: true },
    ]);
    expect(emotes).toEqual([[2, 4]]);
    server.client.emote(7);
    expect(server.took('emote')).toEqual([{ type: 'emote', emote: 7 }]);
  });

  it('a conversation goes on over a reconnection, without gap or duplicate', () => {
    const server = joined();
    server.lines(0, 0, false, { id: 1 }, { id: 2 });
    rejoin(server);
    server.lines(0, 0, true, { id: 1 }, { id: 2 }, { id: 3 });
    expect(server.client.chat.entries.map(({ text }) => text)).toEqual(['line 1', 'line 2', 'line 3']);
  });

  it('nobody passes for somebody else, least of all for oneself', () => {
    const server = joined();
    server.frame(
      snapshot(0, 0, [
        { id: 5, rev: 1 },
        { id: 6, rev: 1 },
      ]),
      {
        type: 'profiles',
        profiles: [
          { id: 5, version: 1, name: 'Bob', look: 0 },
          { id: 6, version: 1, name: 'Αdа', look: 0 },
        ],
      },
    );
    expect([...server.client.people()].map(({ name }) => name)).toEqual(['Bob', 'Αdа#6']);
    server.lines(0, 0, false, { id: 1, player: 7, name: 'BOB' }, { id: 2, player: 1, name: 'Ada' });
    expect(server.client.chat.entries.map(({ name }) => name)).toEqual(['BOB#7', 'Ada']);
  });
});

describe('gems, scores and company', () => {
  it('gems lie in the squares of the interest, until somebody claims them or others take their place', () => {
    const claims: number[] = [];
    const server = new ScriptedServer({ observer: { claimed: ({ index }) => void claims.push(index) } });
    expect([...server.client.gems()]).toEqual([]);
    server.client.connect();
    server.welcome({ gems: 6 });
    expect([...server.client.gems()]).toEqual([]);
    server.frame(snapshot(0, 0, []), snapshot(1, 0, []));
    const all = [...server.client.gems()];
    expect(new Set(all.map(({ sx }) => sx))).toEqual(new Set([0, 1]));
    const [gem] = all as [(typeof all)[number]];
    const period = gemPeriod(7, gem.sx, gem.sy, server.tick);
    server.frame({ type: 'claim', sx: gem.sx, sy: gem.sy, period, index: gem.index, player: 2 });
    expect([...server.client.gems()]).toEqual(all.slice(1));
    expect(claims).toEqual([gem.index]);
    server.break();
    server.pass(2000, 16);
    server.welcome({ gems: 6, generation: 2 });
    expect([...server.client.gems()], 'what was shown stays while the picture comes').toEqual(all.slice(1));
    server.frame({ type: 'forget', sx: 0, sy: 0 }, snapshot(1, 0, []));
    server.pass(1000, 16);
    expect([...server.client.gems()].every(({ sx }) => sx === 1)).toBe(true);
  });

  it('knows one’s score, the leaderboard while it is watched, and where people are while one is alone', () => {
    const scores: [number, number][] = [];
    const server = joined({ observer: { scored: (score, rank) => void scores.push([score, rank]) } });
    const { client } = server;
    expect([client.score, client.board, client.company]).toEqual([{ score: 0, rank: 0 }, undefined, undefined]);
    client.watchBoard(true);
    client.watchBoard(true);
    expect(server.took('board')).toEqual([{ type: 'board', isShown: true }]);
    const board = { type: 'board', rows: [{ player: 2, name: 'Eve', score: 9 }], score: 5, rank: 2 } as const;
    server.frame({ type: 'score', score: 5, rank: 2 }, board, { type: 'company', at: [100, -7] });
    expect([client.score, client.board, client.company]).toEqual([{ score: 5, rank: 2 }, board, [100, -7]]);
    expect(scores).toEqual([[5, 2]]);
    rejoin(server);
    expect(server.took('board')).toEqual([{ type: 'board', isShown: true }]);
    expect([client.score.score, client.board, client.company]).toEqual([5, board, undefined]);
    client.watchBoard(false);
    expect(server.took('board')).toEqual([{ type: 'board', isShown: false }]);
    server.frame({ type: 'company', at: [1, 2] });
    server.frame({ type: 'company', at: null });
    expect(client.company).toBeUndefined();
  });
});
