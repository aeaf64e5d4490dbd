import type { SeenClaim } from './gem-watch.ts';
import type { ThingsInput } from './oracle-input.ts';
import type { Participant } from './participant.ts';
import type { Picture } from './picture.ts';
import { NOBODY } from './record-kinds.ts';
import type { Tape } from './tape.ts';
import type { Act, SeenEdit, SeenLine } from './things.ts';

/** A picture, and which squares the tape was told of. */
interface Shown {
  readonly picture: Picture;
  squares: ReadonlySet<string>;
}

/** In the place of the oracle of things, where that is in another process: writes down what it is told. */
export class ThingsRecorder implements ThingsInput {
  readonly #tape: Tape;
  readonly #numbers: ReadonlyMap<Participant, number>;
  readonly #shown = new Map<Participant, Shown>();

  constructor(tape: Tape, numbers: ReadonlyMap<Participant, number>) {
    this.#tape = tape;
    this.#numbers = numbers;
  }

  add(participant: Participant, picture: Picture): void {
    this.#shown.set(participant, { picture, squares: new Set() });
  }

  asked(participant: Participant, n: number, act: Act): void {
    this.#tape.writeEarlier('asked', this.#number(participant), n, act);
  }

  done(participant: Participant, n: number, revision: number | null): void {
    this.#tape.write('done', this.#number(participant), n, revision);
  }

  refused(participant: Participant, n: number, sentence: string): void {
    this.#tape.write('refused', this.#number(participant), n, sentence);
  }

  framed(observer: Participant): void {
    this.#tellSquares(observer);
    this.#tape.write('thingsFramed', this.#number(observer));
  }

  pictured(observer: Participant, sx: number, sy: number, revision: number): void {
    this.#tape.write('pictured', this.#number(observer), sx, sy, revision);
  }

  edited(observer: Participant, sx: number, sy: number, edits: readonly SeenEdit[]): void {
    const told = edits.map(({ revision, player, tile, kind }) => ({ revision, player, tile, kind }));
    this.#tape.write('edited', this.#number(observer), sx, sy, told);
  }

  heard(observer: Participant, sx: number, sy: number, lines: readonly SeenLine[], isHistory: boolean): void {
    const told = lines.map(({ id, player, text }) => ({ id, player, text }));
    this.#tape.write('heard', this.#number(observer), sx, sy, told, isHistory);
  }

  claimed(observer: Participant, { sx, sy, period, index, player }: SeenClaim): void {
    this.#tape.write('claimed', this.#number(observer), { sx, sy, period, index, player });
  }

  scored(participant: Participant, score: number): void {
    this.#tape.write('scored', this.#number(participant), score);
  }

  /** Writes down what all pictures hold now. */
  tellPictures(): void {
    for (const [participant, { picture }] of this.#shown) {
      if (!participant.isPresent) continue;
      this.#tellSquares(participant);
      const prints = [...picture.squares()].map(([key, { sx, sy }]) => [key, picture.printOf(sx, sy)] as const);
      const log = [...picture.log()].map(({ player, text, atMs }) => [player, text, atMs] as const);
      this.#tape.write('picture', this.#number(participant), prints, log);
      // One is large enough for a batch.
      this.#tape.give();
    }
  }

  #tellSquares(observer: Participant): void {
    const shown = this.#shown.get(observer);
    if (shown === undefined) return;
    const squares = shown.picture.squares();
    if (isSame(squares, shown.squares)) return;
    shown.squares = new Set(squares.keys());
    const told = [...squares].map(([key, { sx, sy }]) => [key, sx, sy] as const);
    this.#tape.write('squares', this.#number(observer), told);
  }

  #number(participant: Participant): number {
    return this.#numbers.get(participant) ?? NOBODY;
  }
}

function isSame(squares: ReadonlyMap<string, unknown>, told: ReadonlySet<string>): boolean {
  if (squares.size !== told.size) return false;
  for (const key of squares.keys()) if (!told.has(key)) return false;
  return true;
}
