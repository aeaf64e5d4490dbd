import type { Motion } from '../../shared/motion.ts';
import type { SeenClaim } from './gem-watch.ts';
import type { HopTimes } from './hops.ts';
import type { ParticipantSetup } from './participant.ts';
import type { Act, SeenEdit, SeenLine } from './things.ts';

/** What is written down of nobody in particular: calls of the oracle. */
export interface CommonValues {
  look: [];
  corrected: [];
  framed: [bytes: number];
  frameGap: [ms: number];
  traced: [isOtherNode: boolean, times: HopTimes];
  handedOver: [ms: number];
}

/** What is written down of one participant: calls of the two oracles, and what its picture holds. */
export interface OwnValues {
  add: [setup: ParticipantSetup, isObserver: boolean, hasPicture: boolean];
  joined: [id: number, generation: number, node: string];
  left: [isDropped: boolean];
  away: [];
  position: [x: number, y: number, worldMs: number, isExact: boolean];
  sent: [n: number, dueMs: number];
  acknowledged: [n: number, rev: number, motion: Motion];
  entered: [id: number, generation: number, rev: number];
  moved: [id: number, generation: number, rev: number];
  vanished: [id: number];
  duplicated: [id: number, detail: string];
  diverged: [sx: number, sy: number];
  audit: [ids: readonly number[]];
  played: [id: number, x: number, y: number, shownMs: number, worldMs: number];
  sample: [];
  asked: [n: number, act: Act];
  done: [n: number, revision: number | null];
  refused: [n: number, sentence: string];
  thingsFramed: [];
  pictured: [sx: number, sy: number, revision: number];
  edited: [sx: number, sy: number, edits: readonly SeenEdit[]];
  heard: [sx: number, sy: number, lines: readonly SeenLine[], isHistory: boolean];
  claimed: [claim: SeenClaim];
  scored: [score: number];
  /** The picture's squares, when they have changed. */
  squares: [squares: readonly (readonly [key: string, sx: number, sy: number])[]];
  /** All else that it holds, when somebody wants to know. */
  picture: [
    prints: readonly (readonly [key: string, print: number])[],
    log: readonly (readonly [player: number, text: string, atMs: number])[],
  ];
}

export type RecordValues = CommonValues & OwnValues;
export type RecordKind = keyof RecordValues;

/** How many values each kind has. A kind is written as its place in this list. */
const VALUES: { readonly [K in RecordKind]: RecordValues[K]['length'] } = {
  look: 0,
  corrected: 0,
  framed: 1,
  frameGap: 1,
  traced: 2,
  handedOver: 1,
  add: 3,
  joined: 3,
  left: 1,
  away: 0,
  position: 4,
  sent: 2,
  acknowledged: 3,
  entered: 3,
  moved: 3,
  vanished: 1,
  duplicated: 2,
  diverged: 2,
  audit: 1,
  played: 5,
  sample: 0,
  asked: 2,
  done: 2,
  refused: 2,
  thingsFramed: 0,
  pictured: 3,
  edited: 3,
  heard: 4,
  claimed: 1,
  scored: 1,
  squares: 1,
  picture: 2,
};

/** By the number of a kind. */
export const RECORD_KINDS = Object.keys(VALUES) as readonly RecordKind[];
export const VALUE_COUNTS: readonly number[] = Object.values(VALUES);

/** The numbers of the kinds. */
export const KIND_NUMBERS = Object.fromEntries(RECORD_KINDS.map((kind, number) => [kind, number])) as Readonly<
  Record<RecordKind, number>
>;

/** Before its values each record has its kind, its time and whom it is of. */
export const HEAD_COUNT = 3;

/** Whom it is of when it is of nobody in particular. */
export const NOBODY = -1;
