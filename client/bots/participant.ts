import { type Pair, revDistance } from '../../shared/pair.ts';
import { Path } from './path.ts';

export interface ParticipantSetup {
  /** What the report calls this one. */
  readonly name: string;
  readonly behaviour: string;
  /** Which of the scenario's groups it belongs to, where there is one. */
  readonly group?: number | undefined;
  /** Where it connects first: two with the same text are on the same node. */
  readonly node: string;
  /** In tiles. */
  readonly screen: { readonly width: number; readonly height: number };
}

/** An input on its way to everybody who has to see what becomes of it. */
export interface Update {
  readonly mover: Participant;
  readonly n: number;
  /** Monotonic ms. */
  readonly sentMs: number;
  /** The oracle's patient time, in ms. */
  readonly sentPatientMs: number;
  /** The pictures in which the mover was mandatory when it was sent. */
  readonly watchers: readonly Sighting[];
  /** The pair of the motion it became, once acknowledged. */
  pair: Pair | undefined;
}

/** One bot as the oracle knows it: where it truly is, what it has sent, and what its picture shows. */
export class Participant {
  readonly setup: ParticipantSetup;
  /** Whether it has a picture to be judged; one that has none is only seen by others. */
  readonly isObserver: boolean;
  /** Where it is connected now. */
  node: string;
  /** From the last welcome; 0 before the first. */
  id = 0;
  generation = 0;
  isPresent = false;
  /** When it left the world, in patient ms. */
  leftMs = 0;
  /** It did not leave, but lost its connection: the world keeps it for a while. */
  isDropped = false;
  /** It is out of the world as it is meant to be. */
  isAway = false;
  /** Units; only meaningful once `isPlaced`. */
  x = 0;
  y = 0;
  isPlaced = false;
  readonly path = new Path();
  /** Of the last motion that was acknowledged in this session. */
  lastPair: Pair | undefined;
  /** Inputs sent and not acknowledged, oldest first. */
  unacknowledged: Update[] = [];
  /** The ids of all in its picture. */
  readonly shown = new Set<number>();
  /** By id: those who are, or have just been, inside its screen, shown or not. */
  readonly sightings = new Map<number, Sighting>();
  /** By id: those in its picture who ought not to be there for long. */
  readonly strays = new Map<number, Stray>();
  /** How many times this one's picture has been compared with the truth. */
  samples = 0;

  constructor(setup: ParticipantSetup, isObserver = true) {
    this.setup = setup;
    this.isObserver = isObserver;
    this.node = setup.node;
  }

  /** What remains of the player that it was until now, who has left the world and may still be shown. */
  remains(): Participant {
    const remains = new Participant(this.setup, this.isObserver);
    remains.id = this.id;
    remains.generation = this.generation;
    remains.leftMs = this.leftMs;
    remains.isDropped = this.isDropped;
    remains.x = this.x;
    remains.y = this.y;
    remains.isPlaced = this.isPlaced;
    return remains;
  }
}

/** A player shown though out of reach, which is in order for a while. */
export interface Stray {
  /** Patient ms. */
  readonly sinceMs: number;
  /** A fault that lasts is counted once. */
  isGhost: boolean;
}

/** A player on one participant's screen, and how far its picture has got with them. */
export class Sighting {
  readonly observer: Participant;
  readonly id: number;
  /** The observer's last sample that found the player inside the screen, and since when without a break. */
  insideSample = -1;
  insideSinceMs = 0;
  /** Mandatory and not shown. A fault that lasts is counted once. */
  isAbsent = false;
  /** How many times in a row the player was shown far from their place. */
  misplacedClaims = 0;
  /** Updates that the picture has yet to reach, oldest first. */
  readonly pending: Update[] = [];
  /** When the player vanished from the picture, having left the screen, in monotonic ms; undefined once shown again. */
  goneAtMs: number | undefined;
  /** No longer in use: nothing is expected of it. */
  isRetired = false;
  // The last two pieces of news: pair and monotonic ms. In fields of their own, for tens of thousands come a second.
  #generation = -1;
  #rev = 0;
  #atMs = 0;
  #generationBefore = -1;
  #revBefore = 0;
  #atMsBefore = 0;

  constructor(observer: Participant, id: number) {
    this.observer = observer;
    this.id = id;
  }

  /** The picture has got as far as this pair. An older one changes nothing. */
  reach(generation: number, rev: number, atMs: number): void {
    if (!isNewer(generation, rev, this.#generation, this.#rev)) return;
    this.#generationBefore = this.#generation;
    this.#revBefore = this.#rev;
    this.#atMsBefore = this.#atMs;
    this.#generation = generation;
    this.#rev = rev;
    this.#atMs = atMs;
  }

  /**
   * When the picture got as far as a pair, or undefined when it has not yet. Only the last two pieces of news are
   * kept, which is enough: an acknowledgement and the news of the same motion come within one flush of each other.
   * Should more have come between, the answer is too late rather than too early.
   */
  reachedAt({ generation, rev }: Pair): number | undefined {
    if (isNewer(generation, rev, this.#generation, this.#rev)) return undefined;
    return isNewer(generation, rev, this.#generationBefore, this.#revBefore) ? this.#atMs : this.#atMsBefore;
  }
}

/** Whether the first pair is newer than the second. */
const isNewer = (generation: number, rev: number, otherGeneration: number, otherRev: number): boolean =>
  generation === otherGeneration ? revDistance(rev, otherRev) > 0 : generation > otherGeneration;
