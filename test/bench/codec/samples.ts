import { createRandom, type Random } from '../../../client/bots/random.ts';
import { encodeClientMessage } from '../../../shared/client-codec.ts';
import { pack, unpackAll } from '../../../shared/codec.ts';
import { LOOKS, UNITS_PER_SQUARE } from '../../../shared/constants.ts';
import { frequentMessages, readFrequentMessage } from '../../../shared/input-reader.ts';
import { type Motion, STANDING } from '../../../shared/motion.ts';
import type { Input, Own, ServerMessage } from '../../../shared/protocol.ts';
import {
  type EnterRecord,
  eachMotion,
  type LeaveRecord,
  type MotionRecord,
  RecordWriter,
  readEnters,
  readLeaves,
} from '../../../shared/records.ts';
import { decodeServerFrame, encodeServerMessage } from '../../../shared/server-codec.ts';

/** One message in one form of bytes. */
export interface Form {
  readonly name: string;
  readonly encode: () => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
}

/** A message as plain data, and the forms that it is measured in. */
export interface Subject {
  readonly name: string;
  /** What every form's decoder has to give. */
  readonly value: unknown;
  /** Players it tells of: figures are per player. */
  readonly players: number;
  readonly forms: readonly Form[];
}

interface Sample<T> extends Omit<Subject, 'forms'> {
  readonly value: T;
  readonly encode: () => Uint8Array;
  readonly decode: (bytes: Uint8Array) => T;
}

/** So many people as the meadows of the other benchmarks have on a screen. */
const PLAYERS = 25;
const TICK = 1_234_567;
const SX = -3;
const SY = 7;

/** What is sent most, and what is largest; each as it goes over the wire, as maps of MessagePack, and as JSON. */
export function subjects(): readonly Subject[] {
  const random = createRandom(1);
  return [
    subjectOf(inputSample(random)),
    subjectOf(ownSample(random)),
    subjectOf(motionsSample(random)),
    subjectOf(changesSample(random)),
    subjectOf(snapshotSample(random)),
  ];
}

const subjectOf = <T>({ name, value, players, encode, decode }: Sample<T>): Subject => ({
  name,
  value,
  players,
  forms: [
    { name: 'ours', encode, decode },
    { name: 'maps', encode: () => pack(value), decode: (bytes) => unpackAll(bytes)[0] },
    {
      name: 'JSON',
      encode: () => Buffer.from(JSON.stringify(value)),
      decode: (bytes) => JSON.parse((bytes as Buffer).toString()),
    },
  ],
});

const below = (random: Random, limit: number): number => Math.floor(random() * limit);

function inputSample(random: Random): Sample<Input> {
  const into = frequentMessages();
  const value: Input = { type: 'input', n: 321, tick: TICK, heading: below(random, STANDING), frame: TICK - 3 };
  return {
    name: 'input',
    value,
    players: 1,
    encode: () => encodeClientMessage(value),
    decode: (bytes) => readFrequentMessage(bytes, into) as Input,
  };
}

function ownSample(random: Random): Sample<Own> {
  const value: Own = {
    type: 'own',
    n: 321,
    rev: below(random, 0x10000),
    tick: TICK,
    x: SX * UNITS_PER_SQUARE + below(random, UNITS_PER_SQUARE),
    y: SY * UNITS_PER_SQUARE + below(random, UNITS_PER_SQUARE),
    heading: below(random, STANDING),
  };
  return {
    name: 'own',
    value,
    players: 1,
    encode: () => encodeServerMessage(value),
    decode: (bytes) => decodedAs('own', bytes),
  };
}

interface MotionsValue {
  readonly type: 'motions';
  readonly records: readonly MotionRecord[];
}

function motionsSample(random: Random): Sample<MotionsValue> {
  const writer = new RecordWriter();
  const records = Array.from({ length: PLAYERS }, () => motionOf(random));
  const people = records.map((record) => ({ record, motion: placed(record) }));
  return {
    name: 'motion',
    value: { type: 'motions', records },
    players: PLAYERS,
    encode: () => {
      for (const { record, motion } of people) {
        writer.motion(record.id, record.revLow, motion, SX, SY, TICK);
      }
      return encodeServerMessage({ type: 'motions', records: writer.take() });
    },
    decode: (bytes) => {
      const read: MotionRecord[] = [];
      eachMotion(decodedAs('motions', bytes).records, ({ id, revLow, dx, dy, heading, ago }) =>
        read.push({ id, revLow, dx, dy, heading, ago }),
      );
      return { type: 'motions', records: read };
    },
  };
}

interface ChangesValue {
  readonly type: 'changes';
  readonly sx: number;
  readonly sy: number;
  readonly enters: readonly EnterRecord[];
  readonly leaves: readonly LeaveRecord[];
}

function changesSample(random: Random): Sample<ChangesValue> {
  const writer = new RecordWriter();
  const enters = [enterOf(random), enterOf(random)];
  const leaves = [leaveOf(random), leaveOf(random)];
  const entering = enters.map(enteringOf);
  const leaving = leaves.map((leave) => ({ ...leave, generation: leave.generationLow }));
  return {
    name: 'change',
    value: { type: 'changes', sx: SX, sy: SY, enters, leaves },
    players: enters.length + leaves.length,
    encode: () => {
      const entered = entersOf(writer, entering);
      for (const leave of leaving) writer.leave(leave);
      return encodeServerMessage({ type: 'changes', sx: SX, sy: SY, enters: entered, leaves: writer.take() });
    },
    decode: (bytes) => {
      const read = decodedAs('changes', bytes);
      const { sx, sy } = read;
      return { type: 'changes', sx, sy, enters: [...readEnters(read.enters)], leaves: [...readLeaves(read.leaves)] };
    },
  };
}

interface SnapshotValue {
  readonly type: 'snapshot';
  readonly sx: number;
  readonly sy: number;
  readonly enters: readonly EnterRecord[];
}

function snapshotSample(random: Random): Sample<SnapshotValue> {
  const writer = new RecordWriter();
  const enters = Array.from({ length: PLAYERS }, () => enterOf(random));
  const entering = enters.map(enteringOf);
  return {
    name: 'snapshot',
    value: { type: 'snapshot', sx: SX, sy: SY, enters },
    players: PLAYERS,
    encode: () => encodeServerMessage({ type: 'snapshot', sx: SX, sy: SY, enters: entersOf(writer, entering) }),
    decode: (bytes) => {
      const read = decodedAs('snapshot', bytes);
      return { type: 'snapshot', sx: read.sx, sy: read.sy, enters: [...readEnters(read.enters)] };
    },
  };
}

/** Somebody who enters, as a server has them. */
interface Entering {
  readonly who: EnterRecord;
  readonly motion: Motion;
}

const enteringOf = (who: EnterRecord): Entering => ({ who, motion: placed(who) });

function entersOf(writer: RecordWriter, entering: readonly Entering[]): Uint8Array {
  for (const { who, motion } of entering) writer.enter(who, motion, SX, SY, TICK);
  return writer.take();
}

type Where = Pick<MotionRecord, 'dx' | 'dy' | 'heading' | 'ago'>;

const placed = ({ dx, dy, heading, ago }: Where): Motion => ({
  tick: TICK - ago,
  x: SX * UNITS_PER_SQUARE + dx,
  y: SY * UNITS_PER_SQUARE + dy,
  heading,
});

const whereOf = (random: Random): Where => ({
  dx: below(random, UNITS_PER_SQUARE),
  dy: below(random, UNITS_PER_SQUARE),
  heading: below(random, STANDING + 1),
  ago: below(random, 4),
});

const motionOf = (random: Random): MotionRecord => ({
  id: 1 + below(random, 50_000),
  revLow: below(random, 0x100),
  ...whereOf(random),
});

const enterOf = (random: Random): EnterRecord => ({
  id: 1 + below(random, 50_000),
  generation: 1 + below(random, 9),
  rev: below(random, 0x10000),
  ...whereOf(random),
  look: below(random, LOOKS),
  profileVersion: 1 + below(random, 3),
  from: below(random, 10),
});

const leaveOf = (random: Random): LeaveRecord => ({
  id: 1 + below(random, 50_000),
  generationLow: 1 + below(random, 9),
  rev: below(random, 0x10000),
  to: below(random, 10),
});

function decodedAs<T extends ServerMessage['type']>(type: T, bytes: Uint8Array): Extract<ServerMessage, { type: T }> {
  const [message] = decodeServerFrame(bytes);
  if (message?.type !== type) throw new Error(`A message of type ${type} came out as ${message?.type}.`);
  return message as Extract<ServerMessage, { type: T }>;
}
