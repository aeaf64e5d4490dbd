import type { Participant } from './participant.ts';

/** What a participant asked the server for. A line is told apart by its text, which nobody says twice. */
export type Act =
  | { readonly type: 'edit'; readonly sx: number; readonly sy: number; readonly tile: number; readonly kind: number }
  | { readonly type: 'line'; readonly text: string };

/** An edit as pictures are told it. */
export interface SeenEdit {
  readonly revision: number;
  readonly player: number;
  /** In the square. */
  readonly tile: number;
  readonly kind: number;
}

/** A line as pictures are told it. */
export interface SeenLine {
  readonly id: number;
  readonly player: number;
  readonly text: string;
}

/** Revisions and lines remembered of a square, more than ever come with it; the oldest makes room for the newest. */
const MAX_KNOWN = 256;
/** Lines remembered of what one picture was told of a square. */
const MAX_HEARD = 128;

/** So many of a square's last lines have to be in every picture of it: fewer than come with a square. */
export const LAST_LINES = 20;

const editOf = (key: string, tile: number, kind: number, revision: number | string): string =>
  `edit of tile ${tile} of square ${key} to kind ${kind}, revision ${revision}`;

/** For a person who looks into it. */
export const editText = ({ key }: KnownSquare, { tile, kind, revision }: SeenEdit): string =>
  editOf(key, tile, kind, revision);

export const lineText = ({ key }: KnownSquare, { id, text }: SeenLine): string =>
  `line ${id} of square ${key}, ${JSON.stringify(text)}`;

/** One thing asked for: from the asking until all who have to see it did. */
export class Deed {
  readonly author: Participant;
  /** Who the author was when it was asked for. */
  readonly player: number;
  readonly n: number;
  readonly act: Act;
  /** Monotonic ms, and the oracle's patient ms. */
  readonly askedMs: number;
  readonly askedPatientMs: number;
  /** Asked for in the measured part: it has to be seen. */
  readonly isMeasured: boolean;
  isAcknowledged = false;
  /** Where it came to be and under which revision or id, once known. */
  square: KnownSquare | undefined;
  number: number | undefined;
  /** Who saw it before its acknowledgement, and when in monotonic ms. */
  readonly early = new Map<Hold, number>();
  /** Those whom it was expected of. Who saw it is not pending any more, but remains in here. */
  expectedOf: readonly Hold[] = [];
  /** Of those, how many have yet to see it. */
  pending = 0;

  constructor(
    author: Participant,
    n: number,
    act: Act,
    asked: { readonly ms: number; readonly patientMs: number; readonly isMeasured: boolean },
  ) {
    this.author = author;
    this.player = author.id;
    this.n = n;
    this.act = act;
    this.askedMs = asked.ms;
    this.askedPatientMs = asked.patientMs;
    this.isMeasured = asked.isMeasured;
  }

  /** For a person who looks into it. */
  get detail(): string {
    const { act, number = '?' } = this;
    return act.type === 'edit'
      ? editOf(`${act.sx},${act.sy}`, act.tile, act.kind, number)
      : `line ${number} of square ${this.square?.key ?? '?'}, ${JSON.stringify(act.text)}`;
  }
}

/** What is known of an edit or a line that was told to somebody; without a deed it is of somebody who is no bot. */
export interface Known<T> {
  readonly seen: T;
  deed: Deed | undefined;
}

/** What is true of one square, as far as acknowledgements and pictures have told. */
export class KnownSquare {
  readonly key: string;
  /** By revision and by id, the newest of each. */
  readonly edits = new Map<number, Known<SeenEdit>>();
  readonly lines = new Map<number, Known<SeenLine>>();
  /** Up to here nothing is known any more. */
  forgottenRevision = -1;
  forgottenLine = -1;
  /** The highest that was acknowledged. */
  revision = 0;
  line = 0;
  /** Everybody who has the square in the picture. */
  readonly holds = new Set<Hold>();

  constructor(key: string) {
    this.key = key;
  }

  learnEdit(known: Known<SeenEdit>): void {
    this.edits.set(known.seen.revision, known);
    const oldest = oldestBeyond(this.edits);
    if (oldest !== undefined) this.forgottenRevision = Math.max(this.forgottenRevision, oldest);
  }

  learnLine(known: Known<SeenLine>): void {
    this.lines.set(known.seen.id, known);
    const oldest = oldestBeyond(this.lines);
    if (oldest !== undefined) this.forgottenLine = Math.max(this.forgottenLine, oldest);
  }
}

/** Takes the entry that came first out of a map that has grown too large, and returns its key. */
function oldestBeyond(map: Map<number, unknown>): number | undefined {
  if (map.size <= MAX_KNOWN) return undefined;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
  return oldest;
}

/** One square in one participant's picture, from its snapshot until it is forgotten. */
export class Hold {
  readonly observer: Participant;
  readonly square: KnownSquare;
  /** Monotonic ms, and the oracle's patient ms. */
  readonly sinceMs: number;
  sincePatientMs: number;
  /** What had been acknowledged before it began, and therefore has to come with the square. */
  readonly owedRevision: number;
  readonly owedLine: number;
  /** Whether it was judged that this came. */
  isOwedJudged = false;
  /** The revision that the picture has got to, and when; undefined until the square's ground came. */
  revision: number | undefined;
  revisionAtMs = 0;
  /** The highest revision that an edit was told of. */
  toldRevision = -1;
  /** A revision was left out: what comes now is of no use until the ground comes afresh. */
  isGapped = false;
  /** The highest line told while it was said. */
  toldLine = -1;
  /** By their type: edits and lines that it has yet to see … */
  readonly pending = { edit: new Set<Deed>(), line: new Set<Deed>() };
  /** … and those that it missed in the fault window and has not seen since. */
  readonly lacking = { edit: new Set<Deed>(), line: new Set<Deed>() };
  /** Lines by id: whether they were told as they were said, or with the history. */
  readonly #heard = new Map<number, boolean>();

  constructor(observer: Participant, square: KnownSquare, sinceMs: number, sincePatientMs: number) {
    this.observer = observer;
    this.square = square;
    this.sinceMs = sinceMs;
    this.sincePatientMs = sincePatientMs;
    this.owedRevision = square.revision;
    this.owedLine = square.line;
  }

  /** Whether the picture has the line. */
  hasHeard(id: number): boolean {
    return this.#heard.has(id);
  }

  /** Whether the line was told as it was said. */
  wasToldLive(id: number): boolean {
    return this.#heard.get(id) === true;
  }

  hear(id: number, isLive: boolean): void {
    this.#heard.set(id, isLive || this.wasToldLive(id));
    if (this.#heard.size <= MAX_HEARD) return;
    const [oldest] = this.#heard.keys();
    if (oldest !== undefined) this.#heard.delete(oldest);
  }
}
