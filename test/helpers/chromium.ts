import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProgram } from './program.ts';

export interface Chromium {
  readonly executable: string;
  /** Environment to start it with. */
  readonly env: Record<string, string>;
}

const MODULES = join(import.meta.dirname, '../../node_modules');
const CACHE = join(MODULES, '.cache');

/**
 * The Chromium inside @sparticuz/chromium, unpacked at first use. The package itself unpacks in place and takes a file
 * that exists for a file that is whole, so two that start at once get in each other's way: here each unpacks into a
 * folder of its own, which then gets its name in one step.
 */
export async function chromium(): Promise<Chromium> {
  const packageText = readFileSync(join(MODULES, '@sparticuz/chromium/package.json'), 'utf8');
  const { version } = JSON.parse(packageText) as { version: string };
  const home = join(CACHE, `chromium-${version}`);
  if (!existsSync(home)) await unpack(home);
  return {
    executable: join(home, 'chromium'),
    // A bare machine has no fonts, and another one has others: with these, text looks the same everywhere.
    env: { FONTCONFIG_FILE: join(home, 'fonts.conf'), XDG_CACHE_HOME: join(home, 'cache') },
  };
}

async function unpack(home: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(`${home}-`);
  try {
    // In a process of its own, for the package unpacks to wherever the process keeps its temporary files.
    const script = "import('@sparticuz/chromium').then((module) => module.default.executablePath())";
    const { code, stderr } = await runProgram(process.execPath, ['--eval', script], {
      cwd: dirname(MODULES),
      env: { ...process.env, TMPDIR: folder },
    });
    if (code !== 0) throw new Error(`Chromium cannot be unpacked: ${stderr}`);
    await writeFile(
      join(folder, 'fonts.conf'),
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>` +
        `<dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>\n`,
    );
    await rename(folder, home).catch((error: NodeJS.ErrnoException) => {
      // Somebody else was faster, with the same.
      if (!existsSync(home)) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
