import { join } from 'node:path';
import { type App, startApp } from './app.ts';
import { type Config, parseConfig } from './config.ts';
import type { Metrics } from './http/metrics.ts';
import { createLogger, type Logger } from './logger.ts';
import { StoreError } from './store/store.ts';
import { Disagreement } from './store/world-terms.ts';
import { PrimaryLink } from './workers/primary-link.ts';
import { StartFailure } from './workers/start-failure.ts';
import { startWorkers } from './workers/workers.ts';

/** The built client lies beside the built server. */
const CLIENT_DIR = join(import.meta.dirname, '..', 'client');

async function main(): Promise<void> {
  const parsed = parseConfig(process.argv.slice(2), process.env);
  if (parsed.kind === 'print') {
    (parsed.exitCode === 0 ? process.stdout : process.stderr).write(`${parsed.text}\n`);
    process.exitCode = parsed.exitCode;
    return;
  }
  await run(parsed.config);
}

/** Runs what this process has to be, one node or the primary of several, until a signal stops it. */
async function run(given: Config): Promise<void> {
  const primary = PrimaryLink.open();
  const config = primary === undefined ? given : primary.configure(given);
  const logger = createLogger(config, process.stdout).child(primary === undefined ? {} : { worker: primary.slot });
  const starting = new AbortController();
  const { signal } = starting;
  // Only once: a second signal while stopping changes nothing.
  const stop = once(async (exitCode: number) => {
    starting.abort();
    try {
      const running = await start.catch(() => undefined);
      await running?.stop();
      process.exit(exitCode);
    } catch (error) {
      logger.error(error, 'the stop failed');
      process.exit(1);
    }
  });
  const stopFor = (reason: string): void => {
    logger.info({ reason }, 'stopping');
    void stop(0);
  };
  let isUp = false;
  /** Hands the players over first; a second signal does not wait for that. */
  const drainFor = (reason: string): void => {
    if (!isUp || starting.signal.aborted) {
      stopFor(reason);
      return;
    }
    isUp = false;
    logger.info({ reason }, 'draining');
    void start
      .then((running) => running.drain?.())
      .catch((error: unknown) => logger.error(error, 'the players could not be handed over'))
      .finally(() => void stop(0));
  };
  process.on('SIGTERM', () => drainFor('SIGTERM'));
  // Else a terminal that is closed ends the server, as any other program.
  if (config.filter !== null) {
    process.on('SIGHUP', () => void start.then((running) => reload(running, logger)).catch(() => undefined));
  }
  // Ctrl-C in a terminal reaches every process, and a worker stops when its primary says so.
  process.on('SIGINT', () => primary === undefined && stopFor('SIGINT'));
  primary?.onGone(() => stopFor('the primary is gone'));

  const failed = (sentence: string): void => {
    logger.fatal(sentence);
    void stop(1);
  };
  const shared =
    primary === undefined
      ? {}
      : { sharedBy: primary.sharedBy, shareMetrics: (own: Metrics) => primary.shareMetrics(own) };
  const start: Promise<Pick<App, 'port' | 'stop' | 'reload'> & Partial<Pick<App, 'drain'>>> =
    primary === undefined && config.workers > 1
      ? startWorkers(config, { logger, signal })
      : startApp(config, {
          clientDir: CLIENT_DIR,
          logger,
          signal,
          failed,
          // A worker alone would be replaced.
          ...(primary === undefined ? { drainAsked: () => drainFor('/admin') } : {}),
          ...shared,
        });
  try {
    const { port } = await start;
    if (signal.aborted) return;
    // Workers are stopped together: none of them could take over what another one has.
    isUp = primary === undefined;
    if (primary === undefined) announce(config, port);
    else primary.up();
  } catch (error) {
    if (signal.aborted) return;
    const sentence = startFailure(error, config);
    if (primary === undefined) process.stderr.write(`${sentence}\n`);
    else await primary.failed(sentence);
    process.exit(1);
  }
}

/** What is wrong with the new words is said, and the old ones go on. */
function reload(running: Pick<App, 'reload'>, logger: Pick<Logger, 'info' | 'error'>): void {
  try {
    running.reload();
    logger.info('the words that are not for here were read again');
  } catch (error) {
    logger.error(`${error instanceof Error ? error.message : String(error)} The words are as they were.`);
  }
}

function announce({ host, workers }: Config, port: number): void {
  const shown = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host;
  const also = workers > 1 ? `${workers} workers share it.\n` : '';
  process.stdout.write(`Flatlands is up: http://${shown}:${port}\n${also}`);
}

/** The first call counts, and all get its outcome. */
function once<A extends unknown[], R>(call: (...args: A) => R): (...args: A) => R {
  let outcome: { readonly value: R } | undefined;
  return (...args) => {
    outcome ??= { value: call(...args) };
    return outcome.value;
  };
}

/** Why the server could not start, in a sentence. */
function startFailure(error: unknown, { port, host }: { readonly port: number; readonly host: string }): string {
  if (error instanceof Disagreement || error instanceof StartFailure || error instanceof StoreError) {
    return error.message;
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `Port ${port} is in use: choose another with --port.`;
  if (code === 'EACCES') return `Port ${port} may not be used by this user: choose one above 1023 with --port.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address ${host}: choose another with --host.`;
  return `The server could not start: ${error instanceof Error ? error.message : String(error)}`;
}

await main();
