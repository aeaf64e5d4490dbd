import { isIP } from 'node:net';
import { WORLD_NAME } from '../shared/grid.ts';
import { TERRAINS, type TerrainKind } from '../shared/terrain.ts';
import { parseRedisAddress, REDIS_ADDRESS_FORMS, type RedisAddress } from './broker/redis-address.ts';
import { blockListOf } from './gateway/client-address.ts';
import { CHANNEL_SQUARES, type ChannelSquares } from './grid/channels.ts';

/** How a server is set up: read once at the start, frozen, passed down. */
export interface Config {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  /** Matches `WORLD_NAME`. */
  readonly world: string;
  /** u32 */
  readonly seed: number;
  readonly terrain: TerrainKind;
  /** Whether a client may name the place where it appears. */
  readonly openSpawn: boolean;
  /** Most gems that lie in a square at a time. */
  readonly gems: number;
  readonly flushMs: number;
  readonly writes: Writes;
  readonly maxSessions: number;
  /** How many more may wait until there is room. */
  readonly queue: number;
  readonly drainSeconds: number;
  /** Origins (`scheme://host[:port]`) that may connect besides the server's own. */
  readonly origins: readonly string[];
  /** Addresses and ranges of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Most connections of one address; 0 for any number. */
  readonly connectionsPerAddress: number;
  /** Folder that keeps the world; null where Redis does, or nothing. */
  readonly data: string | null;
  /** Lines of chat are forgotten after so many days. */
  readonly chatDays: number;
  /** Independent servers over which the channels are spread; with none (here and in the next) a node is alone. */
  readonly redis: readonly RedisAddress[];
  /** Some servers of one Redis Cluster. */
  readonly redisCluster: readonly RedisAddress[];
  /** Where players are kept; null for the first of the above. */
  readonly storeRedis: RedisAddress | null;
  readonly channelSquares: ChannelSquares;
  /** Nodes on this machine behind one port; 1 is this process itself. */
  readonly workers: number;
  /** File with words that are not for here; null for none. */
  readonly filter: string | null;
  /** What who may look at `/admin` has to know; null where nobody may. */
  readonly adminToken: string | null;
  /** Whether they may change anything there, too. */
  readonly adminWrites: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/** How frames go onto connections. */
export const WRITES = ['direct', 'stream'] as const;
export type Writes = (typeof WRITES)[number];

/** The levels of pino, quietest first. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How logs are written: `auto` is for people in a terminal, and else for machines. */
export const LOG_FORMATS = ['auto', 'json', 'pretty'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** One row of the configuration table: a flag, its environment variable and what both take. */
export interface Setting<T> {
  readonly flag: `--${string}`;
  readonly env: `FLATLANDS_${string}`;
  /** What stands for the value in the help; undefined for a switch. */
  readonly placeholder: string | undefined;
  /** Completes the sentence "--flag takes …". */
  readonly accepts: string;
  /** The default as one would write it. */
  readonly byDefault: string;
  readonly help: string;
  /** Nobody's business in a log, nor in an error. */
  readonly isSecret?: true;
  /** The value of a text, or undefined when the text is none of what the setting accepts. */
  readonly read: (text: string) => T | undefined;
}

export type Settings = { readonly [K in keyof Config]: Setting<Config[K]> };

const FLUSH_STEP_MS = 50;
const MAX_FLUSH_MS = 1000;
const MAX_WORKERS = 64;
const MAX_GEMS = 32;
const MAX_CHAT_DAYS = 3650;
const MAX_DRAIN_SECONDS = 3600;
/** A token that goes into a header as it is (RFC 6750), too long to be tried out. */
const MIN_TOKEN_LENGTH = 16;
const MAX_TOKEN_LENGTH = 256;
const ADMIN_TOKEN = new RegExp(`^[-A-Za-z0-9._~+/=]{${MIN_TOKEN_LENGTH},${MAX_TOKEN_LENGTH}}$`);

/** Every setting there is; the help, the README's table and the parser all follow from it. */
export const SETTINGS: Settings = {
  port: {
    flag: '--port',
    env: 'FLATLANDS_PORT',
    placeholder: 'N',
    accepts: 'a whole number from 0 to 65535',
    byDefault: '8080',
    help: 'Port to listen on; 0 takes any free one.',
    read: wholeNumber(0, 65_535),
  },
  host: {
    flag: '--host',
    env: 'FLATLANDS_HOST',
    placeholder: 'H',
    accepts: 'an IP address or a host name',
    byDefault: '0.0.0.0',
    help: 'Address to listen on.',
    read: (text) => (isIP(text) !== 0 || HOST_NAME.test(text) ? text : undefined),
  },
  world: {
    flag: '--world',
    env: 'FLATLANDS_WORLD',
    placeholder: 'NAME',
    accepts: '1 to 32 lower-case letters, digits and hyphens, not beginning with a hyphen',
    byDefault: 'flatlands',
    help: 'Name of the world.',
    read: (text) => (WORLD_NAME.test(text) ? text : undefined),
  },
  seed: {
    flag: '--seed',
    env: 'FLATLANDS_SEED',
    placeholder: 'N',
    accepts: 'a whole number from 0 to 4294967295',
    byDefault: '7',
    help: 'Seed of the terrain; the same seed gives the same world everywhere.',
    read: wholeNumber(0, 2 ** 32 - 1),
  },
  terrain: {
    flag: '--terrain',
    env: 'FLATLANDS_TERRAIN',
    placeholder: 'KIND',
    accepts: TERRAINS.join(' or '),
    byDefault: 'meadows',
    help: 'Kind of terrain; flat has no obstacles, for comparable runs.',
    read: oneOf(TERRAINS),
  },
  openSpawn: {
    flag: '--open-spawn',
    env: 'FLATLANDS_OPEN_SPAWN',
    placeholder: undefined,
    accepts: 'true, false, or no value, which means true',
    byDefault: 'false',
    help: 'Let a client name the place where it appears.',
    read: trueOrFalse,
  },
  gems: {
    flag: '--gems',
    env: 'FLATLANDS_GEMS',
    placeholder: 'N',
    accepts: `a whole number from 0 to ${MAX_GEMS}`,
    byDefault: '2',
    help: 'Gems that may lie in a square at a time.',
    read: wholeNumber(0, MAX_GEMS),
  },
  flushMs: {
    flag: '--flush-ms',
    env: 'FLATLANDS_FLUSH_MS',
    placeholder: 'N',
    accepts: `a multiple of ${FLUSH_STEP_MS} from ${FLUSH_STEP_MS} to ${MAX_FLUSH_MS}`,
    byDefault: '100',
    help: 'Milliseconds between two frames to a client.',
    read: (text) => {
      const ms = wholeNumber(FLUSH_STEP_MS, MAX_FLUSH_MS)(text);
      return ms !== undefined && ms % FLUSH_STEP_MS === 0 ? ms : undefined;
    },
  },
  writes: {
    flag: '--writes',
    env: 'FLATLANDS_WRITES',
    placeholder: 'WAY',
    accepts: WRITES.join(' or '),
    byDefault: 'direct',
    help: "Write frames, and read whole messages, past Node's streams, which costs less, where this Node allows it; or through them.",
    read: oneOf(WRITES),
  },
  maxSessions: {
    flag: '--max-sessions',
    env: 'FLATLANDS_MAX_SESSIONS',
    placeholder: 'N',
    accepts: 'a whole number from 1 to 1000000',
    byDefault: '10000',
    help: 'Clients in the world at once; the next ones wait in line.',
    read: wholeNumber(1, 1_000_000),
  },
  queue: {
    flag: '--queue',
    env: 'FLATLANDS_QUEUE',
    placeholder: 'N',
    accepts: 'a whole number from 0 to 100000',
    byDefault: '1000',
    help: 'How many more may wait in line when that many are here: they are told their place, and come in one by one.',
    read: wholeNumber(0, 100_000),
  },
  drainSeconds: {
    flag: '--drain-seconds',
    env: 'FLATLANDS_DRAIN_SECONDS',
    placeholder: 'N',
    accepts: `a whole number from 0 to ${MAX_DRAIN_SECONDS}`,
    byDefault: '10',
    help: 'Longest time, after SIGTERM, in which players are handed over to other nodes of the world; 0 hands over nobody.',
    read: wholeNumber(0, MAX_DRAIN_SECONDS),
  },
  origins: {
    flag: '--origin',
    env: 'FLATLANDS_ORIGIN',
    placeholder: 'LIST',
    accepts: 'origins such as https://play.example, separated by commas',
    byDefault: '',
    help: 'Origins whose pages may connect, besides the page this server serves.',
    read: origins,
  },
  trustedProxies: {
    flag: '--trusted-proxies',
    env: 'FLATLANDS_TRUSTED_PROXIES',
    placeholder: 'LIST',
    accepts: 'IP addresses and ranges such as 127.0.0.1,10.0.0.0/8,fd00::/8, separated by commas',
    byDefault: '',
    help: 'Proxies whose X-Forwarded-For says where players come from; nobody else is believed.',
    read: (text) => {
      const ranges = text === '' ? [] : text.split(',');
      return blockListOf(ranges) === undefined ? undefined : ranges;
    },
  },
  connectionsPerAddress: {
    flag: '--connections-per-address',
    env: 'FLATLANDS_CONNECTIONS_PER_ADDRESS',
    placeholder: 'N',
    accepts: 'a whole number from 0 to 1000000',
    byDefault: '64',
    help: 'Connections open from one address (of IPv6: from one /64) at a time; 0 for any number. This machine’s own do not count.',
    read: wholeNumber(0, 1_000_000),
  },
  data: {
    flag: '--data',
    env: 'FLATLANDS_DATA',
    placeholder: 'DIR',
    accepts: 'a folder, or none',
    byDefault: './data',
    help: 'Folder that keeps the world, for one server and its workers; none keeps nothing. Given --redis, that keeps it.',
    read: (text) => (text.trim() === '' ? undefined : text === 'none' ? null : text),
  },
  chatDays: {
    flag: '--chat-days',
    env: 'FLATLANDS_CHAT_DAYS',
    placeholder: 'N',
    accepts: `a whole number from 1 to ${MAX_CHAT_DAYS}`,
    byDefault: '30',
    help: 'Days after which lines of chat are forgotten.',
    read: wholeNumber(1, MAX_CHAT_DAYS),
  },
  redis: {
    flag: '--redis',
    env: 'FLATLANDS_REDIS',
    placeholder: 'URL[,URL…]',
    accepts: `addresses ${REDIS_ADDRESS_FORMS}, separated by commas`,
    byDefault: '',
    help: 'Share the world with other nodes over this Redis; over several, each square on one of them.',
    read: redisAddresses,
  },
  redisCluster: {
    flag: '--redis-cluster',
    env: 'FLATLANDS_REDIS_CLUSTER',
    placeholder: 'URL,…',
    accepts: 'addresses redis://[USER:PASSWORD@]HOST[:PORT], or rediss:// for TLS, separated by commas',
    byDefault: '',
    help: 'Share the world over this Redis Cluster; some of its servers are enough, the rest are found.',
    read: (text) => {
      const addresses = redisAddresses(text);
      return addresses?.every(({ options }) => options.path === undefined && !options.db) ? addresses : undefined;
    },
  },
  storeRedis: {
    flag: '--store-redis',
    env: 'FLATLANDS_STORE_REDIS',
    placeholder: 'URL',
    accepts: `one address ${REDIS_ADDRESS_FORMS}`,
    byDefault: '',
    help: 'Where nodes that share a world keep its players, instead of in the first --redis or the cluster.',
    read: (text) => {
      const addresses = redisAddresses(text);
      return addresses === undefined || addresses.length > 1 ? undefined : (addresses[0] ?? null);
    },
  },
  channelSquares: {
    flag: '--channel-squares',
    env: 'FLATLANDS_CHANNEL_SQUARES',
    placeholder: 'N',
    accepts: oneOfNumbers(CHANNEL_SQUARES),
    byDefault: '1',
    help: 'Squares on one channel of the broker, in a block; more than 1 suits sparse worlds. The same on all nodes.',
    read: (text) => CHANNEL_SQUARES.find((squares) => String(squares) === text),
  },
  workers: {
    flag: '--workers',
    env: 'FLATLANDS_WORKERS',
    placeholder: 'N',
    accepts: `a whole number from 1 to ${MAX_WORKERS}`,
    byDefault: '1',
    help: 'Nodes on this machine, one process each, on one port; without --redis over a redis-server of their own.',
    read: wholeNumber(1, MAX_WORKERS),
  },
  filter: {
    flag: '--filter',
    env: 'FLATLANDS_FILTER',
    placeholder: 'FILE',
    accepts: 'the name of a file',
    byDefault: '',
    help: 'Words that are refused in names and starred in chat, one to a line; read again at SIGHUP.',
    read: (text) => (text === '' ? null : text.trim() === '' ? undefined : text),
  },
  adminToken: {
    flag: '--admin-token',
    env: 'FLATLANDS_ADMIN_TOKEN',
    placeholder: 'T',
    accepts: `${MIN_TOKEN_LENGTH} to ${MAX_TOKEN_LENGTH} letters, digits and the signs -._~+/=`,
    byDefault: '',
    isSecret: true,
    help: 'Who knows it may see how all nodes are, at /admin; without it nobody may. Better by its variable: others see flags.',
    read: (text) => (text === '' ? null : ADMIN_TOKEN.test(text) ? text : undefined),
  },
  adminWrites: {
    flag: '--admin-writes',
    env: 'FLATLANDS_ADMIN_WRITES',
    placeholder: undefined,
    accepts: 'true, false, or no value, which means true',
    byDefault: 'false',
    help: 'Whoever has the token of --admin-token may act as well: ban, mute, undo, have this server drain; without it they may only look.',
    read: trueOrFalse,
  },
  logLevel: {
    flag: '--log-level',
    env: 'FLATLANDS_LOG_LEVEL',
    placeholder: 'LEVEL',
    accepts: `${LOG_LEVELS.slice(0, -1).join(', ')} or ${LOG_LEVELS.at(-1)}`,
    byDefault: 'info',
    help: 'Least severe level that is logged.',
    read: oneOf(LOG_LEVELS),
  },
  logFormat: {
    flag: '--log-format',
    env: 'FLATLANDS_LOG_FORMAT',
    placeholder: 'FORMAT',
    accepts: `${LOG_FORMATS.slice(0, -1).join(', ')} or ${LOG_FORMATS.at(-1)}`,
    byDefault: 'auto',
    help: 'How logs are written: json for machines, pretty for people, auto as suits where they go.',
    read: oneOf(LOG_FORMATS),
  },
};

const HOST_NAME = /^(?!-)[A-Za-z0-9-]{1,63}(\.(?!-)[A-Za-z0-9-]{1,63})*$/;

/** Decimal digits only: no sign, exponent, hexadecimal or blank, which `Number` would take. */
function trueOrFalse(text: string): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

function wholeNumber(low: number, high: number): (text: string) => number | undefined {
  return (text) => {
    if (!/^\d{1,15}$/.test(text)) return undefined;
    const value = Number(text);
    return value >= low && value <= high ? value : undefined;
  };
}

function oneOf<T extends string>(choices: readonly T[]): (text: string) => T | undefined {
  return (text) => choices.find((choice) => choice === text);
}

/** `1, 4 or 16` */
function oneOfNumbers(numbers: readonly number[]): string {
  return `${numbers.slice(0, -1).join(', ')} or ${numbers.at(-1)}`;
}

function redisAddresses(text: string): readonly RedisAddress[] | undefined {
  if (text === '') return [];
  const byName = new Map<string, RedisAddress>();
  for (const part of text.split(',')) {
    const address = parseRedisAddress(part.trim());
    if (address === undefined) return undefined;
    byName.set(address.name, address);
  }
  return [...byName.values()];
}

function origins(text: string): readonly string[] | undefined {
  if (text === '') return [];
  const list = text.split(',').map((part) => part.trim());
  const wellFormed = list.every((part) => /^https?:/.test(part) && URL.canParse(part) && new URL(part).origin === part);
  return wellFormed ? [...new Set(list)] : undefined;
}
