import type { Participant } from './participant.ts';
import type { Picture } from './picture.ts';
import type { ThingFaults } from './thing-faults.ts';
import type { ThingTally } from './thing-tally.ts';
import { type Hold, type KnownSquare, LAST_LINES } from './things.ts';

/** Compares pictures when nothing is on its way any more: everybody who has a square must have the same of it. */
export class FinalComparison {
  readonly #edits: ThingTally;
  readonly #chat: ThingTally;
  readonly #faults: ThingFaults;

  constructor(edits: ThingTally, chat: ThingTally, faults: ThingFaults) {
    this.#edits = edits;
    this.#chat = chat;
    this.#faults = faults;
  }

  /** @param holds those of the square that have had it for long enough to be complete */
  squares(
    square: KnownSquare,
    holds: readonly Hold[],
    pictureOf: (observer: Participant) => Picture | undefined,
  ): void {
    const prints = holds.map(({ observer }) => printIn(pictureOf(observer), square.key));
    const usual = mostFrequent(prints);
    holds.forEach(({ observer, revision }, i) => {
      if (prints[i] === usual) return;
      this.#faults.disagreed(this.#edits, observer, `tiles of square ${square.key} at revision ${revision}`);
    });
    const last = [...square.lines.keys()].sort((a, b) => b - a).slice(0, LAST_LINES);
    for (const hold of holds) {
      const absent = last.find((id) => !hold.hasHeard(id));
      if (absent === undefined) continue;
      this.#faults.disagreed(this.#chat, hold.observer, `line ${absent} of square ${square.key}`);
    }
  }

  /** @param nameOf the name of a participant; undefined for anybody else, who may say the same thing twice */
  log(observer: Participant, picture: Picture, nameOf: (player: number) => string | undefined): void {
    const read = new Set<string>();
    let beforeMs = Number.NEGATIVE_INFINITY;
    for (const { player, text, atMs } of picture.log()) {
      const quoted = JSON.stringify(text);
      if (atMs < beforeMs) this.#faults.disordered(this.#chat, observer, `${quoted} stands too late in the log`);
      beforeMs = atMs;
      const entry = `${player} ${text}`;
      const name = nameOf(player);
      if (read.has(entry) && name !== undefined) {
        this.#faults.duplicated(this.#chat, observer, name, `${quoted} stands twice in the log`);
      }
      read.add(entry);
    }
  }
}

function printIn(picture: Picture | undefined, key: string): number {
  const comma = key.indexOf(',');
  return picture?.printOf(Number(key.slice(0, comma)), Number(key.slice(comma + 1))) ?? 0;
}

/** The first of those that occur most often. */
function mostFrequent(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return values.find((value) => counts.get(value) === most);
}
