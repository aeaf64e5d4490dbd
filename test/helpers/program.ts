import { execFile } from 'node:child_process';

export interface ProgramResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; rejects only when it cannot be started. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(file, args, { ...options, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (child.pid === undefined) reject(error);
      else resolve({ code: child.exitCode, signal: child.signalCode, stdout, stderr });
    });
    child.stdin?.end();
  });
}
