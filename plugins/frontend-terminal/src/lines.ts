import { createInterface, type Interface } from 'node:readline';
import type { Streams } from './streams.js';

/**
 * Puts a question and resolves to the line typed after it; to undefined once there can be none.
 *
 * Shape: lines that arrive together were pasted and come as one text.
 * Cancel: resolves to undefined.
 */
export function answerFrom(lines: Interface, question: string, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    const typed: string[] = [];
    const done = (answer: string | undefined) => {
      lines.off('line', onLine).off('close', onClose);
      signal.removeEventListener('abort', onAbort);
      resolve(answer);
    };
    const onLine = (line: string) => {
      if (typed.push(line) === 1) setImmediate(() => done(signal.aborted ? undefined : typed.join('\n')));
    };
    const onClose = () => void (typed.length === 0 && done(undefined));
    const onAbort = () => done(undefined);
    lines.on('line', onLine).on('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
    lines.setPrompt(question);
    lines.prompt();
  });
}

/** Asks one question on stderr. The terminal edits the line itself, so Ctrl+C stays a signal to the process. */
export async function askOnce(
  { stdin, stderr }: Pick<Streams, 'stdin' | 'stderr'>,
  question: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const lines = createInterface({ input: stdin, output: stderr, terminal: false });
  try {
    return await answerFrom(lines, question, signal);
  } finally {
    lines.close();
  }
}
