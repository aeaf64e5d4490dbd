import { join } from 'node:path';
import { build, type InlineConfig } from 'vite';

/** The oldest Node that the server runs on. */
const SERVER_TARGET = 'node20';

/** Bundles the browser client, the server and the bots into `folder`. Throws the bundler's error at the first fault. */
export async function bundleAll(root: string, folder: string): Promise<void> {
  await build(clientBundle(root, join(folder, 'client')));
  await build(nodeBundle(root, 'server/main.ts', join(folder, 'server')));
  await build(nodeBundle(root, 'client/bots/main.ts', join(folder, 'bots')));
}

const clientBundle = (root: string, outDir: string): InlineConfig => ({
  configFile: join(root, 'client/vite.config.ts'),
  // The other loaders write a temporary file among the sources or their modules, which may be read-only.
  configLoader: 'runner',
  logLevel: 'silent',
  build: { outDir, emptyOutDir: true },
});

/** A program for Node: our own files in one, packages left where npm put them. */
const nodeBundle = (root: string, entry: string, outDir: string): InlineConfig => ({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'silent',
  ssr: { external: true },
  build: {
    ssr: join(root, entry),
    outDir,
    emptyOutDir: true,
    target: SERVER_TARGET,
    sourcemap: true,
    rolldownOptions: { output: { entryFileNames: 'main.js', chunkFileNames: '[name]-[hash].js' } },
  },
});
