import { spawn } from 'node:child_process';
import { cliError } from '../errors.js';

/** How much of what a package manager says is kept for an error. Unit: characters. */
const keptChars = 2_000;
/** How long it has to end once it was told to. Unit: ms. */
const graceMs = 3_000;

/**
 * Runs a package manager to its end; it reads nothing and its words go into an error, never to the terminal.
 *
 * Shape: what it wrote to its output.
 * Throws: `RUSTIC_INSTALL_FAILED`.
 * Cancel: ends it and everything it started, and settles when it has ended.
 */
export function runManager(parts: {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly signal: AbortSignal;
}): Promise<string> {
  const { command, args, folder, signal } = parts;
  const what = `${command} ${args.filter((arg) => !arg.startsWith('-')).join(' ')}`;
  const refuse = (reason: string, cause?: unknown) => cliError('RUSTIC_INSTALL_FAILED', { what, reason }, cause);
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // A group of its own, so that nothing of it goes on writing once it was ended.
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let [out, said] = ['', ''];
    let timer: NodeJS.Timeout | undefined;
    const end = (name: NodeJS.Signals) => {
      try {
        process.kill(-(child.pid ?? Number.NaN), name);
      } catch {
        child.kill(name);
      }
    };
    const cancel = () => {
      end('SIGTERM');
      timer = setTimeout(() => end('SIGKILL'), graceMs);
    };
    signal.addEventListener('abort', cancel, { once: true });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-keptChars)));
    child.once('error', (error) => reject(refuse(`it can not be started (${error.message})`, error)));
    child.once('close', (code, killed) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      if (signal.aborted) return reject(signal.reason as Error);
      if (code === 0) return resolve(out);
      const words = (said.trim() || out.slice(-keptChars).trim()).replace(/\n?npm error A complete log[^]*$/, '');
      reject(refuse(killed || !words ? `it ended with ${killed ?? code}` : words));
    });
  });
}
