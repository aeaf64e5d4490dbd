import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
/** Not in the system's folder: from there the packages are not found. */
const CACHE = join(ROOT, 'node_modules/.cache');

/** Programs of a benchmark as one runs them, bundled: what a loader adds to code while it runs would be measured too. */
export class BundledPrograms<N extends string> {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    process.on('exit', this.remove);
  }

  /** @param entries their sources by name, from the folder of the project */
  static async build<N extends string>(entries: Readonly<Record<N, string>>): Promise<BundledPrograms<N>> {
    mkdirSync(CACHE, { recursive: true });
    const folder = mkdtempSync(join(CACHE, 'bench-'));
    const programs = new BundledPrograms<N>(folder);
    try {
      // It takes a while to load, and whoever asks for help does not need it.
      const { build } = await import('vite');
      await build({
        root: ROOT,
        configFile: false,
        publicDir: false,
        logLevel: 'silent',
        ssr: { external: true },
        build: {
          ssr: true,
          outDir: folder,
          emptyOutDir: false,
          target: 'node20',
          rolldownOptions: {
            input: entries as Record<string, string>,
            // Nothing above says that these are modules, so their names do.
            output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
          },
        },
      });
      return programs;
    } catch (error) {
      programs.remove();
      throw error;
    }
  }

  file(name: N): string {
    return join(this.#folder, `${name}.mjs`);
  }

  readonly remove = (): void => {
    process.off('exit', this.remove);
    rmSync(this.#folder, { recursive: true, force: true });
  };
}
