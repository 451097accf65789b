import { createInterface } from 'node:readline';
import type { Host } from '@rustic-ai/kernel/contracts';
import { answerFrom } from './lines.js';
import { createQuiet } from './quiet.js';
import type { TerminalInput } from './screen/terminal-size.js';
import type { Streams } from './streams.js';

/** Unit: ms between two Ctrl+C that together mean leaving. */
const leaveWithinMs = 2_000;

/** The line at which a person types, with a history in memory. */
export interface Prompt {
  /** The next line; undefined when the person leaves or `signal` is aborted. */
  next(signal: AbortSignal): Promise<string | undefined>;
  /** The line typed after this question; never one typed before it. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>;
  /** Whether something is typed that was not entered yet, so that the cursor is not at the start of a line. */
  readonly typing: boolean;
  /** Takes lines that nobody waits for, from now on; undefined: they are the next ones. */
  onLine(take: ((line: string) => void) | undefined): void;
  /** What Ctrl+C does from now on; undefined: it clears the line, and on an empty one leaves. */
  onInterrupt(interrupt: (() => void) | undefined): void;
  close(): void;
}

export function createPrompt(
  { stdin, stdout }: Streams,
  mark: string,
  host: Pick<Host, 'monotonicMs' | 'suspend'>,
): Prompt {
  const terminal = Boolean(stdin.isTTY && stdout.isTTY);
  const lines = createInterface({ input: stdin, output: stdout, terminal, historySize: 1_000 });
  const typedAhead: string[] = [];
  let waiting: ((line: string | undefined) => void) | undefined;
  let interrupt: (() => void) | undefined;
  let take: ((line: string) => void) | undefined;
  let asking = false;
  let closed = false;
  let pressedMs = -Infinity;
  let history: readonly string[] = [];
  /** What was being typed when a question came; put back with the next prompt. */
  let draft = '';

  const clear = () => {
    if (!terminal || lines.line === '') return;
    lines.write(null, { ctrl: true, name: 'e' });
    lines.write(null, { ctrl: true, name: 'u' });
  };
  const quiet = createQuiet();
  if (terminal) stdin.prependListener('keypress', quiet.typed);
  lines.on('line', (line) => {
    pressedMs = -Infinity;
    // Who has just sent a prompt is not in the middle of anything; who answers or adds to a turn may be.
    if (waiting) quiet.sent();
    if (asking) return;
    if (waiting) waiting(line);
    else if (take) take(line);
    else typedAhead.push(line);
  });
  lines.on('close', () => {
    closed = true;
    waiting?.(undefined);
  });
  // An answer to a question is no prompt to go back to.
  lines.on('history', (kept: string[]) => {
    if (asking) kept.splice(0, kept.length, ...history);
    else history = [...kept];
  });
  lines.on('SIGINT', () => {
    if (interrupt) return interrupt();
    if (lines.line !== '') return clear();
    if (host.monotonicMs() - pressedMs <= leaveWithinMs) return lines.close();
    pressedMs = host.monotonicMs();
    stdout.write('\npress Ctrl+C again to exit\n');
    lines.prompt();
  });

  // Left to itself, it would end on going on: it stops reading, and nothing else keeps the process.
  lines.on('SIGTSTP', () => void suspend());
  const suspend = async () => {
    if (!host.suspend) return;
    const input: TerminalInput = stdin;
    input.setRawMode?.(false);
    await host.suspend();
    if (closed) return;
    input.setRawMode?.(true);
    if (waiting || asking) lines.prompt(true);
  };

  return {
    next(signal) {
      const ready = typedAhead.shift();
      if (ready !== undefined) return Promise.resolve(ready);
      if (closed || signal.aborted) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const onAbort = () => waiting?.(undefined);
        waiting = (line) => {
          waiting = undefined;
          signal.removeEventListener('abort', onAbort);
          resolve(line);
        };
        signal.addEventListener('abort', onAbort, { once: true });
        lines.setPrompt(terminal ? mark : '');
        const typed = draft + lines.line;
        if (draft !== '') clear();
        lines.prompt(true);
        if (draft !== '') lines.write(typed);
        draft = '';
      });
    },
    async ask(question, signal) {
      await quiet.settled(signal);
      if (closed) return undefined;
      lines.setPrompt('');
      draft += lines.line;
      clear();
      asking = true;
      const answer = await answerFrom(lines, question, signal);
      asking = false;
      lines.setPrompt('');
      if (!closed) clear();
      return answer;
    },
    get typing() {
      return terminal && lines.line !== '';
    },
    onLine: (next) => void (take = next),
    onInterrupt: (next) => void (interrupt = next),
    close() {
      stdin.off('keypress', quiet.typed);
      lines.close();
    },
  };
}
