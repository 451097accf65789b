import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** How a program ended, and all it wrote. */
export interface Ended {
  /** `null`: a signal ended it. */
  readonly code: number | null;
  readonly killed: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long a program has to end once it was told to. Unit: ms. */
const graceMs = 3_000;
/** What it may write on each of its two streams; one that writes more is killed. Unit: characters. */
const most = 16_000_000;

/**
 * Runs a program to its end; it reads nothing.
 *
 * Throws: when it can't be started.
 * Cancel: ends it and everything it started, and settles when that has ended.
 */
export async function runChild(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly signal: AbortSignal; readonly env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  const { cwd, signal, env = process.env } = options;
  signal.throwIfAborted();
  // A group of its own, so that nothing of it goes on writing once it was ended.
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let timer: NodeJS.Timeout | undefined;
  const send = (name: NodeJS.Signals) => {
    try {
      process.kill(-(child.pid ?? Number.NaN), name);
    } catch {
      child.kill(name);
    }
  };
  const cancel = () => {
    send('SIGTERM');
    timer = setTimeout(() => send('SIGKILL'), graceMs);
  };
  signal.addEventListener('abort', cancel, { once: true });
  const ending = new Promise<Pick<Ended, 'code' | 'killed'>>((resolve, reject) =>
    child.once('error', reject).once('close', (code, killed) => resolve({ code, killed })),
  );
  try {
    const read = (stream: Readable) => textOf(stream, () => send('SIGKILL'));
    const [ended, stdout, stderr] = await Promise.all([ending, read(child.stdout), read(child.stderr)]);
    return { ...ended, stdout, stderr };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  }
}

async function textOf(stream: Readable, tooMuch: () => void): Promise<string> {
  let text = '';
  for await (const part of stream.setEncoding('utf8')) {
    if (text.length + String(part).length > most) tooMuch();
    else text += String(part);
  }
  return text;
}

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does work that a signal to this program ends first, so that nothing it started outlives the program. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  // Whoever listens already decides what becomes of the program.
  const alone = endings.every((name) => process.listenerCount(name) === 0);
  let told: NodeJS.Signals | undefined;
  const on = (name: NodeJS.Signals) => {
    told ??= name;
    controller.abort();
  };
  for (const name of endings) process.on(name, on);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of endings) process.off(name, on);
    if (told && alone) process.kill(process.pid, told);
  }
}
