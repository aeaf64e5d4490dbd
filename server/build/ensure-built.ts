import { join } from 'node:path';
import { artifactsFresh, replaceBuild } from './artifacts.ts';
import { fingerprint } from './fingerprint.ts';
import { measureLoad, sizeTable } from './load-size.ts';

export type Outcome =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'built' }
  | { readonly kind: 'failed'; readonly why: string };

export interface BuildRequest {
  /** The project's folder. */
  readonly root: string;
  /** Builds even what is fresh. */
  readonly force: boolean;
  /** Takes pieces of one line of progress, and then what the client has come to weigh. */
  readonly say: (text: string) => void;
}

/** All that a build depends on: the lock file stands for the tools. */
const INPUTS = ['client', 'shared', 'server', 'public', 'package.json', 'package-lock.json'];

/**
 * Builds dist/client, dist/server, dist/bots and dist/core unless they were built from these very inputs. What was there
 * before stays in place until everything is built. Two runs at once build twice, and the last one to finish is the one kept.
 */
export async function ensureBuilt({ root, force, say }: BuildRequest): Promise<Outcome> {
  const inputs = fingerprint(root, INPUTS);
  if (!force && artifactsFresh(root, inputs)) return { kind: 'fresh' };

  const startedMs = performance.now();
  say('Building the client and server … ');
  try {
    await replaceBuild(root, inputs, async (folder) => {
      // Imported only here, for most starts find a fresh build and need not wait for the bundler to load.
      const { bundleAll } = await import('./bundles.ts');
      await bundleAll(root, folder);
    });
  } catch (error) {
    say('\n');
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
  say(`done in ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
  say(sizeTable(measureLoad(join(root, 'dist/client'))));
  return { kind: 'built' };
}
