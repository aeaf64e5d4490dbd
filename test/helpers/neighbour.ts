import type { ClientOptions } from '../../client/core/client.ts';
import type { Observer } from '../../client/core/observer.ts';
import type { Claim, Line, Whisper } from '../../shared/protocol.ts';
import type { EditRecord } from '../../shared/tile-records.ts';
import { TwiceTold } from './things-truth.ts';
import { until } from './until.ts';
import { Walker } from './walker.ts';

/** What has become of a request. */
export type Answer =
  | { readonly isGranted: true; readonly revision: number | null; readonly before: number | null }
  | { readonly isGranted: false; readonly sentence: string };

export interface HeardLine extends Line {
  readonly sx: number;
  readonly sy: number;
  readonly isHistory: boolean;
}

export interface SeenEdit extends EditRecord {
  readonly sx: number;
  readonly sy: number;
}

/** An honest player who builds and talks, with a record of what they were told. */
export class Neighbour {
  readonly lines: HeardLine[] = [];
  readonly edits: SeenEdit[] = [];
  readonly whispers: Whisper[] = [];
  readonly emotes: (readonly [player: number, emote: number])[] = [];
  readonly claims: Claim[] = [];
  /** Squares whose ground was told, with the revision, in order. */
  readonly pictures: (readonly [square: string, revision: number])[] = [];
  /** Sentences that answered no request. */
  readonly remarks: string[] = [];
  readonly twice = new TwiceTold();
  #walker: Walker | undefined;
  #answers = new Map<number, Answer>();

  /** Joins for the test that calls it, and leaves when that is over. */
  static async join(url: string, options: Partial<ClientOptions> = {}): Promise<Neighbour> {
    const neighbour = new Neighbour();
    neighbour.#walker = await Walker.join(url, { ...options, observer: neighbour.#observer });
    return neighbour;
  }

  get walker(): Walker {
    if (this.#walker === undefined) throw new Error('not joined');
    return this.#walker;
  }

  get client(): Walker['client'] {
    return this.walker.client;
  }

  get id(): number {
    return this.walker.id;
  }

  /** Waits for the answer to a request. */
  async answerTo(n: number | undefined): Promise<Answer> {
    if (n === undefined) throw new Error('it was not even asked');
    return until(`request ${n} of player ${this.id} was answered`, () => this.#answers.get(n));
  }

  say(text: string): Promise<Answer> {
    return this.answerTo(this.client.say(text));
  }

  build(tileX: number, tileY: number, kind: number): Promise<Answer> {
    const n = this.client.build(tileX, tileY, kind);
    if (n === undefined) throw new Error(this.client.whyNot(tileX, tileY, kind));
    return this.answerTo(n);
  }

  /** Waits until the tile is of this kind as this client knows it, in the end. */
  async sawTile(tileX: number, tileY: number, kind: number): Promise<void> {
    await until(`player ${this.id} knew ${kind} at ${tileX},${tileY}`, () => this.kindAt(tileX, tileY) === kind);
  }

  kindAt(tileX: number, tileY: number): number | undefined {
    return this.client.ground?.kindAt(tileX, tileY, Number.POSITIVE_INFINITY);
  }

  async heard(text: string): Promise<HeardLine> {
    return until(`player ${this.id} heard "${text}"`, () => this.lines.find((line) => line.text === text));
  }

  /** Waits until what is built in a square is known. */
  async knows(sx: number, sy: number): Promise<void> {
    await until(`player ${this.id} knew square ${sx},${sy}`, () =>
      this.pictures.some(([square]) => square === `${sx},${sy}`),
    );
  }

  get #observer(): Partial<Observer> {
    const { twice } = this;
    return {
      joined: (welcome) => {
        this.#answers = new Map();
        twice.observer.joined?.(welcome);
      },
      done: (n, revision, before) => this.#answered(n, { isGranted: true, revision, before }),
      refused: (n, sentence) => {
        if (n === 0) this.remarks.push(sentence);
        else this.#answered(n, { isGranted: false, sentence });
      },
      lines: (sx, sy, lines, isHistory) => {
        twice.observer.lines?.(sx, sy, lines, isHistory);
        for (const line of lines) this.lines.push({ ...line, sx, sy, isHistory });
      },
      edited: (sx, sy, edits) => {
        twice.observer.edited?.(sx, sy, edits);
        for (const edit of edits) this.edits.push({ ...edit, sx, sy });
      },
      pictured: (sx, sy, revision) => {
        twice.observer.pictured?.(sx, sy, revision);
        this.pictures.push([`${sx},${sy}`, revision]);
      },
      whispered: (whisper) => this.whispers.push(whisper),
      emoted: (player, emote) => this.emotes.push([player, emote]),
      claimed: (claim) => this.claims.push(claim),
    };
  }

  #answered(n: number, answer: Answer): void {
    if (this.#answers.has(n)) this.twice.faults.push(`request ${n} was answered twice`);
    this.#answers.set(n, answer);
  }
}
