import { describe, expect, it } from 'vitest';
import { BUDGETS } from '../../client/bots/budgets.ts';
import type { SeenLine } from '../../client/bots/things.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { type Double, SpreadHistory, verdictOf } from './spread-history.ts';

const STEP_MS = 12;
const SQUARE = { sx: 0, sy: 0 };

/** Somebody joins, in the middle of everybody's screen, with square 0,0 in the picture. */
function join(history: SpreadHistory, double: Double, id: number, generation = 1): void {
  Object.assign(double, { id, generation, inputs: 0, rev: 0 });
  history.tell(double, (input, who) => input.joined(who, id, generation));
  double.shownSquares.set('0,0', SQUARE);
  history.tell(double, ({ things }, who) => things.framed(who));
  history.tell(double, ({ things }, who) => things.pictured(who, 0, 0, 0));
}

function place(history: SpreadHistory, double: Double): void {
  history.tell(double, (input, who) => input.position(who, double.x, double.y, history.nowMs, true));
}

function passFor(history: SpreadHistory, ms: number, held: readonly number[] = []): void {
  for (const endMs = history.nowMs + ms; history.nowMs < endMs; ) {
    history.pass(STEP_MS, held);
    for (const double of history.doubles) {
      if (held.includes(double.process)) continue;
      place(history, double);
      if (Math.floor(history.nowMs) % 20 === double.id % 20) history.tell(double, (input, who) => input.sample(who));
    }
  }
}

/** Players who have had each other on their screens for a while, and the measured part begun. */
function begun(processes: number, players: number, delayMs?: (process: number) => number): SpreadHistory {
  const history = new SpreadHistory(processes, delayMs);
  for (let i = 0; i < players; i++) join(history, history.add(i % processes), 100 + i);
  for (const observer of history.doubles) {
    for (const { id } of history.doubles) history.tell(observer, (input, who) => input.entered(who, id, 1, 0));
  }
  passFor(history, 2500);
  history.judge((oracle) => oracle.begin());
  return history;
}

describe('what is recorded in several processes', () => {
  const FRESH = Math.floor(Math.random() * 2 ** 32);

  for (const seed of [1, 2, 3, FRESH]) {
    for (const processes of [1, 2, 5]) {
      it(`comes to what the oracle says when told directly (${processes} processes, seed ${seed})`, () => {
        const random = seededRandom(seed);
        const history = new SpreadHistory(processes, () => random() * 1500);
        const mess = new Mess(history, processes, random);
        mess.run();
        const verdict = verdictOf(history.merged);
        expect(verdict).toEqual(verdictOf(history.direct));
        expect(history.waiting).toBe(0);
        // A history in which nothing went wrong would prove nothing.
        expect(verdict.updates.seen).toBeGreaterThan(50);
        expect(verdict.updates.missed).toBeGreaterThan(0);
        expect(verdict.worst.length).toBeGreaterThan(5);
      });
    }
  }

  it('is told in the order in which it happened: a line is no ghost whose asking comes after its hearing', () => {
    // The author's batches are under way for two seconds, the other one's are not.
    const history = begun(2, 2, (process) => (process === 0 ? 2000 : 0));
    const [author, other] = history.doubles as [Double, Double];
    const line: SeenLine = { id: 1, player: author.id, text: 'hello' };
    place(history, author);
    history.tell(author, ({ things }, who) => things.asked(who, 1, { type: 'line', text: line.text }));
    history.tell(other, ({ things }, who) => things.heard(who, 0, 0, [line], false));
    history.tell(author, ({ things }, who) => things.heard(who, 0, 0, [line], false));
    history.tell(author, ({ things }, who) => things.done(who, 1, null));
    passFor(history, 1000);
    expect(history.merged.things.chat.counts.seen).toBe(0);
    expect(history.waiting).toBeGreaterThan(0);
    passFor(history, 3000);
    expect(history.merged.things.chat.counts).toMatchObject({ expected: 2, seen: 2, ghosts: 0, late: 0 });
  });

  it('was asked for before anybody heard of it, though its process wrote it down a little later', () => {
    const history = begun(2, 2);
    const [author, other] = history.doubles as [Double, Double];
    const line: SeenLine = { id: 1, player: author.id, text: 'hello' };
    place(history, author);
    // The author's process has sent it, and is not heard of for a moment.
    history.tell(other, ({ things }, who) => things.heard(who, 0, 0, [line], false));
    history.tell(author, ({ things }, who) => things.asked(who, 1, { type: 'line', text: line.text }));
    passFor(history, 500);
    expect(history.merged.things.chat.counts.ghosts).toBe(0);
    expect(history.direct.things.chat.counts.ghosts).toBe(1);
  });

  it('is not missed while one process does not get round to looking, and is when the server is slow', () => {
    const history = begun(2, 2);
    const [mover, observer] = history.doubles as [Double, Double];
    const turn = (n: number): void => {
      history.tell(mover, (input, who) => input.sent(who, n));
      const motion = { tick: Math.floor(history.nowMs / 50), x: mover.x, y: mover.y, heading: 0 };
      history.tell(mover, (input, who) => input.acknowledged(who, n, n, motion));
    };
    turn(1);
    passFor(history, BUDGETS.missedAfterMs + 1000, [observer.process]);
    history.tell(observer, (input, who) => input.moved(who, mover.id, 1, 1));
    passFor(history, 500);
    expect(history.merged.tally.updates).toMatchObject({ expected: 1, seen: 1, missed: 0, absent: 0, late: 1 });
    // The direct one had somebody looking all the while.
    expect(history.direct.tally.updates.missed).toBe(1);
    turn(2);
    passFor(history, BUDGETS.missedAfterMs + 1000);
    expect(history.merged.tally.updates).toMatchObject({ expected: 2, seen: 1, missed: 1 });
  });

  it('is compared as the pictures are at the end', () => {
    const history = begun(3, 3);
    const [odd] = history.doubles as [Double];
    odd.print = 7;
    odd.lines.push({ player: odd.id, text: 'twice', atMs: 1 }, { player: odd.id, text: 'twice', atMs: 2 });
    passFor(history, BUDGETS.missedAfterMs + 500);
    history.end();
    expect(history.merged.things.edits.counts.disagreed).toBe(1);
    expect(history.merged.things.chat.counts.duplicated).toBe(1);
    expect(verdictOf(history.merged)).toEqual(verdictOf(history.direct));
  });
});

/** Players to whom everything may happen at any time, likely or not. */
class Mess {
  readonly #history: SpreadHistory;
  readonly #random: () => number;
  #ids = 100;
  #revision = 0;
  #line = 0;
  #requests = 0;

  constructor(history: SpreadHistory, processes: number, random: () => number) {
    this.#history = history;
    this.#random = random;
    for (let i = 0; i < 9; i++) history.add(i % processes, i === 4);
  }

  run(): void {
    const history = this.#history;
    for (const double of history.doubles) join(history, double, this.#newId());
    this.#happen(200);
    history.judge((oracle) => oracle.begin());
    this.#happen(600);
    history.judge((oracle) => oracle.openWindow());
    this.#happen(200);
    history.judge((oracle) => oracle.closeWindow());
    this.#happen(400);
    history.judge((oracle) => oracle.finish());
    this.#happen(300);
    history.judge((oracle) => oracle.loseInputs());
    history.end();
  }

  #newId(): number {
    this.#ids++;
    return this.#ids;
  }

  #happen(steps: number): void {
    for (let step = 0; step < steps; step++) {
      this.#history.pass(STEP_MS);
      for (const double of this.#history.doubles) this.#live(double);
      for (let i = 0; i < 6; i++) this.#strike();
    }
  }

  /** What goes on all the time. */
  #live(double: Double): void {
    const history = this.#history;
    double.x += (this.#random() - 0.5) * 500;
    double.y += (this.#random() - 0.5) * 500;
    if (this.#chance(0.3)) place(history, double);
    if (this.#chance(0.1)) history.tell(double, (input, who) => input.sample(who));
    if (!this.#chance(0.05)) return;
    double.inputs++;
    double.rev++;
    const { inputs, rev } = double;
    const dueMs = history.nowMs - 3;
    history.tell(double, (input, who) => input.sent(who, inputs, dueMs));
    const motion = { tick: Math.floor(history.nowMs / 50), x: double.x, y: double.y, heading: 3 };
    if (this.#chance(0.95)) history.tell(double, (input, who) => input.acknowledged(who, inputs, rev, motion));
    for (const observer of history.doubles) {
      if (this.#chance(0.9)) history.tell(observer, (input, who) => input.moved(who, double.id, 1, rev));
    }
  }

  /** Something of all that may happen. */
  #strike(): void {
    const history = this.#history;
    const double = this.#anyone();
    const other = this.#anyone();
    // Drawn once: what both are told has to be the same.
    const size = this.#random();
    const events: readonly (() => void)[] = [
      () => history.tell(double, (input, who) => input.entered(who, other.id, other.generation, other.rev)),
      () => history.tell(double, (input, who) => input.entered(who, other.id, other.generation, other.rev)),
      () => this.#chance(0.2) && history.tell(double, (input, who) => input.vanished(who, other.id)),
      () => this.#chance(0.1) && history.tell(double, (input, who) => input.duplicated(who, other.id, 'told twice')),
      () => this.#chance(0.1) && history.tell(double, (input, who) => input.diverged(who, 1, -2)),
      () => history.tell(double, (input) => input.framed(Math.floor(size * 300))),
      () => history.tell(double, (input) => input.frameGap(size * 200)),
      () => this.#chance(0.1) && history.tell(double, (input) => input.corrected()),
      () => {
        const ids = new Set(history.doubles.filter(() => this.#chance(0.9)).map(({ id }) => id));
        history.tell(double, (input, who) => input.audit(who, ids));
      },
      () => {
        const { id, x, y } = other;
        history.tell(double, (input, who) => input.played(who, id, x, y, history.nowMs - 200, history.nowMs));
      },
      () => this.#chance(0.05) && this.#leave(double),
      () => this.#chance(0.05) && history.tell(double, (input, who) => input.away(who)),
      () => this.#build(double),
      () => this.#say(double),
      () => this.#claim(double),
      () => this.#chance(0.2) && this.#change(double),
    ];
    events[Math.floor(this.#random() * events.length)]?.();
  }

  #leave(double: Double): void {
    const isDropped = this.#chance(0.5);
    this.#history.tell(double, (input, who) => input.left(who, isDropped));
    join(this.#history, double, isDropped ? double.id : this.#newId(), double.generation + 1);
  }

  #build(double: Double): void {
    const history = this.#history;
    this.#requests++;
    const n = this.#requests;
    const act = { type: 'edit', ...SQUARE, tile: Math.floor(this.#random() * 9), kind: 3 } as const;
    place(history, double);
    history.tell(double, ({ things }, who) => things.asked(who, n, act), 0);
    if (this.#chance(0.05)) return;
    if (this.#chance(0.1)) {
      history.tell(double, ({ things }, who) => things.refused(who, n, 'Too far away.'));
      return;
    }
    this.#revision++;
    const edit = { revision: this.#revision, player: double.id, tile: act.tile, kind: act.kind };
    for (const observer of history.doubles) {
      if (this.#chance(0.98)) history.tell(observer, ({ things }, who) => things.edited(who, 0, 0, [edit]));
    }
    history.tell(double, ({ things }, who) => things.done(who, n, edit.revision));
  }

  #say(double: Double): void {
    const history = this.#history;
    this.#requests++;
    const n = this.#requests;
    const text = `line ${n}`;
    place(history, double);
    history.tell(double, ({ things }, who) => things.asked(who, n, { type: 'line', text }), 0);
    this.#line++;
    const line = { id: this.#line, player: double.id, text };
    for (const observer of history.doubles) {
      if (this.#chance(0.98)) history.tell(observer, ({ things }, who) => things.heard(who, 0, 0, [line], false));
      if (this.#chance(0.02)) history.tell(observer, ({ things }, who) => things.heard(who, 0, 0, [line], true));
    }
    history.tell(double, ({ things }, who) => things.done(who, n, null));
  }

  #claim(double: Double): void {
    const history = this.#history;
    const claim = { ...SQUARE, period: 1, index: Math.floor(this.#random() * 200), player: double.id };
    for (const observer of history.doubles) history.tell(observer, ({ things }, who) => things.claimed(who, claim));
    const score = Math.floor(this.#random() * 20);
    history.tell(double, ({ things }, who) => things.scored(who, score));
  }

  /** The picture has other squares, and in the end something else in them. */
  #change(double: Double): void {
    const key = `${Math.floor(this.#random() * 3)},0`;
    if (!double.shownSquares.delete(key)) double.shownSquares.set(key, { sx: Number(key[0]), sy: 0 });
    double.print = Math.floor(this.#random() * 2);
    this.#history.tell(double, ({ things }, who) => things.framed(who));
  }

  #anyone(): Double {
    return this.#history.doubles[Math.floor(this.#random() * this.#history.doubles.length)] as Double;
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }
}
