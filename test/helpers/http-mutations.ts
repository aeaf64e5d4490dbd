import { SUBPROTOCOL } from '../../shared/constants.ts';
import type { Random } from './mutations.ts';

const below = (random: Random, limit: number): number => Math.floor(random() * limit);
const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)] as T;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PRI', 'get', 'G\0T', ''];
const PATHS = [
  '/',
  '/index.html',
  '/healthz',
  '/readyz',
  '/metrics',
  '/admin',
  '/admin/',
  '/admin/api/topology',
  '/admin/api/people?q=%00',
  '/admin/api/kick',
  '/admin/api/revert',
  '/admin/api/notices',
  '/ws',
  '/ws?x=1',
  '/../../../../etc/passwd',
  '/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
  '/..%5c..%5cetc%5cpasswd',
  '/%00',
  '/%',
  '/%zz',
  '//example.org/',
  'http://example.org/',
  '*',
  '/\u202e',
  `/${'a'.repeat(9000)}`,
];
const HEADERS = [
  'Host: x',
  'Host: x\r\nHost: y',
  'Connection: close',
  'Connection: keep-alive, Upgrade',
  'Content-Length: 5',
  'Content-Length: -1',
  'Content-Length: 99999999999999999999',
  'Content-Length: 3\r\nContent-Length: 4',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: chunked\r\nContent-Length: 4',
  'Transfer-Encoding: gzip, chunked',
  'Expect: 100-continue',
  'Range: bytes=0-0,1-1,2-2,3-3,-1',
  'Range: bytes=99999999999-',
  'Accept-Encoding: br;q=9, *;q=-1',
  'If-None-Match: "x", W/"y"',
  'If-Modified-Since: yesterday',
  'Content-Type: application/json',
  'Content-Type: application/x-www-form-urlencoded',
  'Content-Type: \u0001',
  'Authorization: Bearer only-for-those-who-run-it',
  'Authorization: Bearer',
  `Authorization: Bearer ${'x'.repeat(3000)}`,
  'X-Forwarded-For: 1.2.3.4, 5.6.7.8, not an address,,,',
  `X-Forwarded-For: ${'1.2.3.4, '.repeat(700)}`,
  'Origin: https://example.org',
  'Origin: null',
  `Cookie: ${'c'.repeat(9000)}`,
  'X: \r\n continued',
  'No colon here',
  ': no name',
  'X\0Y: z',
];
const BODIES = [
  '',
  '{}',
  '{"player":1}',
  '{"__proto__":{"isWritable":true},"player":1}',
  '{"constructor":{"prototype":{"x":1}},"player":1}',
  '{"player":1e400}',
  `{"player":${'9'.repeat(2000)}}`,
  `${'['.repeat(4000)}`,
  '5\r\nhello\r\n0\r\n\r\n',
  'fffffffffffffffff\r\n',
  '\u0000\u0001\u0002',
  'a'.repeat(10_000),
];
const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`,
];
const UPGRADE_ODDITIES = [
  'Sec-WebSocket-Version: 12',
  'Sec-WebSocket-Key: short',
  'Sec-WebSocket-Protocol: other',
  `Sec-WebSocket-Protocol: ${'a, '.repeat(1000)}a`,
  'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=0',
  'Sec-WebSocket-Extensions: ;;;',
  'Upgrade: h2c',
];

/** Some of the bytes changed, taken out, doubled, or cut off. */
function spoil(text: string, random: Random): Buffer {
  let bytes = Buffer.from(text, random() < 0.5 ? 'latin1' : 'utf8');
  for (let i = below(random, 4); i > 0 && bytes.length > 0; i--) {
    const at = below(random, bytes.length);
    switch (below(random, 4)) {
      case 0:
        bytes[at] = below(random, 256);
        break;
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(random, 8))]);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - 8))]);
        break;
      default:
        bytes = bytes.subarray(0, at);
    }
  }
  return bytes;
}

/** A request for a page or an answer, by a grammar of what goes wrong; half of them are spoiled in places, too. */
export function httpInput(random: Random): Buffer {
  if (random() < 0.5) return oddRequest(random);
  const version = pick(random, ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9', '']);
  const headers = Array.from({ length: below(random, 6) }, () => pick(random, HEADERS));
  const head = [`${pick(random, METHODS)} ${pick(random, PATHS)} ${version}`, 'Host: x', ...headers].join('\r\n');
  return spoil(`${head}\r\n\r\n${pick(random, BODIES)}`, random);
}

/** One that is read to its end, with something odd in it. */
function oddRequest(random: Random): Buffer {
  const isPost = random() < 0.4;
  const body = isPost ? pick(random, BODIES) : '';
  const head = [
    `${isPost ? 'POST' : pick(random, ['GET', 'GET', 'HEAD', 'OPTIONS', 'DELETE'])} ${pick(random, PATHS)} HTTP/1.1`,
    'Host: x',
    ...(isPost ? [`Content-Length: ${Buffer.byteLength(body)}`, 'Content-Type: application/json'] : []),
    ...(random() < 0.5 ? ['Authorization: Bearer only-for-those-who-run-it'] : []),
    ...(random() < 0.3 ? [pick(random, HEADERS)] : []),
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** The request that opens a WebSocket, with something odd about it, and then frames that may be none. */
export function handshakeInput(random: Random): Buffer {
  const lines = UPGRADE.filter(() => random() < 0.95);
  if (random() < 0.3) lines.push(pick(random, UPGRADE_ODDITIES));
  if (random() < 0.3) lines.push(pick(random, HEADERS));
  const head = `GET ${random() < 0.9 ? '/ws' : pick(random, PATHS)} HTTP/1.1\r\nHost: x\r\n${lines.join('\r\n')}\r\n\r\n`;
  const bytes = random() < 0.3 ? spoil(head, random) : Buffer.from(head);
  return Buffer.concat([bytes, ...Array.from({ length: below(random, 4) }, () => frameInput(random))]);
}

/** A frame of WebSocket by a grammar of what may be wrong with it: bits, lengths, masks, kinds. */
function frameInput(random: Random): Buffer {
  const opcode = pick(random, [0, 1, 2, 2, 2, 3, 7, 8, 9, 10, 11, 15]);
  const first = (random() < 0.8 ? 0x80 : 0) | (random() < 0.1 ? pick(random, [0x40, 0x20, 0x10]) : 0) | opcode;
  const payload = Buffer.from(Array.from({ length: below(random, 40) }, () => below(random, 256)));
  const isMasked = random() < 0.9;
  const mask = isMasked ? Buffer.alloc(4) : Buffer.alloc(0);
  const bit = isMasked ? 0x80 : 0;
  const said = random() < 0.8 ? payload.length : below(random, 126);
  if (random() < 0.85) return Buffer.concat([Buffer.of(first, bit | said), mask, payload]);
  const long = Buffer.alloc(10);
  long[0] = first;
  long[1] = bit | 127;
  long.writeBigUInt64BE(BigInt(below(random, 2 ** 32)) << BigInt(below(random, 32)), 2);
  return Buffer.concat([long, mask, payload]);
}
