import { BlockList, isIP } from 'node:net';
import { type Finding, ok, warning } from './findings.ts';

/** Addresses of this machine and of networks of one's own. */
const PRIVATE = new BlockList();
for (const [net, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const)
  PRIVATE.addSubnet(net, prefix);
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

const LOCAL_NAME = /^localhost$|\.(localhost|local|lan|internal|home\.arpa)$/;

function isLocal(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  return family === 0 ? LOCAL_NAME.test(hostname) : PRIVATE.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** @param origins well-formed, or the server would not start */
export function originFindings(origins: readonly string[]): readonly Finding[] {
  if (origins.length === 0) return [ok('origins', 'Only the page that this server serves may connect.')];
  return origins.map((origin) => {
    const { protocol, hostname } = new URL(origin);
    if (hostname.includes('*')) {
      return warning(
        'origins',
        `${origin} is no pattern, and no page comes from there.`,
        'Give --origin every origin by its name.',
      );
    }
    if (protocol === 'http:' && !isLocal(hostname)) {
      return warning(
        'origins',
        `Pages from ${origin} may connect, and anybody on their way can change them.`,
        `Serve them as https://${hostname}, and give --origin that.`,
      );
    }
    return ok('origins', `Pages from ${origin} may connect.`);
  });
}

/** Nobody knows from within what stands in front, so this is always the same. */
export function proxyFinding(): Finding {
  return ok(
    'proxy',
    'A reverse proxy in front has to pass on Upgrade, Connection and Host as they are (nginx: proxy_http_version 1.1); ' +
      'where it changes Host, give --origin the origin that players see.',
  );
}
