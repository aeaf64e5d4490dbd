import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import packageJson from '../../../package.json' with { type: 'json' };
import type { Config } from '../../config.ts';
import { SETTINGS } from '../../settings.ts';
import { Child } from './child.ts';
import { cpuSecondsOf, type TrialOutcome, type TrialReport } from './trial-verdicts.ts';

const DIST = join(import.meta.dirname, '../../../dist');
const SERVER = join(DIST, 'server/main.js');
const BOTS = join(DIST, 'bots/main.js');

/** The server has so long to come up, in ms … */
const START_MS = 20_000;
/** … and the bots besides the measured seconds, in ms, to come, stand and leave. */
const AROUND_MS = 90_000;
const RAMP_PER_SECOND = 100;
/** The bots' lines of progress begin like this; what they say besides is for whoever runs them. */
const PROGRESS = /^\d+\/\d+ players · /;
/** This share judges what it sees; the others cost the machine next to nothing. */
const FULL_SHARE = 0.05;

export interface TrialOptions {
  readonly config: Config;
  readonly players: number;
  /** Length of the measured part, in s. */
  readonly seconds: number;
  /** Told how far it is, a line at a time. */
  readonly say: (line: string) => void;
  /** Ends it before its time. */
  readonly signal: AbortSignal;
}

/** Whether there is something to be tried: `npm run build` makes it. */
export const isBuilt = (): boolean => existsSync(SERVER) && existsSync(BOTS);

/**
 * Lets bots walk about on a server of their own on this machine, which keeps nothing and shares nothing, and is else as
 * configured. When it is over both have ended.
 * @throws Error with a sentence when either fails @throws the signal's reason when that is aborted
 */
export async function runTrial({ config, players, seconds, say, signal }: TrialOptions): Promise<TrialOutcome> {
  signal.throwIfAborted();
  const folder = await mkdtemp(join(tmpdir(), 'flatlands-doctor-'));
  const env = withoutSettings(process.env);
  const children: Child[] = [];
  try {
    let portFound: (port: number) => void = () => undefined;
    const port = new Promise<number>((resolve) => {
      portFound = resolve;
    });
    const server = new Child(serverWords(config), env, (line) => {
      const found = /^Flatlands is up: \S+:(\d+)$/.exec(line)?.[1];
      if (found !== undefined) portFound(Number(found));
    });
    children.push(server);
    const start = { ms: START_MS, what: 'The server of the trial did not come up', by: server, signal };
    const url = `ws://127.0.0.1:${await inTime(port, start)}/ws`;

    const file = join(folder, 'report.json');
    const watch = new CpuWatch(server.pid);
    const bots = new Child(botsWords({ url, players, seconds, file }), env, (line) => {
      if (!PROGRESS.test(line)) return;
      watch.hear(line);
      say(line);
    });
    children.push(bots);
    const ms = AROUND_MS + (seconds + players / RAMP_PER_SECOND) * 1000;
    // The bots' own end is what is waited for, and the server's would be one too.
    await inTime(bots.ended, { ms, what: 'The trial load did not end', by: undefined, signal });
    if (!existsSync(file)) throw new Error(`The trial load failed: ${bots.lastWords}`);
    const report = JSON.parse(await readFile(file, 'utf8')) as TrialReport;
    return { asked: players, report, server: watch.outcome };
  } finally {
    await Promise.all(children.map((child) => child.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

interface Deadline {
  readonly ms: number;
  /** Begins the sentence that says so. */
  readonly what: string;
  /** Whose end makes waiting useless. */
  readonly by: Child | undefined;
  readonly signal: AbortSignal;
}

function inTime<T>(wanted: Promise<T>, { ms, what, by, signal }: Deadline): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    const timer = setTimeout(() => reject(new Error(`${what} within ${ms / 1000} s.`)), ms);
    signal.addEventListener('abort', abort, { once: true });
    void by?.ended.then(() => reject(new Error(`${what}: ${by.lastWords}`)));
    wanted.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    });
    if (signal.aborted) abort();
  });
}

/** As `npm start` calls it, with what matters for its load. */
function serverWords({ flushMs, writes, seed, terrain, gems }: Config): string[] {
  const nodeFlags = /^exec node (.*) \S+$/.exec(packageJson.scripts.start)?.[1]?.split(' ') ?? [];
  const asConfigured = [
    [SETTINGS.flushMs.flag, flushMs],
    [SETTINGS.writes.flag, writes],
    [SETTINGS.seed.flag, seed],
    [SETTINGS.terrain.flag, terrain],
    [SETTINGS.gems.flag, gems],
  ].flat();
  // Players who appear at their place need no time to walk there.
  const own = '--port 0 --host 127.0.0.1 --data none --open-spawn --log-level warn'.split(' ');
  return [...nodeFlags, SERVER, ...own, ...asConfigured.map(String)];
}

function botsWords(load: { url: string; players: number; seconds: number; file: string }): string[] {
  const { url, players, seconds, file } = load;
  const size = ['--players', `${players}`, '--seconds', `${seconds}`, '--ramp', `${RAMP_PER_SECOND}`];
  return [BOTS, '--url', url, ...size, '--full-share', `${FULL_SHARE}`, '--report', file];
}

/** Where the world is kept, and who shares it, is not for a trial. */
const withoutSettings = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('FLATLANDS_')));

/** The server's processor time over the measured part, whose bounds the bots' lines of progress tell. */
class CpuWatch {
  readonly #pid: number;
  #from: { readonly cpuSeconds: number; readonly atMs: number } | undefined;
  #outcome: TrialOutcome['server'];

  constructor(pid: number) {
    this.#pid = pid;
  }

  /** Undefined when the system does not tell. */
  get outcome(): TrialOutcome['server'] {
    return this.#outcome;
  }

  /** @param line `150/150 players · measuring · 0/20 s · …` */
  hear(line: string): void {
    const phase = line.split(' · ')[1];
    if (phase === 'measuring') this.#from ??= this.#read();
    if (phase !== 'finishing' || this.#from === undefined || this.#outcome !== undefined) return;
    const now = this.#read();
    if (now === undefined) return;
    this.#outcome = {
      cpuSeconds: now.cpuSeconds - this.#from.cpuSeconds,
      seconds: (now.atMs - this.#from.atMs) / 1000,
    };
  }

  #read(): { readonly cpuSeconds: number; readonly atMs: number } | undefined {
    try {
      return { cpuSeconds: cpuSecondsOf(readFileSync(`/proc/${this.#pid}/stat`, 'latin1')), atMs: performance.now() };
    } catch {
      return undefined;
    }
  }
}
