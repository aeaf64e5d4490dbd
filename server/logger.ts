import { inspect } from 'node:util';
import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

import type { Config } from './settings.ts';

/** Where log lines go, and whether somebody reads them there. */
export interface LogTarget {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A logger as the configuration has it: JSON for machines, lines for people; by default lines in a terminal. */
export function createLogger(
  { logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>,
  target: LogTarget,
): Logger {
  const isPretty = logFormat === 'pretty' || (logFormat === 'auto' && target.isTTY === true);
  const hasColours = isPretty && target.isTTY === true;
  return pino(
    { level: logLevel },
    { write: (json: string) => void target.write(isPretty ? `${prettyLine(json, hasColours)}\n` : json) },
  );
}

const COLOURS: Readonly<Record<string, number>> = { fatal: 31, error: 31, warn: 33, info: 32, debug: 36, trace: 90 };
/** On every line, and nothing new to whoever looks at one process. */
const DULL: ReadonlySet<string> = new Set(['level', 'time', 'pid', 'hostname', 'msg']);

/** "10:02:11.310 WARN  the broker is away  why=…": a line of JSON for people; what is no such line is left as it is. */
export function prettyLine(json: string, hasColours: boolean): string {
  let entry: Record<string, unknown>;
  try {
    entry = JSON.parse(json) as Record<string, unknown>;
  } catch {
    return json.trimEnd();
  }
  const { time, level, msg = '' } = entry;
  const name = pino.levels.labels[level as number] ?? String(level);
  const at = typeof time === 'number' ? new Date(time).toTimeString().slice(0, 8) : '';
  const ms = typeof time === 'number' ? `.${String(time % 1000).padStart(3, '0')}` : '';
  const word = name.toUpperCase().padEnd(5);
  const coloured = hasColours ? `\u001b[${COLOURS[name] ?? 0}m${word}\u001b[0m` : word;
  const rest = Object.entries(entry).filter(([key]) => !DULL.has(key));
  return [`${at}${ms}`, coloured, msg, ...rest.map(([key, value]) => written(key, value))].join(' ');
}

function written(key: string, value: unknown): string {
  const isError = typeof value === 'object' && value !== null && 'stack' in value;
  if (isError) return `\n${String(value.stack).replaceAll(/^/gm, '    ')}`;
  return `${key}=${typeof value === 'string' ? value : inspect(value, { breakLength: Number.POSITIVE_INFINITY })}`;
}
