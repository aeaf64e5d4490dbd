import { spawn } from 'node:child_process';

export interface ChildOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program to its end with its output on ours and nothing to read, and gives its exit code: 127 when it cannot
 * be started, 1 when a signal ended it. A signal that asks this process to stop
 * is handed on to the program first.
 */
export function run(command: string, args: readonly string[], options: ChildOptions = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    let stoppedBy: NodeJS.Signals | undefined;
    const forward = (signal: NodeJS.Signals): void => {
      stoppedBy = signal;
      child.kill(signal);
    };
    process.on('SIGINT', forward).on('SIGTERM', forward);
    const end = (code: number): void => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      // Whoever asked us to stop meant the whole of it, and not this step.
      if (stoppedBy !== undefined) process.kill(process.pid, stoppedBy);
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(`${command} cannot be started: ${error.message}`);
      end(127);
    });
    child.on('close', (code) => end(code ?? 1));
  });
}
