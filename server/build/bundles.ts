import { join } from 'node:path';
import { build, type InlineConfig } from 'vite';
import { compressFiles } from './compress.ts';
import { declareTypes } from './declarations.ts';

/** The oldest Node that the server runs on. */
const SERVER_TARGET = 'node20';
/** What front ends and bots of others import: for browsers of the last years and for Node. */
const CORE_TARGET = 'es2022';
const CORE_ENTRY = 'client/core/index.ts';

/**
 * Bundles the browser client, the server, the bots and the client's core into `folder`. Throws the bundler's error at
 * the first fault.
 */
export async function bundleAll(root: string, folder: string): Promise<void> {
  await build(clientBundle(root, join(folder, 'client')));
  await build(adminBundle(root, join(folder, 'client/admin')));
  // Packing and declaring go on beside the bundler. All are waited for, also after a fault: the folder is not theirs then.
  const outcomes = await Promise.allSettled([
    compressFiles(join(folder, 'client')),
    declareTypes(root, CORE_ENTRY, join(folder, 'core/types')),
    bundlePrograms(root, folder),
  ]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

async function bundlePrograms(root: string, folder: string): Promise<void> {
  await build(nodeBundle(root, 'server/main.ts', join(folder, 'server')));
  await build(nodeBundle(root, 'client/bots/main.ts', join(folder, 'bots')));
  await build(coreBundle(root, join(folder, 'core')));
}

const clientBundle = (root: string, outDir: string): InlineConfig => ({
  configFile: join(root, 'client/vite.config.ts'),
  // The other loaders write a temporary file among the sources or their modules, which may be read-only.
  configLoader: 'runner',
  logLevel: 'silent',
  build: { outDir, emptyOutDir: true },
});

/** The page of those who run the servers: apart, so that nobody who plays loads anything for it. */
const adminBundle = (root: string, outDir: string): InlineConfig => ({
  root: join(root, 'client/admin'),
  base: '/admin/',
  configFile: false,
  publicDir: false,
  logLevel: 'silent',
  build: { outDir, emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
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

/** One file that imports nothing, to be read as it is. */
const coreBundle = (root: string, outDir: string): InlineConfig => ({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'silent',
  build: {
    lib: { entry: join(root, CORE_ENTRY), formats: ['es'], fileName: () => 'main.js' },
    outDir,
    // The types come there too.
    emptyOutDir: false,
    target: CORE_TARGET,
    minify: false,
    sourcemap: true,
  },
});
