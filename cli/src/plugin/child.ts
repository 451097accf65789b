import { type Ended, interruptible, runChild as run } from '../child.js';

/** Runs a program to its end. Unit: `limitMs` in ms; then it is ended. Throws: when it can't be started. */
export const runChild = (
  command: string,
  args: readonly string[],
  { limitMs, ...options }: { readonly cwd: string; readonly limitMs: number; readonly env?: NodeJS.ProcessEnv },
): Promise<Ended> =>
  interruptible((signal) =>
    run(command, args, { ...options, signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]) }),
  );
