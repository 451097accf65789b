import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
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
  await forgetTyped(stdin, signal);
  const lines = createInterface({ input: stdin, output: stderr, terminal: false });
  try {
    return await answerFrom(lines, question, signal);
  } finally {
    lines.close();
  }
}

/** What was typed arrived by now, if the system has it. Unit: ms. */
const arrivedMs = 50;

/** Forgets what was typed before a question was there, lines and parts of one; a terminal in raw mode hands over both. */
async function forgetTyped(
  stdin: Readable & { setRawMode?(on: boolean): unknown },
  signal: AbortSignal,
): Promise<void> {
  if (!stdin.setRawMode) return;
  let typed = true;
  const onData = () => void (typed = true);
  stdin.setRawMode(true);
  stdin.on('data', onData);
  try {
    while (typed && !signal.aborted) {
      typed = false;
      await delay(arrivedMs, undefined, { signal }).catch(() => {});
    }
  } finally {
    stdin.off('data', onData).pause();
    stdin.setRawMode(false);
  }
}
