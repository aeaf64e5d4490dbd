import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The sources are checked elsewhere: here they are only read. */
const FLAGS = [
  '--ignoreConfig',
  '--declaration',
  '--emitDeclarationOnly',
  '--noCheck',
  '--skipLibCheck',
  '--strict',
  '--exactOptionalPropertyTypes',
  '--allowImportingTsExtensions',
  ...['--target', 'es2023'],
  ...['--module', 'esnext'],
  ...['--moduleResolution', 'bundler'],
];

/**
 * Writes the type declarations of a module, and of all that it imports, into `outDir`, laid out as the sources are.
 * Does nothing where there is no compiler: a host that installed what the server needs has nobody to read them.
 */
export async function declareTypes(root: string, entry: string, outDir: string): Promise<void> {
  const compiler = compilerOf(root);
  if (compiler === undefined) return;
  try {
    await promisify(execFile)(process.execPath, [compiler, entry, '--outDir', outDir, '--rootDir', '.', ...FLAGS], {
      cwd: root,
    });
  } catch (error) {
    const { stdout } = error as { stdout?: string };
    throw new Error(`The types of ${entry} could not be written.\n${stdout || (error as Error).message}`);
  }
}

function compilerOf(root: string): string | undefined {
  const { resolve } = createRequire(join(root, 'package.json'));
  try {
    return join(dirname(resolve('typescript/package.json')), 'bin/tsc');
  } catch {
    return undefined;
  }
}
