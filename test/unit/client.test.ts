import { describe, expect, it } from 'vitest';
import { CLOSE } from '../../shared/closing.ts';
import { squareKey } from '../../shared/grid.ts';
import { ScriptedServer } from '../helpers/scripted-server.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { changes, check, motions, snapshot } from '../helpers/told.ts';

const EAST = 0;
const SOUTH = 64;

describe('client', () => {
  it('says hello and asks for the time in one frame, and is joined by the welcome (P-HELLO-1)', () => {
    const server = new ScriptedServer();
    server.client.connect();
    expect(server.client.state.phase).toBe('connecting');
    server.welcome();
    expect(server.take().map(({ type }) => type)).toEqual(['hello', 'alive']);
    expect(server.client.state.phase).toBe('joined');
    expect(server.client.own).toMatchObject({ id: 1, generation: 1 });
    expect(server.client.ownPosition()).toMatchObject({ x: 0, y: 0, walking: false });
  });

  it('waits in line as long as it is told to, and is heard all the while (P-QUEUE-1)', () => {
    const server = new ScriptedServer();
    server.client.connect();
    server.hear();
    server.frame({ type: 'queued', place: 12, of: 30, ticket: 'ticket' });
    expect(server.client.state).toMatchObject({ phase: 'queued', place: 12, of: 30 });
    server.take();
    server.pass(60_000, 100, () => {
      if (server.nowMs % 5000 === 0) server.frame({ type: 'queued', place: 11, of: 30, ticket: 'ticket' });
    });
    expect(server.client.state).toMatchObject({ phase: 'queued', place: 11 });
    const heard = server.take();
    expect(new Set(heard.map(({ type }) => type))).toEqual(new Set(['alive']));
    expect(heard.length).toBeGreaterThan(50);
    expect(heard.length).toBeLessThan(90);
    server.welcome();
    expect(server.client.state.phase).toBe('joined');
  });

  it('comes back to its place in line with the ticket, soon, and to the world with its own token', () => {
    const server = new ScriptedServer();
    server.client.connect();
    server.hear();
    server.frame({ type: 'queued', place: 2, of: 2, ticket: 'ticket' });
    // Nothing comes any more.
    server.pass(14_000, 100);
    server.hear();
    expect(server.heard.findLast(({ type }) => type === 'hello')).toMatchObject({ token: 'ticket' });
    server.welcome({ token: 'own' });
    server.break();
    server.pass(1000, 100);
    server.hear();
    expect(server.heard.findLast(({ type }) => type === 'hello')).toMatchObject({ token: 'own' });
  });

  it('shows what those who run the world say among the lines', () => {
    const announced: string[] = [];
    const server = new ScriptedServer({ observer: { announced: (text) => announced.push(text) } }).join();
    server.frame({ type: 'announced', text: 'Back at nine.' });
    expect(announced).toEqual(['Back at nine.']);
    expect(server.client.chat.entries).toMatchObject([{ kind: 'notice', text: 'Back at nine.' }]);
  });

  it('sends an input once for each change of heading, stamped with the present tick (M1, P-PRED-2)', () => {
    const server = new ScriptedServer().join();
    server.take();
    server.client.walk(EAST);
    server.client.walk(EAST);
    const { tick } = server;
    server.pass(500, 16);
    server.client.walk(SOUTH);
    expect(server.take().filter(({ type }) => type === 'input')).toMatchObject([
      { n: 1, tick, heading: EAST },
      { n: 2, tick: server.tick, heading: SOUTH },
    ]);
  });

  it('what changes within one tick goes out as one input, the last one', () => {
    const server = new ScriptedServer().join();
    server.pass(100, 50);
    server.take();
    server.client.walk(EAST);
    server.nowMs += 10;
    server.client.walk(SOUTH);
    server.nowMs += 10;
    server.client.walk(32);
    server.pass(100, 16);
    const inputs = server.take().filter(({ type }) => type === 'input');
    expect(inputs).toMatchObject([
      { n: 1, heading: EAST },
      { n: 2, heading: 32 },
    ]);
  });

  it('sends no input before world time is known (P-PRED-1)', () => {
    const server = new ScriptedServer();
    server.client.connect();
    server.client.walk(EAST);
    server.client.update();
    expect(server.heard).toEqual([]);
    server.welcome();
    server.client.update();
    expect(server.take().at(-1)).toMatchObject({ type: 'input', n: 1, heading: EAST });
  });

  it('asks for a square that disagrees with its checksum, once a second at most, and counts (G8, P-CHECK-4)', () => {
    const server = new ScriptedServer().join();
    server.take();
    server.frame(snapshot(0, 0, [{ id: 5, rev: 1 }]));
    server.frame(check(0, 0, 1, 12_345));
    server.frame(check(0, 0, 1, 12_345));
    server.frame(check(7, 7, 3, 1));
    expect(server.take()).toEqual([{ type: 'ask', sx: 0, sy: 0 }]);
    server.nowMs += 1001;
    server.frame(check(0, 0, 1, 12_345));
    expect(server.take().filter(({ type }) => type === 'ask')).toEqual([{ type: 'ask', sx: 0, sy: 0 }]);
    expect(server.client.counters.divergences).toBe(3);
  });

  it('after a sleep it asks for the present (M4)', () => {
    const server = new ScriptedServer().join();
    server.pass(1000, 100);
    server.take();
    // Frames came in all the while, as in a hidden tab.
    for (let i = 0; i < 5; i++) {
      server.nowMs += 1000;
      server.frame();
    }
    server.client.update();
    expect(server.take()).toContainEqual({ type: 'refresh' });
  });

  it('is heard at least once a second, also in a tab whose timers are throttled to one a minute (P-ALIVE-1, M4)', () => {
    const server = new ScriptedServer().join();
    server.pass(1000, 16);
    server.take();
    let silence = 0;
    let longest = 0;
    // Nobody calls `update`, but frames come in.
    for (let i = 0; i < 600; i++) {
      server.nowMs += 100;
      silence += 100;
      server.frame();
      if (server.take().length > 0) silence = 0;
      longest = Math.max(longest, silence);
    }
    expect(longest).toBeLessThanOrEqual(1100);
  });

  it('does not talk more than it must: about once a second in quiet (O2)', () => {
    const server = new ScriptedServer().join();
    server.pass(5000, 16);
    server.take();
    server.pass(20_000, 16, () => server.frame());
    const said = server.take().length;
    expect(said).toBeGreaterThanOrEqual(19);
    expect(said).toBeLessThanOrEqual(26);
  });

  it('says sooner what it has got when that is much, ten times a second at most (P-ALIVE-2, O2)', () => {
    const server = new ScriptedServer().join();
    server.pass(5000, 10);
    server.take();
    const said: number[] = [];
    const play = (ms: number, people: number): number => {
      said.splice(0);
      const crowd = Array.from({ length: people }, (_, index) => ({ id: 100 + index, rev: 1 }));
      server.pass(ms, 10, () => {
        if (server.nowMs % 100 === 0) server.frame(snapshot(0, 0, crowd));
        for (const { frame } of server.took('alive')) said.push(frame);
      });
      return said.length;
    };
    // 4 kB ten times a second, then 40 kB ten times a second.
    const some = play(4000, 200);
    expect(some).toBeGreaterThanOrEqual(8);
    expect(some).toBeLessThanOrEqual(12);
    const many = play(4000, 2000);
    expect(many).toBeGreaterThanOrEqual(35);
    expect(many).toBeLessThanOrEqual(41);
    expect(server.tick - (said.at(-1) as number)).toBeLessThanOrEqual(2);
  });

  it('knows how often there is news, from the first moment on and as the server changes it (P-PACE-1)', () => {
    const server = new ScriptedServer();
    expect(server.client.rhythm).toBeUndefined();
    server.client.connect();
    server.welcome({ flushMs: 200 });
    expect(server.client.rhythm).toEqual({ nearMs: 200, farMs: 200 });
    server.frame({ type: 'pace', nearMs: 200, farMs: 400 });
    expect(server.client.rhythm).toEqual({ nearMs: 200, farMs: 400 });
    server.break();
    server.pass(2000, 50);
    server.welcome({ flushMs: 100 });
    expect(server.client.rhythm).toEqual({ nearMs: 100, farMs: 100 });
  });

  it('asks for names of whoever it meets, and after a reconnection for nobody of before (P-PROF-2)', () => {
    const server = new ScriptedServer().join();
    server.take();
    server.frame(snapshot(0, 0, [{ id: 5, rev: 1 }]));
    server.pass(300, 16);
    expect(server.take().filter(({ type }) => type === 'who')).toEqual([{ type: 'who', ids: [5] }]);
    server.break();
    server.pass(20_000, 100);
    server.welcome({ generation: 2 });
    server.pass(10_000, 16, () => server.frame());
    expect(server.client.state.phase).toBe('joined');
    expect(server.take().filter(({ type }) => type === 'who')).toEqual([]);
  });

  it('whoever was shown stays on screen over a short break, until the new picture says otherwise', () => {
    const server = new ScriptedServer().join();
    const shown = (): number[] => [...server.client.people()].map(({ id }) => id).sort();
    server.frame(snapshot(0, 0, [{ id: 5, rev: 1 }]), snapshot(1, 0, [{ id: 6, rev: 1 }]));
    server.break();
    server.pass(2000, 16);
    server.welcome({ generation: 2 });
    expect(shown()).toEqual([5, 6]);
    server.frame(snapshot(0, 0, [{ id: 5, rev: 2 }]));
    expect(shown(), 'the other square has yet to come').toEqual([5, 6]);
    server.frame(snapshot(1, 0, [{ id: 7, rev: 1 }]));
    expect(shown()).toEqual([5, 6, 7]);
    server.pass(600, 16);
    expect(shown(), 'who has not come by now is gone').toEqual([5, 7]);
  });

  it('after a long break, or in another world, nobody of before is shown (M4)', () => {
    for (const [awayMs, world] of [
      [20_000, 'test'],
      [2000, 'another'],
    ] as const) {
      const server = new ScriptedServer().join();
      server.frame(snapshot(0, 0, [{ id: 5, rev: 1 }]));
      server.break();
      server.pass(awayMs, 16);
      server.welcome({ generation: 2, world });
      expect(server.client.state.phase).toBe('joined');
      expect([...server.client.people()]).toEqual([]);
    }
  });

  it('comes back to a server that has its hands full in pauses that grow, each of another length (P-CONN-6)', () => {
    const attempts: number[] = [];
    const random = seededRandom(4);
    const server: ScriptedServer = new ScriptedServer({
      random,
      observer: { closed: () => attempts.push(server.nowMs) },
    });
    const refuse = (): void => {
      if (server.client.state.phase !== 'connecting') return;
      server.hear();
      server.break(CLOSE.busy.code, CLOSE.busy.sentence);
    };
    server.client.connect();
    refuse();
    server.pass(300_000, 50, refuse);
    const pauses = attempts.slice(1).map((at, index) => at - (attempts[index] as number));
    for (const [index, pause] of pauses.entries()) {
      const most = Math.min(10_000, 1000 * 2 ** index);
      expect(pause).toBeGreaterThanOrEqual(most / 2);
      expect(pause).toBeLessThanOrEqual(most + 100);
    }
    expect(pauses.length).toBeLessThan(50);
    expect(new Set(pauses.slice(4)).size).toBeGreaterThan(20);
    expect(server.client.state).toMatchObject({ phase: 'waiting', code: CLOSE.busy.code });
  });

  it('comes back within half a second, as the same player, after it was too slow (P-CONN-6)', () => {
    const server = new ScriptedServer().join();
    server.frame(snapshot(0, 0, [{ id: 5, rev: 1 }]));
    server.pass(6000, 50);
    server.take();
    server.break(CLOSE.slow.code, CLOSE.slow.sentence);
    server.pass(600, 50);
    expect(server.client.state.phase).toBe('connecting');
    expect([...server.client.people()].map(({ id }) => id)).toEqual([5]);
    server.hear();
    expect(server.took('hello')).toMatchObject([{ token: 'token' }]);
  });

  it('asks at every attempt where to connect, if it was given no fixed address', () => {
    const opened: string[] = [];
    let url = 'first';
    const server = new ScriptedServer({
      url: () => url,
      openSocket: (at) => {
        opened.push(at);
        return {
          binaryType: '',
          onopen: null,
          onmessage: null,
          onclose: null,
          onerror: null,
          send: () => undefined,
          close: () => undefined,
        };
      },
    });
    server.client.connect();
    expect(opened).toEqual(['first']);
    url = 'second';
    // Nobody answers there, and the attempt is given up.
    server.pass(20_000, 250);
    expect(opened[1]).toBe('second');
  });

  it('plays others back as late as their motions come, and learns that anew from another server’s time (M3)', () => {
    const server = new ScriptedServer();
    server.offsetMs = 3_600_000;
    server.join();
    const play = (ms: number, ageTicks: number): void => {
      let rev = 1;
      server.frame(snapshot(0, 0, [{ id: 5, rev }]));
      server.pass(ms, 50, () => server.frame(motions({ id: 5, rev: ++rev, heading: rev % 256, ago: ageTicks })));
    };
    play(12_000, 6);
    expect(server.client.playbackDelayMs).toBeGreaterThan(300);
    // The server was started anew: its time begins at 0, and nobody is late any more.
    server.break();
    server.pass(20_000, 100);
    server.offsetMs = 1000 - server.nowMs;
    server.welcome();
    play(12_000, 2);
    expect(server.client.playbackDelayMs).toBeLessThan(200);
  });

  it('news that tells no new motion, as a crossing does, does not count as late (M3)', () => {
    const server = new ScriptedServer().join();
    let rev = 1;
    server.frame(snapshot(0, 0, [{ id: 5, rev, heading: EAST, ago: 0 }]), snapshot(1, 0, []));
    let ago = 0;
    let inFirst = true;
    server.pass(15_000, 50, () => {
      ago++;
      if (ago === 2) server.frame(motions({ id: 5, rev: ++rev, dx: inFirst ? 0 : -8192, heading: EAST, ago }));
      if (ago < 7) return;
      // They go over, and the turn of seven ticks ago travels on with the crossing.
      rev++;
      const [from, to] = inFirst ? [0, 1] : [1, 0];
      server.frame(
        changes(from, 0, [], [{ id: 5, rev, to: inFirst ? 6 : 4 }]),
        changes(to, 0, [{ id: 5, rev, dx: inFirst ? -8192 : 0, heading: EAST, ago }], []),
      );
      inFirst = !inFirst;
      ago = 0;
    });
    expect(server.client.squares.get(squareKey(inFirst ? 0 : 1, 0))?.occupants.has(5)).toBe(true);
    expect(server.client.playbackDelayMs).toBeLessThan(200);
  });
});
