import { beforeEach, describe, expect, it } from 'vitest';
import { BUDGETS } from '../../client/bots/budgets.ts';
import { type Person, POINTS, STEP_MS, ThingsHistory } from './things-history.ts';

const NOTHING = { expected: 0, seen: 0, missed: 0, late: 0, ghosts: 0, duplicated: 0, disordered: 0, disagreed: 0 };
const MISSED_MS = BUDGETS.missedAfterMs + BUDGETS.sampleMs + 2 * STEP_MS;

let history: ThingsHistory;
let author: Person;
let other: Person;
let third: Person;
beforeEach(() => {
  history = new ThingsHistory();
  author = history.add();
  other = history.add();
  third = history.add();
  history.pass(MISSED_MS);
  history.oracle.begin();
});

const edits = () => history.things.edits.counts;
const chat = () => history.things.chat.counts;
const gems = () => history.things.gems.counts;
const requests = () => {
  const { asked, done, refused } = history.things.requests;
  return { asked, done, refused };
};

describe('an edit', () => {
  it('that everybody sees is expected of all who have the square, and nothing is wrong', () => {
    history.edit(author, 1);
    history.edit(other, 2, { kind: 4 });
    history.pass(MISSED_MS);
    expect(edits()).toEqual({ ...NOTHING, expected: 6, seen: 6 });
    expect(requests()).toEqual({ asked: 2, done: 2, refused: 0 });
    expect(history.things.outstanding).toBe(0);
    expect(history.cases).toEqual([]);
  });

  it('has the latency from its asking until others have it, of the author none', () => {
    const n = history.askEdit(author);
    history.pass(100);
    history.tellEdit(author, 1, {}, [author, other]);
    history.done(author, n, 1);
    history.pass(200);
    history.tellEdit(author, 1, {}, [third]);
    const { latency } = history.things.edits;
    expect(latency.count).toBe(2);
    expect(latency.at(50)).toBeCloseTo(100, 0);
    expect(latency.at(100)).toBeCloseTo(300, 0);
  });

  it('that comes after its time is late, and in the ground it is seen as well', () => {
    const n = history.askEdit(author);
    history.done(author, n, 1);
    history.tellEdit(author, 1, {}, [author]);
    history.pass(BUDGETS.lateAfterMs + 100);
    history.tellEdit(author, 1, {}, [other]);
    history.show(third, 1);
    expect(edits()).toEqual({ ...NOTHING, expected: 3, seen: 3, late: 2 });
  });

  it('that is withheld from one is missed, and named', () => {
    const n = history.askEdit(author);
    history.tellEdit(author, 1, {}, [author, other]);
    history.done(author, n, 1);
    history.pass(MISSED_MS);
    expect(edits()).toEqual({ ...NOTHING, expected: 3, seen: 2, missed: 1 });
    expect(history.cases).toEqual(['missed: bot-100, bot-102, edit of tile 7 of square 0,0 to kind 3, revision 1']);
    // Who lacks it may show others go on through a wall, and that is no fault of its own.
    const isWhole = [author, other, third].map(({ participant }) => history.things.isGroundWhole(participant));
    expect(isWhole).toEqual([true, true, false]);
  });

  it('is expected of nobody who has not got the square, or no longer has it', () => {
    other.squares.clear();
    history.pass(BUDGETS.sampleMs);
    const n = history.askEdit(author);
    history.tellEdit(author, 1, {}, [author]);
    history.done(author, n, 1);
    history.pass(500);
    third.squares.clear();
    history.pass(MISSED_MS);
    expect(edits()).toEqual({ ...NOTHING, expected: 1, seen: 1 });
  });

  it('that was acknowledged before has to be in the ground of whoever gets the square', () => {
    history.edit(author, 1);
    history.add(1);
    history.add(0);
    history.pass(MISSED_MS);
    expect(edits()).toMatchObject({ expected: 4, seen: 3, missed: 1 });
    expect(history.cases).toEqual(['missed: somebody, bot-104, ground of square 0,0 at 0, 1 was acknowledged']);
  });

  it('is missed when the ground of a square in the picture never comes', () => {
    const late = history.add();
    late.squares.set('1,0', { sx: 1, sy: 0 });
    history.pass(MISSED_MS + BUDGETS.sampleMs);
    expect(edits()).toEqual({ ...NOTHING, expected: 1, missed: 1 });
    expect(history.cases[0]).toContain('ground of square 1,0 at no revision');
  });

  it('that is told twice is duplicated, and named', () => {
    history.edit(author, 1);
    history.tellEdit(author, 1, {}, [other]);
    expect(edits()).toMatchObject({ duplicated: 1, ghosts: 0, missed: 0 });
    expect(history.cases).toEqual([
      'duplicated: bot-100, bot-101, edit of tile 7 of square 0,0 to kind 3, revision 1, told again',
    ]);
  });

  it('that is told after a ground that has it already is told once', () => {
    const n = history.askEdit(author);
    history.tellEdit(author, 1, {}, [author, other]);
    history.show(third, 1);
    history.tellEdit(author, 1, {}, [third]);
    history.done(author, n, 1);
    expect(edits()).toEqual({ ...NOTHING, expected: 3, seen: 3 });
  });

  it('that nobody made is a ghost, and named', () => {
    history.tellEdit(author, 1, {}, [other]);
    expect(edits()).toEqual({ ...NOTHING, ghosts: 1 });
    expect(history.cases).toEqual([
      'ghost: bot-100, bot-101, edit of tile 7 of square 0,0 to kind 3, revision 1, which nobody made',
    ]);
    // … and what is then really made under that revision is true.
    history.edit(author, 1, { tile: 8 });
    history.pass(MISSED_MS);
    expect(edits()).toEqual({ ...NOTHING, expected: 3, seen: 3, ghosts: 1 });
  });

  it('that is not what was made is a ghost', () => {
    const n = history.askEdit(author);
    history.tellEdit(author, 1, {}, [author, other]);
    history.done(author, n, 1);
    history.tellEdit(author, 1, { kind: 9 }, [third]);
    history.pass(MISSED_MS);
    expect(edits()).toMatchObject({ ghosts: 1, missed: 1 });
    expect(history.cases).toContainEqual(expect.stringContaining('which is not what was made under it'));
  });

  it('that was refused and is told all the same is a ghost, whichever comes first', () => {
    const first = history.askEdit(author);
    history.things.refused(author.participant, first, 'Somebody stands there.');
    history.tellEdit(author, 1, {}, [other]);
    const second = history.askEdit(author, { tile: 9 });
    history.tellEdit(author, 1, { tile: 9 }, [other]);
    history.things.refused(author.participant, second, 'Somebody stands there.');
    expect(edits()).toEqual({ ...NOTHING, ghosts: 2 });
    expect(history.things.requests.refusals).toEqual(new Map([['Somebody stands there.', 2]]));
    expect(requests()).toEqual({ asked: 2, done: 0, refused: 2 });
  });

  it('of somebody who is no bot is taken as it comes', () => {
    for (const { participant } of history.people) {
      history.things.edited(participant, 0, 0, [{ revision: 1, player: 7, tile: 1, kind: 1 }]);
    }
    history.edit(author, 2);
    history.pass(MISSED_MS);
    expect(edits()).toEqual({ ...NOTHING, expected: 3, seen: 3 });
  });

  it('that leaves one out is disordered, and seen when the ground comes afresh', () => {
    const first = history.askEdit(author);
    const second = history.askEdit(other, { tile: 8 });
    history.tellEdit(author, 1, {}, [author, other]);
    history.tellEdit(other, 2, { tile: 8 });
    history.done(author, first, 1);
    history.done(other, second, 2);
    expect(edits()).toMatchObject({ expected: 4, seen: 4, disordered: 1 });
    expect(history.cases).toEqual([
      'disordered: somebody, bot-102, edit of tile 8 of square 0,0 to kind 3, revision 2, after revision 0',
    ]);
    history.pass(100);
    history.show(third, 2);
    history.edit(author, 3, { tile: 9 });
    history.pass(MISSED_MS);
    expect(edits()).toEqual({ ...NOTHING, expected: 9, seen: 9, disordered: 1 });
  });

  it('that a ground takes back is disordered', () => {
    history.edit(author, 1);
    history.show(other, 0);
    expect(edits()).toMatchObject({ disordered: 1 });
    expect(history.cases).toEqual(['disordered: somebody, bot-101, ground of square 0,0 at 0 after 1']);
  });

  it('whose answer names another revision than was told is a ghost', () => {
    const n = history.askEdit(author);
    history.tellEdit(author, 1);
    history.done(author, n, 2);
    expect(edits()).toEqual({ ...NOTHING, ghosts: 1 });
  });

  it('asked for before the measured part is expected of nobody', () => {
    const early = new ThingsHistory();
    const one = early.add();
    early.add();
    const n = early.askEdit(one);
    early.done(one, n, 1);
    early.oracle.begin();
    early.pass(MISSED_MS);
    expect(early.things.edits.counts).toEqual(NOTHING);
  });
});

describe('a line', () => {
  it('that everybody hears once is expected of all who have the square, and nothing is wrong', () => {
    history.say(author, 1, 'bot-100 says hello (1)');
    history.say(other, 2, '/me waves (1)');
    history.pass(MISSED_MS);
    expect(chat()).toEqual({ ...NOTHING, expected: 6, seen: 6 });
    expect(history.things.chat.latency.count).toBe(4);
    expect(history.cases).toEqual([]);
  });

  it('that is acknowledged before anybody hears it is expected from when it is heard', () => {
    const n = history.askLine(author, 'a');
    history.done(author, n);
    history.pass(100);
    history.tellLine(author, 1, 'a', [author]);
    history.pass(100);
    history.tellLine(author, 1, 'a', [other, third]);
    history.pass(MISSED_MS);
    expect(chat()).toEqual({ ...NOTHING, expected: 3, seen: 3 });
    expect(history.things.chat.latency.at(50)).toBeCloseTo(200, 0);
  });

  it('that is lost to one is missed, and named', () => {
    const n = history.askLine(author, 'a');
    history.done(author, n);
    history.tellLine(author, 1, 'a', [author, third]);
    history.pass(MISSED_MS);
    expect(chat()).toEqual({ ...NOTHING, expected: 3, seen: 2, missed: 1 });
    expect(history.cases).toEqual(['missed: bot-100, bot-101, line 1 of square 0,0, "a"']);
  });

  it('that is lost to everybody is missed', () => {
    const n = history.askLine(author, 'a');
    history.done(author, n);
    history.pass(MISSED_MS);
    expect(chat()).toEqual({ ...NOTHING, expected: 1, missed: 1 });
    expect(history.cases).toEqual(['missed: bot-100, bot-100, line ? of square ?, "a"']);
    expect(history.things.outstanding).toBe(0);
  });

  it('that is told twice is duplicated, and named', () => {
    history.say(author, 1, 'a');
    history.tellLine(author, 1, 'a', [third]);
    expect(chat()).toMatchObject({ duplicated: 1, ghosts: 0 });
    expect(history.cases).toEqual(['duplicated: bot-100, bot-102, line 1 of square 0,0, "a", told again']);
  });

  it('may come with the history and as it is said', () => {
    history.say(author, 1, 'a');
    history.tellLine(author, 1, 'a', [third], true);
    const late = history.add();
    history.tellLine(author, 1, 'a', [late], true);
    history.tellLine(author, 1, 'a', [late]);
    history.pass(MISSED_MS);
    expect(chat()).toEqual({ ...NOTHING, expected: 3, seen: 3 });
  });

  it('that was acknowledged before has to come with the square', () => {
    history.say(author, 1, 'a');
    history.add();
    history.pass(MISSED_MS);
    expect(chat()).toMatchObject({ expected: 4, seen: 3, missed: 1 });
    expect(history.cases).toEqual(['missed: somebody, bot-103, line 1 of square 0,0 did not come with it']);
  });

  it('against the order of the history is disordered, and named', () => {
    history.say(author, 1, 'a');
    history.say(other, 2, 'b');
    const a = { id: 1, player: author.id, text: 'a' };
    const b = { id: 2, player: other.id, text: 'b' };
    const [inOrder, outOfOrder] = [history.add(), history.add()];
    history.things.heard(inOrder.participant, 0, 0, [a, b], true);
    history.things.heard(outOfOrder.participant, 0, 0, [b, a], true);
    history.pass(MISSED_MS);
    expect(chat()).toEqual({ ...NOTHING, expected: 6, seen: 6, disordered: 1 });
    expect(history.cases).toEqual(['disordered: somebody, bot-104, line 1 of square 0,0, "a", after 2']);
  });

  it('may come after a later one that another node told (P-CHAT-4)', () => {
    const first = history.askLine(author, 'a');
    const second = history.askLine(other, 'b');
    history.tellLine(other, 2, 'b');
    history.tellLine(author, 1, 'a');
    history.done(author, first);
    history.done(other, second);
    history.pass(MISSED_MS);
    expect(chat()).toEqual({ ...NOTHING, expected: 6, seen: 6 });
  });

  it('that stands twice in one message is duplicated, also in the history', () => {
    history.say(author, 1, 'a');
    const line = { id: 1, player: author.id, text: 'a' };
    history.things.heard(history.add().participant, 0, 0, [line, line], true);
    expect(chat()).toMatchObject({ duplicated: 1, disordered: 0 });
  });

  it('that nobody said, or not so, is a ghost', () => {
    history.tellLine(author, 1, 'never', [other]);
    history.say(author, 1, 'a');
    history.tellLine(author, 1, 'b', [third]);
    expect(chat()).toMatchObject({ expected: 3, seen: 3, ghosts: 2 });
    expect(history.cases).toEqual([
      'ghost: bot-100, bot-101, line 1 of square 0,0, "never", which nobody said',
      'ghost: bot-100, bot-102, line 1 of square 0,0, "b", which is not what was said',
    ]);
  });
});

describe('at the end', () => {
  it('pictures of a square that differ have disagreed, and those that are the fewer are named', () => {
    for (const person of history.people) person.tiles.set(7, 3).set(900, 41);
    history.things.compare();
    expect(edits()).toEqual(NOTHING);
    third.tiles.set(7, 4);
    history.things.compare();
    expect(edits()).toEqual({ ...NOTHING, disagreed: 1 });
    expect(history.cases).toEqual([
      'disagreed: somebody, bot-102, tiles of square 0,0 at revision 0 not as others have them',
    ]);
  });

  it('a line of somebody who is no bot has to be in all pictures too', () => {
    const line = { id: 1, player: 7, text: 'hello' };
    for (const { participant } of [author, other]) history.things.heard(participant, 0, 0, [line], false);
    history.things.compare();
    expect(chat()).toEqual({ ...NOTHING, disagreed: 1 });
    expect(history.cases).toEqual(['disagreed: somebody, bot-102, line 1 of square 0,0 not as others have them']);
  });

  it('a line that stands twice in a log is duplicated', () => {
    const line = { player: author.id, text: 'a (1)', atMs: 1 };
    other.log.push(line, { ...line, text: 'b (2)' }, line);
    history.things.compare();
    expect(chat()).toEqual({ ...NOTHING, duplicated: 1 });
  });

  it('a line that stands in a log after what was said later is disordered, and named', () => {
    other.log.push({ player: author.id, text: 'b', atMs: 20 }, { player: third.id, text: 'a', atMs: 10 });
    history.things.compare();
    expect(chat()).toEqual({ ...NOTHING, disordered: 1 });
    expect(history.cases).toEqual(['disordered: somebody, bot-101, "a" stands too late in the log']);
  });
});

describe('gems', () => {
  it('claimed once by each, with the score that they come to, are right', () => {
    history.claim(author.id, 0);
    history.claim(author.id, 1);
    history.claim(other.id, 2);
    history.things.scored(author.participant, 2 * POINTS);
    history.pass(500);
    history.things.scored(other.participant, POINTS);
    history.pass(MISSED_MS);
    expect(gems()).toEqual({ claimed: 3, doubled: 0, scoreErrors: 0 });
    expect(history.things.outstanding).toBe(0);
  });

  it('that two have claimed are doubled, and named', () => {
    history.claim(author.id, 0);
    history.claim(other.id, 0, [third]);
    history.things.scored(author.participant, POINTS);
    history.pass(MISSED_MS);
    expect(gems()).toEqual({ claimed: 1, doubled: 1, scoreErrors: 0 });
    expect(history.cases).toEqual(['doubled: bot-101, bot-102, gem 0 of square 0,0 had been claimed by player 100']);
  });

  it('of which one node does not know who has them are claimed by one all the same', () => {
    history.claim(0, 0, [third]);
    history.claim(author.id, 0);
    history.claim(0, 0, [other]);
    history.things.scored(author.participant, POINTS);
    history.pass(MISSED_MS);
    expect(gems()).toEqual({ claimed: 1, doubled: 0, scoreErrors: 0 });
  });

  it('that do not come to the score are a wrong score, counted once', () => {
    history.claim(author.id, 0);
    history.things.scored(author.participant, POINTS + 1);
    history.pass(3 * MISSED_MS);
    expect(gems()).toEqual({ claimed: 1, doubled: 0, scoreErrors: 1 });
    expect(history.cases).toEqual(['score: bot-100, bot-100, the score is 6, the claims come to 5']);
  });

  it('that are never scored are a wrong score, and so is a score that is lost on the way back', () => {
    history.claim(author.id, 0);
    history.pass(MISSED_MS);
    expect(gems().scoreErrors).toBe(1);
    history.claim(other.id, 1);
    history.things.scored(other.participant, POINTS);
    history.drop(other);
    history.join(other);
    history.things.scored(other.participant, 0);
    history.pass(MISSED_MS);
    expect(gems().scoreErrors).toBe(2);
  });

  it('that somebody claimed while nobody could see it are in the score that comes with the return', () => {
    history.drop(author);
    history.join(author);
    history.things.scored(author.participant, 2 * POINTS);
    history.pass(MISSED_MS);
    history.claim(author.id, 3);
    history.things.scored(author.participant, 3 * POINTS);
    history.pass(MISSED_MS);
    expect(gems().scoreErrors).toBe(0);
  });
});

describe('requests', () => {
  it('whose connection ends are of unknown outcome: they may turn up, and are expected of nobody', () => {
    history.askEdit(author);
    history.askLine(author, 'a');
    history.drop(author);
    history.tellEdit(author, 1, {}, [other]);
    history.tellLine(author, 1, 'a', [third]);
    history.pass(MISSED_MS);
    expect(edits()).toEqual(NOTHING);
    expect(chat()).toEqual(NOTHING);
    expect(requests()).toEqual({ asked: 0, done: 0, refused: 0 });
  });

  it('that are never answered stay open', () => {
    history.askEdit(author);
    history.pass(MISSED_MS);
    expect(requests()).toEqual({ asked: 1, done: 0, refused: 0 });
    expect(history.things.outstanding).toBe(1);
  });
});

describe('with a fault window', () => {
  const open = () => history.oracle.openWindow();
  const close = () => history.oracle.closeWindow();
  const inFault = () => history.things.edits.inFault;

  it('what is wrong in it is counted apart, and counts for nothing when it heals', () => {
    open();
    const n = history.askEdit(author);
    history.done(author, n, 1);
    history.tellEdit(author, 1, {}, [author]);
    history.tellEdit(author, 1, {}, [author]);
    history.pass(MISSED_MS);
    expect(inFault()).toEqual({ ...NOTHING, expected: 3, seen: 1, missed: 2, duplicated: 1 });
    close();
    history.show(other, 1);
    history.show(third, 1);
    history.pass(2 * MISSED_MS);
    expect(edits()).toEqual(NOTHING);
    expect(history.cases).toEqual([]);
    expect(history.oracle.window.healMs).toBeGreaterThan(BUDGETS.missedAfterMs);
  });

  it('what a picture still lacks when it ought to have healed counts', () => {
    open();
    const n = history.askLine(author, 'a');
    history.done(author, n);
    history.tellLine(author, 1, 'a', [author, other]);
    history.pass(MISSED_MS);
    close();
    history.pass(MISSED_MS);
    expect(history.things.chat.inFault).toEqual({ ...NOTHING, expected: 3, seen: 2, missed: 1 });
    expect(chat()).toEqual({ ...NOTHING, expected: 1, missed: 1 });
    expect(history.things.outstanding).toBe(0);
  });

  it('edits and lines that one picture lacks are counted each as what they are', () => {
    open();
    history.done(author, history.askLine(author, 'a'));
    history.tellLine(author, 1, 'a', [author, other]);
    history.done(other, history.askEdit(other), 1);
    history.tellEdit(other, 1, {}, [author, other]);
    history.pass(MISSED_MS);
    close();
    history.pass(500);
    history.tellLine(author, 1, 'a', [third]);
    expect(history.things.outstanding).toBe(1);
    history.pass(MISSED_MS);
    expect(chat()).toEqual(NOTHING);
    expect(edits()).toEqual({ ...NOTHING, expected: 1, missed: 1 });
    expect(history.things.outstanding).toBe(0);
  });

  it('requests that are not answered in it are lost, and are not waited for', () => {
    open();
    history.askEdit(author);
    history.pass(500);
    close();
    history.pass(MISSED_MS);
    history.things.loseRequests();
    expect(requests()).toEqual({ asked: 0, done: 0, refused: 0 });
    expect(history.things.requests.lostInFault).toBe(1);
  });

  it('a world that has begun afresh owes nobody what was before, and counts from the beginning', () => {
    history.edit(author, 1);
    history.say(author, 1, 'a');
    history.claim(author.id, 0);
    history.things.scored(author.participant, POINTS);
    open();
    for (const person of history.people) history.drop(person);
    history.pass(500);
    for (const [i, person] of history.people.entries()) {
      history.join(person, 200 + i);
      history.show(person, 0);
    }
    history.pass(500);
    close();
    history.edit(other, 1, { tile: 9 });
    history.say(other, 1, 'b');
    history.claim(other.id, 0);
    history.things.scored(other.participant, POINTS);
    history.pass(MISSED_MS);
    expect(edits()).toEqual({ ...NOTHING, expected: 6, seen: 6 });
    expect(chat()).toEqual({ ...NOTHING, expected: 6, seen: 6 });
    expect(gems()).toEqual({ claimed: 2, doubled: 0, scoreErrors: 0 });
  });

  it('a world that knows everybody and has lost an acknowledged edit is found out', () => {
    history.edit(author, 1);
    open();
    for (const person of history.people) history.drop(person);
    history.pass(500);
    for (const person of history.people) {
      history.join(person);
      history.show(person, 0);
    }
    history.pass(500);
    close();
    history.pass(MISSED_MS);
    expect(edits()).toMatchObject({ expected: 6, seen: 3, missed: 3 });
    expect(history.cases[0]).toContain('ground of square 0,0 at 0, 1 was acknowledged');
  });
});

describe('a long run', () => {
  it('keeps a bounded number of deeds and lines', () => {
    for (let i = 1; i <= 1000; i++) {
      history.edit(author, i, { tile: i % 1024, kind: 1 + (i % 8) });
      history.say(other, i, `b (${i})`);
    }
    history.pass(MISSED_MS);
    expect(edits()).toEqual({ ...NOTHING, expected: 3000, seen: 3000 });
    expect(chat()).toEqual({ ...NOTHING, expected: 3000, seen: 3000 });
    expect(history.things.known).toBeLessThan(1000);
    const late = history.add(1000);
    history.things.heard(
      late.participant,
      0,
      0,
      Array.from({ length: 50 }, (_, i) => ({ id: 951 + i, player: other.id, text: `b (${951 + i})` })),
      true,
    );
    history.pass(MISSED_MS);
    history.things.compare();
    expect(history.cases).toEqual([]);
  });
});
