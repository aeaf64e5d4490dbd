import type { Participant } from './participant.ts';
import type { RequestBook } from './request-book.ts';
import type { ThingFaults } from './thing-faults.ts';
import type { ThingTally } from './thing-tally.ts';
import {
  type Act,
  type Deed,
  editText,
  type Hold,
  type Known,
  KnownSquare,
  lineText,
  type SeenEdit,
  type SeenLine,
} from './things.ts';

/** Somebody who may have done what is told. */
interface Author {
  readonly participant: Participant;
  readonly requests: RequestBook;
}

/**
 * What was built and said, as far as acknowledgements and pictures have told: matches what is told to what was asked
 * for, and finds what nobody asked for or what differs from what it was.
 */
export class ThingsTruth {
  readonly #edits: ThingTally;
  readonly #chat: ThingTally;
  readonly #faults: ThingFaults;
  /** By id, also by those that one had before. */
  readonly #authors: ReadonlyMap<number, Author>;
  readonly #squares = new Map<string, KnownSquare>();

  constructor(edits: ThingTally, chat: ThingTally, faults: ThingFaults, authors: ReadonlyMap<number, Author>) {
    this.#edits = edits;
    this.#chat = chat;
    this.#faults = faults;
    this.#authors = authors;
  }

  get squares(): Iterable<KnownSquare> {
    return this.#squares.values();
  }

  /** How many edits and lines are remembered. */
  get known(): number {
    let known = 0;
    for (const { edits, lines } of this.#squares.values()) known += edits.size + lines.size;
    return known;
  }

  square(key: string): KnownSquare {
    let square = this.#squares.get(key);
    if (square === undefined) {
      square = new KnownSquare(key);
      this.#squares.set(key, square);
    }
    return square;
  }

  /** All that was built and said is gone. What was asked for and not answered may yet turn up. */
  forget(): void {
    this.#squares.clear();
  }

  /** An edit was acknowledged. Returns whether that can be true; then it has its place. */
  granted(deed: Deed, act: Act & { readonly type: 'edit' }, key: string, revision: number | null): boolean {
    const { author } = deed;
    if (revision === null || (deed.number !== undefined && deed.number !== revision)) {
      const detail = `${deed.detail}, acknowledged as revision ${revision ?? 'none'}`;
      this.#faults.ghost(this.#edits, author, author, detail);
      return false;
    }
    const square = this.square(key);
    const known = square.edits.get(revision);
    const seen = { revision, player: deed.player, tile: act.tile, kind: act.kind };
    if (known !== undefined && !isSame(known.seen, seen)) {
      const detail = `${deed.detail}, acknowledged as revision ${revision}, which is another`;
      this.#faults.ghost(this.#edits, author, author, detail);
      return false;
    }
    deed.square = square;
    deed.number = revision;
    if (known === undefined) square.learnEdit({ seen, deed });
    square.revision = Math.max(square.revision, revision);
    return true;
  }

  /** Whether an edit is what somebody asked for, as far as can be known. */
  isTrueEdit({ observer, square }: Hold, seen: SeenEdit): boolean {
    const author = this.#authors.get(seen.player);
    const known = square.edits.get(seen.revision);
    if (known !== undefined) {
      if (isSame(known.seen, seen)) return true;
      const detail = `${editText(square, seen)}, which is not what was made under it`;
      this.#faults.ghost(this.#edits, observer, author?.participant, detail);
      return false;
    }
    if (seen.revision <= square.forgottenRevision) return true;
    const deed = author?.requests.findEdit(square.key, seen);
    if (author !== undefined && deed === undefined) {
      const detail = `${editText(square, seen)}, which nobody made`;
      this.#faults.ghost(this.#edits, observer, author.participant, detail);
      return false;
    }
    if (deed !== undefined) {
      deed.square = square;
      deed.number = seen.revision;
    }
    square.learnEdit({ seen, deed });
    return true;
  }

  /** What is known of a line; undefined when nobody said it. */
  trueLine({ observer, square }: Hold, { id, player, text }: SeenLine): Known<SeenLine> | undefined {
    const seen = { id, player, text };
    const author = this.#authors.get(player);
    const known = square.lines.get(id);
    if (known !== undefined) {
      if (known.seen.player === player && known.seen.text === text) return known;
      const detail = `${lineText(square, seen)}, which is not what was said`;
      this.#faults.ghost(this.#chat, observer, author?.participant, detail);
      return undefined;
    }
    const deed = author?.requests.findLine(seen);
    if (author !== undefined && deed === undefined && id > square.forgottenLine) {
      const detail = `${lineText(square, seen)}, which nobody said`;
      this.#faults.ghost(this.#chat, observer, author.participant, detail);
      return undefined;
    }
    const learned = { seen, deed };
    if (deed !== undefined && !deed.isAcknowledged) {
      deed.square = square;
      deed.number = id;
    }
    square.learnLine(learned);
    return learned;
  }
}

const isSame = (a: SeenEdit, b: SeenEdit): boolean =>
  a.player === b.player && a.tile === b.tile && a.kind === b.kind && a.revision === b.revision;
