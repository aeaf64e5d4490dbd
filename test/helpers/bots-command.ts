import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** The bots' program as it is called from a terminal, from its sources, in a process group of its own. */
export class BotsCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  stdout = '';
  stderr = '';

  /** For the test that calls it: what is left of it at its end is killed. */
  constructor(...flags: readonly string[]) {
    this.child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'client/bots/main.ts'), ...flags], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.child.stdout?.on('data', (data: Buffer) => {
      this.stdout += data.toString();
    });
    this.child.stderr?.on('data', (data: Buffer) => {
      this.stderr += data.toString();
    });
    this.ended = once(this.child, 'exit').then(([code]) => code);
    onTestFinished(() => {
      if (this.processes.length > 0) process.kill(-this.pid, 'SIGKILL');
    });
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** The processes that it has started and that have not ended. */
  get parts(): number[] {
    return this.processes.filter((pid) => pid !== this.pid);
  }

  /** All that run in its group. */
  get processes(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && groupOf(name) === this.pid)
      .map(Number);
  }

  /** As a terminal does with Ctrl-C. */
  interrupt(): void {
    process.kill(-this.pid, 'SIGINT');
  }
}

/** The process group of one that has not ended. */
function groupOf(pid: string): number | undefined {
  const file = `/proc/${pid}/stat`;
  try {
    // After the name, which may have anything in it: state, parent, group.
    const [state, , group] = readFileSync(file, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return state === 'Z' ? undefined : Number(group);
  } catch (error) {
    if (existsSync(file)) throw error;
    return undefined;
  }
}
