import { join } from 'node:path';
import { pino } from 'pino';
import { type App, startApp } from './app.ts';
import { parseConfig } from './config.ts';

/** The built client lies beside the built server. */
const CLIENT_DIR = join(import.meta.dirname, '..', 'client');

async function main(): Promise<void> {
  const parsed = parseConfig(process.argv.slice(2), process.env);
  if (parsed.kind === 'print') {
    (parsed.exitCode === 0 ? process.stdout : process.stderr).write(`${parsed.text}\n`);
    process.exitCode = parsed.exitCode;
    return;
  }
  const { config } = parsed;
  const logger = pino({ level: config.logLevel });
  let app: App;
  try {
    app = await startApp(config, { clientDir: CLIENT_DIR, logger });
  } catch (error) {
    process.stderr.write(`${startFailure(error, config)}\n`);
    process.exit(1);
  }
  const host = ['0.0.0.0', '::'].includes(config.host) ? 'localhost' : config.host;
  process.stdout.write(`Flatlands is up: http://${host}:${app.port}\n`);

  // A second signal while stopping changes nothing.
  const stop = (signal: NodeJS.Signals): void => {
    logger.info({ signal }, 'stopping');
    app.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error(error, 'the stop failed');
        process.exit(1);
      },
    );
  };
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      stop(signal);
    });
  }
}

/** Why the server could not start, in a sentence. */
function startFailure(error: unknown, { port, host }: { readonly port: number; readonly host: string }): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `Port ${port} is in use: choose another with --port.`;
  if (code === 'EACCES') return `Port ${port} may not be used by this user: choose one above 1023 with --port.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `This machine has no address ${host}: choose another with --host.`;
  return `The server could not start: ${error instanceof Error ? error.message : String(error)}`;
}

await main();
