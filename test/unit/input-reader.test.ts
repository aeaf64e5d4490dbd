import { describe, expect, it } from 'vitest';
import { decodeClientFrame, encodeClientMessage } from '../../shared/client-codec.ts';
import { ProtocolError } from '../../shared/closing.ts';
import { concat } from '../../shared/codec.ts';
import { type FrequentMessage, frequentMessages, readFrequentMessage } from '../../shared/input-reader.ts';
import { STANDING } from '../../shared/motion.ts';
import type { ClientMessage } from '../../shared/protocol.ts';
import { honestHello, honestMessage, mutate, type Random } from '../helpers/mutations.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { fromHex, MAX_U32 } from './wire-samples.ts';

const SEED = Number(process.env.FLATLANDS_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const FRAMES = 20_000;

/** As a message of its own, so that the next one does not change it. */
function read(frame: Uint8Array): FrequentMessage | undefined {
  const message = readFrequentMessage(frame, frequentMessages());
  return message === undefined ? undefined : { ...message };
}

/** What the general path makes of a frame; undefined when it refuses it. */
function decoded(frame: Uint8Array): readonly ClientMessage[] | undefined {
  try {
    return decodeClientFrame(frame);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

const hex = (value: number, bytes: number): string => value.toString(16).padStart(2 * bytes, '0');
const FLOAT_64 = new DataView(new ArrayBuffer(8));
const FLOAT_32 = new DataView(new ArrayBuffer(4));
const bytesOf = (view: DataView): string => Buffer.from(view.buffer).toString('hex');

function float64(value: number): string {
  FLOAT_64.setFloat64(0, value);
  return `cb${bytesOf(FLOAT_64)}`;
}

function float32(value: number): string {
  FLOAT_32.setFloat32(0, value);
  return `ca${bytesOf(FLOAT_32)}`;
}

/** Every form in which MessagePack can say a whole number from 0 to MAX_U32, as hex. */
function formsOf(value: number): string[] {
  const forms = [`cf00000000${hex(value, 4)}`, `d300000000${hex(value, 4)}`, `ce${hex(value, 4)}`, float64(value)];
  if (value <= 0x7f) forms.push(hex(value, 1), `d0${hex(value, 1)}`);
  if (value <= 0xff) forms.push(`cc${hex(value, 1)}`);
  if (value <= 0x7fff) forms.push(`d1${hex(value, 2)}`);
  if (value <= 0xffff) forms.push(`cd${hex(value, 2)}`);
  if (value <= 0x7fff_ffff) forms.push(`d2${hex(value, 4)}`);
  if (Math.fround(value) === value) forms.push(float32(value));
  return forms;
}

const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 2 ** 24 + 1, 2 ** 31 - 1, 2 ** 31];

describe('reading what clients say most', () => {
  it('takes numbers in every form that holds them, in every field (P-ENC-4)', () => {
    for (const value of [...EDGES, MAX_U32 - 1, MAX_U32]) {
      for (const form of formsOf(value)) {
        const what = `${value} as ${form}`;
        const input = { type: 'input', n: 7, tick: 8, heading: 9, frame: 10 } as const;
        expect(read(fromHex(`950207${form}090a`)), what).toEqual({ ...input, tick: value });
        expect(read(fromHex(`95020708 09${form}`)), what).toEqual({ ...input, frame: value });
        if (value > 0) expect(read(fromHex(`9502${form}08090a`)), what).toEqual({ ...input, n: value });
        if (value <= STANDING) expect(read(fromHex(`95020708${form}0a`)), what).toEqual({ ...input, heading: value });
        expect(read(fromHex(`9304${form}c0`)), what).toEqual({ type: 'alive', frame: value, nonce: null });
        expect(read(fromHex(`930403${form}`)), what).toEqual({ type: 'alive', frame: 3, nonce: value });
      }
    }
  });

  it.each([
    ['n is 0', '950200080900'],
    ['heading is beyond standing', '95020108cd010100'],
    ['a negative fixint', '950201ff0900'],
    ['a negative int8', '950201d0ff0900'],
    ['a negative int16', '950201d1ffff0900'],
    ['a negative int32', '950201d2ffffffff0900'],
    ['a negative int64', '950201d3ffffffffffffffff0900'],
    ['the least int8', '950201d0800900'],
    ['the least int16', '950201d180000900'],
    ['the least int32', '950201d2800000000900'],
    ['an int64 beyond u32', '950201d300000001000000000900'],
    ['a uint64 beyond u32', '950201cf00000001000000000900'],
    ['a float beyond u32', `950201${float64(2 ** 32)}0900`],
    ['a negative float', `950201${float64(-1)}0900`],
    ['a float with a fraction', `950201${float64(0.5)}0900`],
    ['a short float with a fraction', `950201${float32(0.5)}0900`],
    ['no number', `950201${float64(Number.NaN)}0900`],
    ['an infinite number', `950201${float32(Number.POSITIVE_INFINITY)}0900`],
    ['nil where there is none', '950201c00900'],
    ['true', '950201c30900'],
    ['a string', '950201a1410900'],
    ['bytes', '950201c401000900'],
    ['an array', '950201900900'],
    ['a map', '950201800900'],
    ['the unused byte', '950201c10900'],
    ['an item too many', '96020108090000'],
    ['an item too few', '9402010809'],
    ['a byte too many', '95020108090000'],
    ['alive with a frame of nil', '9304c0c0'],
    ['alive with a negative nonce', '930400ff'],
    ['alive with a byte too many', '930400c000'],
    ['nothing at all', ''],
  ])('leaves %s to the general path, which refuses it (P-ENC-6)', (_what, frame) => {
    expect(read(fromHex(frame))).toBeUndefined();
    expect(decoded(fromHex(frame))).toBeUndefined();
  });

  it.each([
    ['another type', '9107'],
    ['an array of a longer form', 'dc00050201080900'],
    ['a type number of a longer form', '95cc0201080900'],
    ['two messages in one frame', '950201080900950202080900'],
    ['another message behind it', '930400c09107'],
  ])('leaves %s to the general path, which takes it', (_what, frame) => {
    expect(read(fromHex(frame))).toBeUndefined();
    expect(decoded(fromHex(frame))).toBeDefined();
  });

  it('leaves a frame that is cut short anywhere to the general path', () => {
    for (const form of formsOf(100)) {
      for (const whole of [fromHex(`9502${form.repeat(4)}`), fromHex(`9304${form}${form}`)]) {
        expect(read(whole)).toBeDefined();
        for (let length = 0; length < whole.length; length++) {
          const cut = whole.subarray(0, length);
          expect(read(cut), Buffer.from(cut).toString('hex')).toBeUndefined();
          expect(decoded(cut)).toBeUndefined();
        }
      }
    }
  });

  it('reads a frame from the middle of a larger buffer, and nothing behind it', () => {
    for (const form of formsOf(42)) {
      const frame = fromHex(`9502${form.repeat(4)}`);
      const buffer = concat([fromHex('0708ff'), frame, fromHex('0102030405060708090a')]);
      expect(read(buffer.subarray(3, 3 + frame.length))).toMatchObject({ n: 42, tick: 42, heading: 42, frame: 42 });
      expect(read(buffer.subarray(3, 2 + frame.length))).toBeUndefined();
    }
  });

  it('reads one message over the other, and nothing over it that is refused', () => {
    const into = frequentMessages();
    const first = readFrequentMessage(fromHex('950201080900'), into);
    expect(readFrequentMessage(fromHex('95020203ff04'), into)).toBeUndefined();
    expect(first).toEqual({ type: 'input', n: 1, tick: 8, heading: 9, frame: 0 });
    expect(readFrequentMessage(fromHex('950202030405'), into)).toBe(first);
    expect(first).toEqual({ type: 'input', n: 2, tick: 3, heading: 4, frame: 5 });
  });
});

/** A frame as clients send it, one of them in other words, several at a time, damaged, or no frame at all. */
function anyFrame(random: Random): Uint8Array {
  const below = (limit: number): number => Math.floor(random() * limit);
  const kind = random();
  if (kind < 0.4) return anyForms(random);
  const message = random() < 0.03 ? honestHello(random) : honestMessage(random);
  if (kind < 0.55) return encodeClientMessage(message);
  if (kind < 0.85) return mutate(message, random);
  if (kind < 0.9) return concat([anyForms(random), random() < 0.5 ? anyForms(random) : mutate(message, random)]);
  const noise = Uint8Array.from({ length: below(24) }, () => below(256));
  // Else hardly any of it would get further than the first byte.
  const head = random() < 0.5 ? [0x95, 0x02] : [0x93, 0x04];
  noise.set(head.slice(0, noise.length));
  return noise;
}

/** An input or alive whose numbers, mostly right ones, are in forms of every kind; sometimes with a wrong byte. */
function anyForms(random: Random): Uint8Array {
  const below = (limit: number): number => Math.floor(random() * limit);
  const number = (most: number): string => {
    const value = random() < 0.3 ? (EDGES[below(EDGES.length)] as number) : below(most + 1);
    const forms = [...formsOf(value), float64(-value), float64(value + random()), float32(value + 0.5), 'c0', 'ff'];
    return forms[below(random() < 0.9 ? forms.length - 5 : forms.length)] as string;
  };
  const isInput = random() < 0.6;
  const fields = isInput ? [MAX_U32, MAX_U32, STANDING, MAX_U32].map(number) : [MAX_U32, MAX_U32].map(number);
  if (!isInput && random() < 0.3) fields[1] = 'c0';
  const frame = fromHex(`${isInput ? '9502' : '9304'}${fields.join('')}`);
  if (random() < 0.2) frame[below(frame.length)] = below(256);
  return random() < 0.05 ? frame.subarray(0, below(frame.length)) : frame;
}

/** Whether a frame is one that is to be read the short way, by its head. */
const beginsAs = ([message, another]: readonly ClientMessage[], frame: Uint8Array): boolean =>
  another === undefined &&
  ((message?.type === 'input' && frame[0] === 0x95 && frame[1] === 2) ||
    (message?.type === 'alive' && frame[0] === 0x93 && frame[1] === 4));

describe('against the general path', () => {
  it(`${FRAMES} frames, right and wrong, come to the same either way (seed ${SEED})`, () => {
    const random = seededRandom(SEED);
    const tally = { read: 0, left: 0, refused: 0 };
    for (let i = 0; i < FRAMES; i++) {
      const frame = anyFrame(random);
      const what = `seed ${SEED}, frame ${i}: ${Buffer.from(frame).toString('hex').slice(0, 200)}`;
      const message = read(frame);
      const messages = decoded(frame);
      if (message !== undefined) expect(messages, what).toEqual([message]);
      else if (messages !== undefined) expect(beginsAs(messages, frame), what).toBe(false);
      tally[message !== undefined ? 'read' : messages !== undefined ? 'left' : 'refused']++;
    }
    console.log(`input reader ${JSON.stringify({ seed: SEED, frames: FRAMES, ...tally })}`);
    for (const [kind, count] of Object.entries(tally)) expect(count, kind).toBeGreaterThan(FRAMES / 20);
  });
});
