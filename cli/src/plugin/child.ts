import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface Ended {
  /** `null`: a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Unit: `limitMs` in ms; then it is killed. Throws: when it can't be started. */
export async function runChild(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly limitMs: number; readonly env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  const { cwd, limitMs: timeout, env = process.env } = options;
  const child = spawn(command, args, { cwd, env, timeout, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}
