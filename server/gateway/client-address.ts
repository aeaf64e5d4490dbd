import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Where a connection comes from, and by which name all of the same source go. */
export interface Source {
  readonly address: string;
  /** IPv4 as it is; of IPv6 the first 64 bits, which one household or server has to itself. */
  readonly key: string;
  /** On this machine, and not passed on by a proxy here. */
  readonly isLocal: boolean;
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const CIDR = /^([^/]+)\/(\d{1,3})$/;
const LOOPBACK = blockListOf(['127.0.0.0/8', '::1']) as BlockList;

/** The addresses and ranges (`10.0.0.0/8`, `fd00::/8`) of a list; undefined when one of them is none. */
export function blockListOf(ranges: readonly string[]): BlockList | undefined {
  const list = new BlockList();
  for (const range of ranges) {
    const [, network = range, bits] = CIDR.exec(range) ?? [];
    const version = isIP(network);
    const most = version === 4 ? 32 : 128;
    if (version === 0 || Number(bits ?? most) > most) return undefined;
    list.addSubnet(network, Number(bits ?? most), version === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** An IPv4 address that a socket for both versions tells as IPv6 is one of IPv4. */
const unmapped = (address: string): string => MAPPED.exec(address)?.[1] ?? address;

const contains = (list: BlockList, address: string): boolean =>
  isIP(address) !== 0 && list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');

/**
 * Who is at the other end. `X-Forwarded-For` is believed as far as it was written by proxies that are trusted: read from
 * its end, the first address that is none of theirs is the client's.
 * @param peer the other end of the TCP connection
 */
export function sourceOf(peer: string, forwardedFor: string | undefined, trusted: BlockList): Source {
  let address = unmapped(peer);
  let isForwarded = false;
  const hops = forwardedFor?.split(',') ?? [];
  while (contains(trusted, address)) {
    const hop = hopAddress(hops.pop());
    if (hop === undefined) break;
    address = hop;
    isForwarded = true;
  }
  return { address, key: keyOf(address), isLocal: !isForwarded && contains(LOOPBACK, address) };
}

/** Who has sent a request. */
export function senderOf(
  peer: string | undefined,
  { 'x-forwarded-for': forwarded }: IncomingHttpHeaders,
  trusted: BlockList,
): Source {
  return sourceOf(peer ?? '', Array.isArray(forwarded) ? forwarded.join() : forwarded, trusted);
}

/** What a proxy wrote of its peer, which may have a port; undefined for what is no address. */
function hopAddress(text: string | undefined): string | undefined {
  const bare = text
    ?.trim()
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  return bare === undefined || isIP(bare) === 0 ? undefined : unmapped(bare);
}

function keyOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === undefined || tail === '' ? [] : tail.split(':');
  if (tail !== undefined) while (groups.length + behind.length < 8) groups.push('0');
  return [...groups, ...behind]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
