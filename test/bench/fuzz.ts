import { readControl } from '../../server/grid/control-wire.ts';
import { readNodeMessage } from '../../server/grid/wire.ts';
import { decodeClientFrame, encodeClientMessage } from '../../shared/client-codec.ts';
import { ProtocolError } from '../../shared/closing.ts';
import { frequentMessages, readFrequentMessage } from '../../shared/input-reader.ts';
import { handshakeInput, httpInput } from '../helpers/http-mutations.ts';
import { tryInput } from '../helpers/input-lane.ts';
import { honestHello, honestMessage, mutate, type Random } from '../helpers/mutations.ts';
import { NodeProcess } from '../helpers/node-process.ts';
import { seededRandom } from '../helpers/seeded-random.ts';
import { atMost, type Benchmark, type BenchmarkOptions, type Row } from './benchmark.ts';
import { settledMemoryOf } from './heap-probe.ts';

/**
 * A million inputs that nobody means well with: for what reads clients' and nodes' messages, for the WebSocket
 * handshake and the frames behind it, and for HTTP, by grammars of what may be wrong. The seed is printed, and may be
 * given as FLATLANDS_FUZZ_SEED.
 */
export const fuzz: Benchmark = {
  name: 'fuzz',
  about: 'a million malformed inputs for the decoders, the handshake and HTTP: crashes, and memory before and after',
  isOnlyByName: true,
  run: ({ quick, say }) => measure(quick ? QUICK : FULL, say),
};

interface Plan {
  readonly decoded: number;
  readonly handshakes: number;
  readonly requests: number;
}

const FULL: Plan = { decoded: 900_000, handshakes: 50_000, requests: 50_000 };
const QUICK: Plan = { decoded: 20_000, handshakes: 500, requests: 500 };

/** Connections at a time. */
const LANES = 64;
const TOKEN = 'only-for-those-who-run-it';
const MB = 1e6;
const MOST_HEAP_GROWTH_MB = 32;
const MOST_RESIDENT_GROWTH_MB = 128;

async function measure({ decoded, handshakes, requests }: Plan, say: BenchmarkOptions['say']): Promise<Row[]> {
  const seed = Number(process.env.FLATLANDS_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
  say(`seed ${seed}`);
  const random = seededRandom(seed);
  const rows: Row[] = [];

  const beganMs = performance.now();
  const crashes = decodeMany(decoded, random);
  rows.push(row('decoders: inputs', decoded), row('decoders: seconds', (performance.now() - beganMs) / 1000, 's'));
  rows.push(atMost(0, row('decoders: crashes', crashes.length)));
  for (const crash of crashes.slice(0, 5)) say(crash);

  const flags = ['--terrain', 'flat', '--log-level', 'warn', '--admin-token', TOKEN, '--admin-writes'];
  const server = await NodeProcess.startWith(['--inspect=127.0.0.1:0'], ...flags, '--trusted-proxies', '127.0.0.1');
  try {
    // What a server makes at first it makes once.
    await sendMany(server.port, Math.min(2000, requests / 5), random, (r) =>
      r() < 0.5 ? httpInput(r) : handshakeInput(r),
    );
    const before = await settledMemoryOf(server.pid, server.inspectorUrl);
    for (const [what, count, make] of [
      ['handshake', handshakes, handshakeInput],
      ['HTTP', requests, httpInput],
    ] as const) {
      const sinceMs = performance.now();
      const { faults, statuses } = await sendMany(server.port, count, random, make);
      server.assertAlive();
      for (const fault of faults.slice(0, 5)) say(fault);
      say(
        `${what}: ${[...statuses]
          .sort((a, b) => b[1] - a[1])
          .map(([status, times]) => `${times} × ${status}`)
          .join(', ')}`,
      );
      rows.push(row(`${what}: inputs`, count), row(`${what}: seconds`, (performance.now() - sinceMs) / 1000, 's'));
      rows.push(atMost(0, row(`${what}: faults`, faults.length)));
    }
    const after = await settledMemoryOf(server.pid, server.inspectorUrl);
    rows.push(row('heap before MB', before.heap / MB, 'MB'), row('heap after MB', after.heap / MB, 'MB'));
    rows.push(atMost(MOST_HEAP_GROWTH_MB, row('heap growth MB', (after.heap - before.heap) / MB, 'MB')));
    rows.push(
      row('resident before MB', before.resident / MB, 'MB'),
      row('resident after MB', after.resident / MB, 'MB'),
    );
    const resident = row('resident growth MB', (after.resident - before.resident) / MB, 'MB');
    rows.push(atMost(MOST_RESIDENT_GROWTH_MB, resident));
    return rows;
  } finally {
    await server.close();
  }
}

const row = (name: string, value: number, unit = ''): Row => ({ name, value, unit });

/** Gives what crashed: anything thrown that is not a refusal of the protocol's. */
function decodeMany(count: number, random: Random): string[] {
  const crashes: string[] = [];
  const frequent = frequentMessages();
  for (let i = 0; i < count; i++) {
    const bytes = decoderInput(random);
    for (const [name, read] of [
      ['client frame', () => readFrequentMessage(bytes, frequent) ?? decodeClientFrame(bytes)],
      ['node message', () => readNodeMessage(bytes)],
      ['control message', () => readControl(bytes)],
    ] as const) {
      try {
        read();
      } catch (error) {
        if (error instanceof ProtocolError) continue;
        crashes.push(`${name} ${Buffer.from(bytes).toString('hex').slice(0, 200)}: ${error}`);
      }
    }
  }
  return crashes;
}

function decoderInput(random: Random): Uint8Array {
  if (random() < 0.2) {
    return Uint8Array.from({ length: Math.floor(random() * 60) }, () => Math.floor(random() * 256));
  }
  const message = random() < 0.1 ? honestHello(random) : honestMessage(random);
  return random() < 0.05 ? encodeClientMessage(message) : mutate(message, random);
}

/** Gives what went wrong (an answer that says so, one that holds what nobody may see), and how often what was answered. */
async function sendMany(
  port: number,
  count: number,
  random: Random,
  make: (random: Random) => Uint8Array,
): Promise<{ faults: string[]; statuses: Map<string, number> }> {
  const faults: string[] = [];
  const statuses = new Map<string, number>();
  let sent = 0;
  const lane = async (): Promise<void> => {
    while (sent < count) {
      sent++;
      const bytes = make(random);
      const { status, answer } = await tryInput(port, bytes);
      const word = status === undefined ? 'no answer' : `${status}`;
      statuses.set(word, (statuses.get(word) ?? 0) + 1);
      if ((status ?? 0) === 500 || answer.includes('root:')) {
        faults.push(`${word} came of ${Buffer.from(bytes).toString('latin1').slice(0, 200)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { faults, statuses };
}
