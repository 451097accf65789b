import { isRusticError } from '@rustic-ai/kernel';
import { runChild } from '../child.js';
import { cliError } from '../errors.js';

/** How much of what a package manager says is kept for an error. Unit: characters. */
const keptChars = 2_000;

/**
 * Runs a package manager to its end; it reads nothing and its words go into an error, never to the terminal.
 *
 * Shape: what it wrote to its output.
 * Throws: `RUSTIC_INSTALL_FAILED`.
 * Cancel: ends it and everything it started, and settles when it has ended.
 */
export async function runManager(parts: {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly signal: AbortSignal;
}): Promise<string> {
  const { command, args, folder, signal } = parts;
  const what = `${command} ${args.filter((arg) => !arg.startsWith('-')).join(' ')}`;
  const refuse = (reason: string, cause?: unknown) => cliError('RUSTIC_INSTALL_FAILED', { what, reason }, cause);
  signal.throwIfAborted();
  const running = runChild(command, args, { cwd: folder, signal });
  const { code, killed, stdout, stderr } = await running.catch((error: Error) => {
    throw refuse(`it can not be started (${error.message})`, error);
  });
  const why: unknown = signal.reason;
  if (signal.aborted) throw isRusticError(why) ? why : refuse('it was ended before it was done', why);
  if (code === 0) return stdout;
  const said = stderr.trim() === '' ? stdout : stderr;
  const words = said
    .slice(-keptChars)
    .trim()
    .replace(/\n?npm error A complete log[^]*$/, '');
  throw refuse(killed || !words ? `it ended with ${killed ?? code}` : words);
}
