/** `npm run doctor`: checks a host before it opens; see command-line.ts. */
import type { Config } from '../../config.ts';
import { sentenceOf } from '../failure.ts';
import { checkClock, watchClock } from './clock.ts';
import { type Order, parseCommandLine } from './command-line.ts';
import { checkDisk } from './disk.ts';
import { type Area, exitStatusOf, type Finding, lineOf, problem, unknown } from './findings.ts';
import { checkHost, readCores, usableCores } from './host.ts';
import { checkKernelLimits } from './kernel-limits.ts';
import { originFindings, proxyFinding } from './origins.ts';
import { checkPort } from './port.ts';
import { checkRedis } from './redis.ts';
import { changesOf, summaryOf } from './summary.ts';
import { isBuilt, runTrial } from './trial.ts';
import { type Estimate, estimateOf, trialFindings } from './trial-verdicts.ts';

/** A check that takes longer is given up, in ms: one file on a dead network disk can take for ever. */
const CHECK_MS = 120_000;
/** As a shell says it of one that a signal has ended. */
const STOPPED = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
const CLEAR_LINE = '\r\x1b[K';

interface Check {
  readonly area: Area;
  /** Begins the sentence that says that it could not be told. */
  readonly what: string;
  readonly run: (config: Config) => readonly Finding[] | Promise<readonly Finding[]>;
}

const CHECKS: readonly Check[] = [
  { area: 'node', what: 'What this machine is', run: checkHost },
  { area: 'files', what: 'What the kernel allows', run: checkKernelLimits },
  { area: 'port', what: 'Whether the port is free', run: async (config) => [await checkPort(config)] },
  { area: 'disk', what: 'What the folder is like', run: (config) => checkDisk(config, keeperOf(config)) },
  { area: 'redis', what: 'How Redis is', run: checkRedis },
  { area: 'clock', what: 'Whether the clock is synchronised', run: async () => [await checkClock()] },
  { area: 'origins', what: 'Who may connect', run: ({ origins }) => [...originFindings(origins), proxyFinding()] },
];

const parsed = parseCommandLine(process.argv.slice(2), process.env);
if (parsed.kind === 'print') {
  (parsed.exitCode === 0 ? console.log : console.error)(parsed.text);
  process.exitCode = parsed.exitCode;
} else {
  const status = await run(parsed.order);
  // What was given up may still be under way, and would keep the process.
  process.exit(status);
}

/** Makes all checks, says what they found, and gives the exit status. */
async function run({ config, hasTrial, seconds, players, isJson }: Order): Promise<number> {
  const stop = new AbortController();
  let stopped: number | undefined;
  for (const [signal, code] of Object.entries(STOPPED)) {
    // Once: who asks twice does not want to wait.
    process.once(signal, () => {
      stopped = code;
      stop.abort();
    });
  }
  const findings: Finding[] = [];
  const take = (found: readonly Finding[]): void => {
    findings.push(...found);
    if (!isJson) for (const finding of found) console.log(lineOf(finding));
  };

  const clock = watchClock(() => performance.now(), Date.now);
  for (const check of CHECKS) {
    const found = await unlessStopped(check, config, stop.signal);
    if (stopped !== undefined) break;
    take(found);
  }
  let estimate: Estimate | undefined;
  if (hasTrial && stopped === undefined) {
    const tried = await tryLoad({ config, players, seconds }, stop.signal);
    estimate = tried.estimate;
    if (stopped === undefined) take(tried.findings);
  }
  if (stopped !== undefined) {
    console.error('Stopped.');
    return stopped;
  }
  take([clock()]);
  const status = exitStatusOf(findings);
  if (isJson) {
    const changes = changesOf(findings);
    console.log(JSON.stringify({ ok: status === 0, findings, changes, estimate: estimate ?? null }, null, 2));
  } else console.log(`\n${summaryOf(findings, estimate, hasTrial)}`);
  return status;
}

/** Nothing that one check meets keeps the others from being made. */
async function unlessStopped(
  { area, what, run }: Check,
  config: Config,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const givenUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within ${CHECK_MS / 1000} s`)), CHECK_MS);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  try {
    return await Promise.race([givenUp, (async () => await run(config))()]);
  } catch (error) {
    return [unknown(area, what, sentenceOf(error))];
  } finally {
    clearTimeout(timer);
  }
}

interface Tried {
  readonly findings: readonly Finding[];
  readonly estimate: Estimate | undefined;
}

async function tryLoad(load: Pick<Order, 'config' | 'players' | 'seconds'>, signal: AbortSignal): Promise<Tried> {
  if (!isBuilt()) {
    const findings = [unknown('trial', 'How many players fit', 'the server is not built (npm run build)')];
    return { findings, estimate: undefined };
  }
  const { isTTY } = process.stderr;
  try {
    const say = (line: string): void => {
      process.stderr.write(isTTY ? `${CLEAR_LINE}${line.slice(0, (process.stderr.columns ?? 80) - 1)}` : `${line}\n`);
    };
    const outcome = await runTrial({ ...load, say, signal });
    const estimate = estimateOf(outcome, load.config, usableCores(readCores()));
    return { findings: trialFindings(outcome, estimate), estimate };
  } catch (error) {
    const advice = 'See what the server says when it is started (npm start).';
    return { findings: [problem('trial', `The trial load failed. ${sentenceOf(error)}`, advice)], estimate: undefined };
  } finally {
    if (isTTY) process.stderr.write(CLEAR_LINE);
  }
}

/** Who keeps the world where no folder does. */
function keeperOf({ redis, redisCluster, storeRedis }: Config): string {
  const isKept = redis.length + redisCluster.length > 0 || storeRedis !== null;
  return isKept ? 'Redis keeps the world, and no disk of this machine.' : 'Nothing is kept (--data none).';
}
