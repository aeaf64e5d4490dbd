import type { RedisOptions } from 'ioredis';

/** Where a Redis server is, and how to sign in there. */
export interface RedisAddress {
  /** `host:port` or the socket's path: safe to print, and the same however the address was written. */
  readonly name: string;
  readonly options: Pick<RedisOptions, 'host' | 'port' | 'path' | 'username' | 'password' | 'db' | 'tls'>;
}

/** Completes the sentence "--flag takes …". */
export const REDIS_ADDRESS_FORMS = 'redis://[USER:PASSWORD@]HOST[:PORT][/DB], rediss:// for TLS, or unix:/PATH';

const DEFAULT_PORT = 6379;

/** Reads one address, or undefined when the text is none. User and password are percent-encoded. */
export function parseRedisAddress(text: string): RedisAddress | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.hash !== '' || url.search !== '') return undefined;
  switch (url.protocol) {
    case 'redis:':
    case 'rediss:':
      return networkAddress(url);
    case 'unix:':
      return socketAddress(url);
    default:
      return undefined;
  }
}

function networkAddress(url: URL): RedisAddress | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const db = /^\/?(\d{0,4})$/.exec(url.pathname)?.[1];
  const username = decoded(url.username);
  const password = decoded(url.password);
  if (host === '' || db === undefined || username === undefined || password === undefined) return undefined;
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  return {
    name: nameOf(host, port),
    options: {
      host,
      port,
      db: Number(db),
      ...(username === '' ? {} : { username }),
      ...(password === '' ? {} : { password }),
      ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
    },
  };
}

function socketAddress(url: URL): RedisAddress | undefined {
  const path = decoded(url.pathname);
  if (path === undefined || url.host !== '' || !path.startsWith('/') || path.length < 2) return undefined;
  return { name: path, options: { path } };
}

/** Another server of the same cluster: the same way of signing in at another place. */
export function neighbourOf({ options }: RedisAddress, host: string, port: number): RedisAddress {
  const { path: _path, db: _db, ...rest } = options;
  return { name: nameOf(host, port), options: { ...rest, host, port } };
}

const nameOf = (host: string, port: number): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
