import { createInterface } from 'node:readline/promises';

/** Whether there is somebody to ask. */
export const canAsk = (): boolean => Boolean(process.stdin.isTTY && process.stderr.isTTY);

/**
 * Asks on the terminal.
 *
 * Shape: what was typed, trimmed; '' at the end of the input.
 * Cancel: rejects with the reason of `signal`; Ctrl+C counts as SIGINT.
 */
export async function ask(question: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    return (await Promise.race([terminal.question(question, { signal }), closed])).trim();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    terminal.close();
  }
}

/** Only `y` and `yes` are a yes; without a terminal the answer is no. */
export const agree = async (question: string, signal: AbortSignal): Promise<boolean> =>
  canAsk() && /^y(es)?$/i.test(await ask(`${question} [y/N] `, signal));
