import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './program.ts';

/**
 * A folder on a disk of its own, of which tests say how large it is and whether it may be written to. Where nothing
 * may be mounted there is none, and tests make do with what they can do to a process.
 */
export class TightDisk {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @returns undefined where nothing may be mounted */
  static async mount(bytes: number): Promise<TightDisk | undefined> {
    const folder = await mkdtemp(join(tmpdir(), 'flatlands-disk-'));
    const { code } = await runProgram('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]);
    if (code === 0) return new TightDisk(folder);
    await rm(folder, { recursive: true });
    return undefined;
  }

  async resize(bytes: number): Promise<void> {
    await this.#remount(`size=${bytes}`);
  }

  /** Nothing on it may be open for writing. */
  async makeReadOnly(): Promise<void> {
    await this.#remount('ro');
  }

  async close(): Promise<void> {
    await runProgram('umount', [this.folder]);
    await rm(this.folder, { recursive: true, force: true });
  }

  async #remount(options: string): Promise<void> {
    const { code, stderr } = await runProgram('mount', ['-o', `remount,${options}`, this.folder]);
    if (code !== 0) throw new Error(`${this.folder} could not be remounted: ${stderr}`);
  }
}
