import { BUDGETS } from '../../client/bots/budgets.ts';
import { Oracle } from '../../client/bots/oracle.ts';
import type { Participant } from '../../client/bots/participant.ts';
import { type LogEntry, printOf } from '../../client/bots/picture.ts';

export const STEP_MS = 50;
const SCREEN = { width: 40, height: 24 };
/** What every gem scores in these histories. */
export const POINTS = 5;

/** A tile to set. */
export interface TileToSet {
  readonly tile?: number;
  readonly kind?: number;
}

/** Someone in a history; they stand still, and their pictures hold what the test says. */
export class Person {
  readonly participant: Participant;
  readonly squares = new Map<string, { readonly sx: number; readonly sy: number }>();
  readonly tiles = new Map<number, number>();
  readonly log: LogEntry[] = [];
  id: number;
  requests = 0;

  constructor(id: number, oracle: Oracle) {
    this.id = id;
    this.participant = oracle.add(
      { name: `bot-${id}`, behaviour: 'builder', node: 'a', screen: SCREEN },
      { squares: () => this.squares, printOf: () => printOf(this.tiles), log: () => this.log },
    );
  }
}

/** A history of edits, lines and gems in square 0,0, told to the oracle by hand: time passes only in `pass`. */
export class ThingsHistory {
  nowMs = 5000;
  readonly oracle = new Oracle(
    () => this.nowMs,
    BUDGETS,
    ({ index }) => (index < 32 ? POINTS : undefined),
  );
  readonly people: Person[] = [];

  get things() {
    return this.oracle.things;
  }

  /** The worst cases as their kinds and details. */
  get cases(): string[] {
    return this.oracle.tally
      .worst()
      .map(({ kind, observer, player, detail }) => `${kind}: ${player}, ${observer}, ${detail}`);
  }

  /** Somebody joins, and has the square's ground. */
  add(revision = 0): Person {
    const person = new Person(100 + this.people.length, this.oracle);
    this.people.push(person);
    this.join(person);
    this.show(person, revision);
    return person;
  }

  join(person: Person, id = person.id): void {
    person.id = id;
    person.requests = 0;
    this.oracle.joined(person.participant, id, 1);
    this.oracle.position(person.participant, 0, 0, this.nowMs, true);
  }

  /** The person loses the connection, and the picture with it. */
  drop(person: Person): void {
    person.squares.clear();
    this.oracle.left(person.participant, true);
  }

  /** The square comes into a picture, with its ground. */
  show(person: Person, revision: number): void {
    person.squares.set('0,0', { sx: 0, sy: 0 });
    this.things.pictured(person.participant, 0, 0, revision);
  }

  pass(ms: number): void {
    for (const end = this.nowMs + ms; this.nowMs < end; ) {
      this.nowMs += STEP_MS;
      this.oracle.look();
      if (this.nowMs % BUDGETS.sampleMs !== 0) continue;
      for (const { participant } of this.people) {
        this.things.framed(participant);
        this.things.sample(participant);
      }
    }
  }

  askEdit(author: Person, { tile = 7, kind = 3 }: TileToSet = {}): number {
    author.requests++;
    this.things.asked(author.participant, author.requests, { type: 'edit', sx: 0, sy: 0, tile, kind });
    return author.requests;
  }

  askLine(author: Person, text: string): number {
    author.requests++;
    this.things.asked(author.participant, author.requests, { type: 'line', text });
    return author.requests;
  }

  done(author: Person, n: number, revision: number | null = null): void {
    this.things.done(author.participant, n, revision);
  }

  /** An edit is told to some; by default to everybody. */
  tellEdit(author: Person, revision: number, { tile = 7, kind = 3 }: TileToSet = {}, to = this.people): void {
    for (const { participant } of to) {
      this.things.edited(participant, 0, 0, [{ revision, player: author.id, tile, kind }]);
    }
  }

  tellLine(author: Person, id: number, text: string, to = this.people, isHistory = false): void {
    for (const { participant } of to) {
      this.things.heard(participant, 0, 0, [{ id, player: author.id, text }], isHistory);
    }
  }

  /** Asked, told to everybody and acknowledged, as it has to be. */
  edit(author: Person, revision: number, what: TileToSet = {}): void {
    const n = this.askEdit(author, what);
    this.pass(100);
    this.tellEdit(author, revision, what);
    this.done(author, n, revision);
  }

  say(author: Person, id: number, text: string): void {
    const n = this.askLine(author, text);
    this.pass(100);
    this.tellLine(author, id, text);
    this.done(author, n);
  }

  claim(claimant: number, index: number, to = this.people): void {
    for (const { participant } of to) {
      this.things.claimed(participant, { sx: 0, sy: 0, period: 1, index, player: claimant });
    }
  }
}
