import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { createCappedOutput } from './capped-output.js';
import { guardGroup, killGroup } from './group.js';

/** How long a stopped command may take to clean up before it is killed. Unit: ms. */
export const graceMs = 500;

type Stream = 'stdout' | 'stderr';
export interface Watched {
  /** Settles when the command and whatever holds its output have ended, or shortly after `stop`. */
  readonly ended: Promise<Ending>;
  /** Ends the whole group. */
  stop(): void;
}
export interface Ending {
  readonly exitCode: number | null;
  readonly signalName?: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncatedBytes: number;
}
export interface WatchOptions {
  readonly maxBytes: number;
  readonly onOutput?: ((chunk: { readonly stream: Stream; readonly text: string }) => void) | undefined;
}

/** Follows a child that leads its own process group; nothing of the group is left when `ended` settles. */
export function watchChild(child: ChildProcess, group: number, options: WatchOptions): Watched {
  const unguard = guardGroup(group);
  const outputs = { stdout: createCappedOutput(options.maxBytes), stderr: createCappedOutput(options.maxBytes) };
  const killed = Promise.withResolvers<void>();
  const exit = Promise.withResolvers<void>();
  let exited: Pick<Ending, 'exitCode' | 'signalName'> = { exitCode: null, signalName: 'SIGKILL' };
  let stopping: NodeJS.Timeout | undefined;
  let failure: { readonly error: unknown } | undefined;

  const stop = () => {
    if (stopping) return;
    killGroup(group, 'SIGTERM');
    stopping = setTimeout(() => {
      killGroup(group, 'SIGKILL');
      // Held by a process that left the group, they would never close.
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy();
      // A process in an uninterruptible wait does not even notice SIGKILL.
      stopping = setTimeout(killed.resolve, graceMs);
    }, graceMs);
  };
  const tell = (stream: Stream, text: string) => {
    if (failure || !text) return;
    try {
      options.onOutput?.({ stream, text });
    } catch (error) {
      failure = { error };
      stop();
    }
  };
  const follow = async (stream: Stream, source: Readable | null) => {
    if (!source) return;
    const decoder = options.onOutput && new TextDecoder('utf-8', { ignoreBOM: true });
    source.on('data', (chunk: Buffer) => {
      outputs[stream].push(chunk);
      if (decoder) tell(stream, decoder.decode(chunk, { stream: true }));
    });
    source.on('error', () => {});
    await new Promise((resolve) => source.once('close', resolve));
    if (decoder) tell(stream, decoder.decode());
  };
  child.once('exit', (exitCode, signalName) => {
    exited = { exitCode, ...(signalName && { signalName }) };
    exit.resolve();
  });
  const closed = Promise.all([exit.promise, follow('stdout', child.stdout), follow('stderr', child.stderr)]);

  const ended = Promise.race([closed, killed.promise]).then(() => {
    clearTimeout(stopping);
    killGroup(group, 'SIGKILL');
    unguard();
    if (failure) throw failure.error;
    const [stdout, stderr] = [outputs.stdout.result(), outputs.stderr.result()];
    const truncatedBytes = stdout.truncatedBytes + stderr.truncatedBytes;
    return { ...exited, stdout: stdout.text, stderr: stderr.text, truncatedBytes };
  });
  // Whoever asked may come for the outcome later.
  ended.catch(() => {});
  return { ended, stop };
}
