/**
 * Builds the browser client, the server, the bots and the client's core into dist/, when they are missing or stale;
 * `--force` builds always. `npm start` runs it first, so it says nothing when there is nothing to do.
 */
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ensureBuilt } from './build/ensure-built.ts';

const args = process.argv.slice(2);
const strange = args.find((arg) => arg !== '--force');
if (strange !== undefined) {
  console.error(`There is no flag ${strange}; the build takes --force or nothing.`);
  process.exit(2);
}

// A development build that slipped in by the environment would be slower and is never meant here.
process.env.NODE_ENV = 'production';

const outcome = await ensureBuilt({
  root: join(import.meta.dirname, '..'),
  force: args.length > 0,
  say: (text) => process.stdout.write(text),
});
if (outcome.kind === 'failed') {
  const why = process.stderr.isTTY ? outcome.why : stripVTControlCharacters(outcome.why);
  console.error(`The client and server could not be built.\n${why.trimEnd()}`);
  process.exit(1);
}
