import { isDeepStrictEqual } from 'node:util';
import type { Benchmark, BenchmarkOptions, Row } from './benchmark.ts';
import { type Form, type Subject, subjects } from './codec/samples.ts';
import { medianOf } from './median.ts';

export const codec: Benchmark = {
  name: 'codec',
  about:
    'encoding and decoding what is said most, against maps of MessagePack and JSON; changes and snapshots per player',
  run: measureCodec,
};

interface Cost {
  readonly encodeNanos: number;
  readonly decodeNanos: number;
  readonly bytes: number;
}

const WARM_UP_ROUNDS = 2;

async function measureCodec({ quick, say }: BenchmarkOptions): Promise<readonly Row[]> {
  const [players, rounds] = quick ? [25_000, 5] : [250_000, 7];
  const rows: Row[] = [];
  for (const subject of subjects()) {
    say(`${rounds} rounds of ${players} of "${subject.name}" in ${subject.forms.length} forms`);
    rows.push(...rowsOf(subject, Math.ceil(players / subject.players), rounds));
  }
  return rows;
}

/** All forms in turn, several times. */
function rowsOf(subject: Subject, messages: number, rounds: number): Row[] {
  const measured: ReadonlyMap<Form, Cost>[] = [];
  for (let i = 0; i < WARM_UP_ROUNDS + rounds; i++) {
    measured.push(new Map(subject.forms.map((form) => [form, costOf(subject, form, messages)])));
  }
  const counted = measured.slice(WARM_UP_ROUNDS);
  return subject.forms.flatMap((form) => {
    const row = (what: string, unit: string, figure: keyof Cost): Row => ({
      name: `${subject.name}, ${form.name}: ${what}`,
      value: medianOf(counted, (round) => (round.get(form)?.[figure] ?? Number.NaN) / subject.players),
      unit,
    });
    return [row('encode ns', 'ns', 'encodeNanos'), row('decode ns', 'ns', 'decodeNanos'), row('bytes', 'B', 'bytes')];
  });
}

/** Of one message. @throws Error when what is decoded is not what was encoded */
function costOf({ name, value }: Subject, { name: formName, encode, decode }: Form, messages: number): Cost {
  let encodedBytes = 0;
  const encodeNanos = nanosOf(messages, () => {
    encodedBytes += encode().length;
  });
  const bytes = encode();
  let decoded: unknown;
  const decodeNanos = nanosOf(messages, () => {
    decoded = decode(bytes);
  });
  const isRight = isDeepStrictEqual(decoded, value) && encodedBytes === bytes.length * messages;
  if (!isRight) throw new Error(`"${name}" came out of ${formName} as ${JSON.stringify(decoded)}.`);
  return { encodeNanos, decodeNanos, bytes: bytes.length };
}

/** Processor time of one time, collecting garbage included. */
function nanosOf(times: number, work: () => void): number {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) work();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / times;
}
