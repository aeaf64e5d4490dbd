import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';
import { until } from '../helpers/until.ts';
import type { Patch } from './patches.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Not in the system's folder: from there the packages are not found. */
const CACHE = join(ROOT, 'node_modules/.cache');
const START_MS = 20_000;

/** @throws Error that says so unless the piece to be replaced is there exactly once */
export function patched(source: string, { file, from, to }: Patch): string {
  const times = source.split(from).length - 1;
  if (times !== 1) {
    const what = `"${from.split('\n', 1)[0]}"`;
    throw new Error(`${file} has ${what}, which is to be replaced, ${times} times instead of once: change the patch.`);
  }
  return source.replace(from, () => to);
}

/** Replaces the piece while the bundler reads the file; the file itself stays as it is. */
function patching(patch: Patch): Plugin {
  const path = join(ROOT, patch.file);
  let isPatched = false;
  return {
    name: 'seeded-defect',
    enforce: 'pre',
    load(id) {
      if (id !== path) return undefined;
      isPatched = true;
      return patched(readFileSync(path, 'utf8'), patch);
    },
    buildEnd(error) {
      if (error === undefined && !isPatched)
        throw new Error(`${patch.file} is no part of the server: change the patch.`);
    },
  };
}

/** The server's program as `npm run build` makes it, with a defect or without, in a folder of its own. */
export class PatchedServer {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws Error unless the patch could be applied */
  static async build(patch?: Patch): Promise<PatchedServer> {
    mkdirSync(CACHE, { recursive: true });
    const folder = mkdtempSync(join(CACHE, 'defect-'));
    const server = new PatchedServer(folder);
    try {
      await build({
        root: ROOT,
        configFile: false,
        publicDir: false,
        logLevel: 'silent',
        plugins: patch === undefined ? [] : [patching(patch)],
        ssr: { external: true },
        build: {
          ssr: join(ROOT, 'server/main.ts'),
          outDir: join(folder, 'server'),
          target: 'node20',
          rolldownOptions: { output: { entryFileNames: 'main.mjs', chunkFileNames: '[name]-[hash].mjs' } },
        },
      });
      return server;
    } catch (error) {
      server.remove();
      throw error;
    }
  }

  /** Has it run, keeping nothing, for as long as its url is in use. */
  async running<T>(use: (url: string) => Promise<T>): Promise<T> {
    const flags = ['--port', '0', '--host', '127.0.0.1', '--log-level', 'warn', '--terrain', 'flat', '--open-spawn'];
    const child = spawn(process.execPath, [join(this.#folder, 'server/main.mjs'), ...flags], {
      cwd: ROOT,
      env: { ...process.env, FLATLANDS_DATA: 'none' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kill = (): void => void child.kill('SIGKILL');
    const ended = once(child, 'exit');
    process.on('exit', kill);
    try {
      return await use(`ws://127.0.0.1:${await portOf(child)}/ws`);
    } finally {
      kill();
      await ended;
      process.off('exit', kill);
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function portOf(child: ChildProcess): Promise<string> {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data: Buffer) => {
      said += data.toString();
    });
  }
  const port = (): string | undefined => {
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}: ${said}`);
    return /^Flatlands is up: http:\/\/\S+:(\d+)$/m.exec(said)?.[1];
  };
  return until('the server was up', port, START_MS);
}
