import type { Socket } from 'node:net';
import { encodeClientMessage } from '../../../shared/client-codec.ts';
import { concat, pack } from '../../../shared/codec.ts';
import { PROTOCOL_VERSION } from '../../../shared/constants.ts';
import type { ClientMessage } from '../../../shared/protocol.ts';
import { seededRandom } from '../../helpers/seeded-random.ts';
import { frame, type Tries, upgrade } from './tries.ts';

export interface Attack {
  readonly name: string;
  /** What the attackers do, for people. */
  readonly about: string;
  readonly run: (tries: Tries) => Promise<void>;
}

const hello = (token: string | null, at: readonly [number, number] | null = null): Buffer =>
  frame(
    encodeClientMessage({
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      name: 'Mallory',
      look: 0,
      width: 40,
      height: 40,
      token,
      at,
    } as ClientMessage),
  );

/** Somebody who is in the world, in the middle of everybody. */
function join(tries: Tries): Socket {
  const socket = tries.open(upgrade(tries.target.port));
  socket.write(hello(null, [0, 0]));
  return socket;
}

const addressOf = (index: number): string => `198.51.${Math.floor(index / 250) % 250}.${1 + (index % 250)}`;

/** Arrays in arrays, as deep as a frame has bytes. */
const DEEP = frame(new Uint8Array(2000).fill(0x91));
const TOO_BIG = frame(new Uint8Array(60_000).fill(0x91));
/** A map of a billion entries, an array of four, a text of a gigabyte: as they say of themselves. */
const HUGE = [
  frame(Uint8Array.of(0xdf, 0x3b, 0x9a, 0xca, 0x00)),
  frame(Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff)),
  frame(Uint8Array.of(0xdb, 0x40, 0x00, 0x00, 0x00)),
];
/** A frame that says that it is compressed, and one that says that it has a gigabyte. */
const COMPRESSED = Buffer.concat([Buffer.of(0xc2, 0x80 | 4, 0, 0, 0, 0), Buffer.of(0x4a, 0x04, 0x00, 0x00)]);
const GIGABYTE = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0]);

const RANDOM = seededRandom(7);

function noise(): Buffer {
  const bytes = new Uint8Array(1 + Math.floor(RANDOM() * 200));
  for (let i = 0; i < bytes.length; i++) bytes[i] = RANDOM() * 256;
  return frame(bytes);
}

const alive = frame(encodeClientMessage({ type: 'alive', frame: 0, nonce: 1 }));
const pollution = frame(pack({ __proto__: { admin: true }, constructor: { prototype: { admin: true } } }));

/** All of them are bounded, by rates, and go to this machine alone. */
export const ATTACKS: readonly Attack[] = [
  {
    name: 'flood',
    about: '64 in the world, each sending 1,000 messages a second, who come again when they are put out',
    run: async (tries) => {
      const sockets = new Array<Socket | undefined>(64).fill(undefined);
      await tries.each(3200, (index) => {
        const lane = index % sockets.length;
        if (sockets[lane]?.writable !== true) sockets[lane] = join(tries);
        sockets[lane]?.write(Buffer.concat(Array.from({ length: 20 }, () => alive)));
      });
    },
  },
  {
    name: 'garbage',
    about: '300 sessions a second that say hello and then random bytes',
    run: (tries) =>
      tries.each(300, () => {
        join(tries).write(noise());
      }),
  },
  {
    name: 'bombs',
    about:
      '200 frames a second: nested 2,000 deep, of 60 kB, of a billion entries, of a gigabyte, compressed, with __proto__',
    run: (tries) =>
      tries.each(200, (index) => {
        const bombs = [DEEP, TOO_BIG, ...HUGE, COMPRESSED, GIGABYTE, pollution];
        join(tries).write(bombs[index % bombs.length] as Buffer);
      }),
  },
  {
    name: 'one address',
    about: '500 connections a second from one address, which say hello and stay',
    run: (tries) =>
      tries.each(500, () => {
        tries.open(upgrade(tries.target.port, '203.0.113.9')).write(hello(null));
      }),
  },
  {
    name: 'half open',
    about: '2,000 TCP connections a second that say nothing: 20,000 in ten seconds',
    run: (tries) =>
      tries.each(2000, () => {
        tries.open('');
      }),
  },
  {
    name: 'no hello',
    about: '200 WebSockets a second, each from an address of its own, that never say hello',
    run: (tries) =>
      tries.each(200, (index) => {
        tries.open(upgrade(tries.target.port, addressOf(index)));
      }),
  },
  {
    name: 'slowloris',
    about: '500 requests whose headers come at a byte a second, and 100 WebSockets whose hello does',
    run: async (tries) => {
      const sockets: { readonly socket: Socket; readonly rest: Buffer }[] = [];
      await tries.each(600, (index) => {
        if (index < 500) sockets.push({ socket: tries.open('GET / HTTP/1.1\r\nX-'), rest: Buffer.alloc(60, 'a') });
        else if (index < 600) sockets.push({ socket: tries.open(upgrade(tries.target.port)), rest: hello(null) });
        else {
          const one = sockets[index % sockets.length];
          const at = Math.floor(index / sockets.length);
          if (one?.socket.writable === true) one.socket.write(one.rest.subarray(at, at + 1));
        }
      });
    },
  },
  {
    name: 'never reads',
    about: 'ten more people a second in the middle of everybody, who never read what they are sent',
    run: async (tries) => {
      await tries.each(10, () => {
        join(tries).pause();
      });
    },
  },
  {
    name: 'forged tokens',
    about: '200 hellos a second with tokens that nobody has, each from an address of its own',
    run: (tries) =>
      tries.each(200, (index) => {
        const token = Array.from({ length: 24 }, () => 'abcdefghijklmnop'[Math.floor(RANDOM() * 16)]).join('');
        tries.open(upgrade(tries.target.port, addressOf(index))).write(hello(token));
      }),
  },
  {
    name: 'replayed token',
    about: '100 hellos a second with the same stolen token, each from an address of its own',
    run: (tries) =>
      tries.each(100, (index) => {
        tries.open(upgrade(tries.target.port, addressOf(index))).write(hello(tries.target.token));
      }),
  },
  {
    name: 'HTTP',
    about: '1,500 requests a second: the page, files that are not there, /metrics, guesses at the token of /admin',
    run: (tries) =>
      tries.each(1500, (index) => {
        const [path, more] = REQUESTS[index % REQUESTS.length] as readonly [string, string];
        tries.open(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n`);
      }),
  },
  {
    name: 'griefers',
    about: '50 in the world who each ask for 100 things a second: building, talking, the leaderboard, pictures',
    run: async (tries) => {
      const sockets = new Array<Socket | undefined>(50).fill(undefined);
      await tries.each(1000, (index) => {
        const lane = index % sockets.length;
        if (sockets[lane]?.writable !== true) sockets[lane] = join(tries);
        const n = 1 + index;
        const asked: ClientMessage[] = [
          { type: 'edit', n, sx: 0, sy: 0, tile: index % 1024, kind: 17, ifRevision: null },
          { type: 'say', n, text: `spam ${index}` },
          { type: 'board', isShown: index % 2 === 0 },
          { type: 'refresh' },
          { type: 'ask', sx: 0, sy: 0 },
        ];
        sockets[lane]?.write(frame(concat([...asked, ...asked].map(encodeClientMessage))));
      });
    },
  },
];

const REQUESTS: readonly (readonly [path: string, headers: string])[] = [
  ['/', ''],
  ['/nothing-here', ''],
  ['/../../../etc/passwd', ''],
  ['/%2e%2e/%2e%2e/etc/passwd', ''],
  ['/metrics', ''],
  ['/admin/api/topology', 'Authorization: Bearer guess\r\n'],
  ['/readyz', ''],
  ['/ws', ''],
  [`/${'a'.repeat(7000)}`, ''],
  ['/', `Cookie: ${'c'.repeat(9000)}\r\n`],
];
