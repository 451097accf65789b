import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  type Command,
  type Host,
  type ProcessEnd,
  type StartOptions,
  type Workspace,
  workspaceError,
} from '@rustic-ai/kernel/contracts';
import { createOutput } from './output.js';
import { openFolder, type Places } from './places.js';

const variables = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TERM', 'TZ', 'TMPDIR', 'SHELL'];
/** What makes bash run something before a line, or read it otherwise. Source: bash(1), "Shell Variables". */
const steersShell = /^(BASH_ENV|ENV|SHELLOPTS|BASHOPTS|BASH_FUNC_.*)$/;
/** How long a command that is asked to end may take. Unit: ms. */
const graceMs = 500;
/** The longest a timer waits. Unit: ms. Source: Node's timers, TIMEOUT_MAX. */
const maxTimerMs = 2 ** 31 - 1;
const argvOf = (command: Command): readonly string[] =>
  'line' in command ? ['bash', '--noprofile', '--norc', '-c', command.line] : command.argv;
type Begin = Pick<StartOptions, 'cwd' | 'env' | 'signal'> & {
  readonly onBytes: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
};

/** Runs commands, each in a process group of its own. `dispose` ends those that still run. */
export function createCommands(
  places: Places,
  env: Host['env'],
): Pick<Workspace, 'exec' | 'start'> & { dispose(): Promise<void> } {
  const running = new Map<() => void, Promise<unknown>>();

  async function begin(command: Command, { cwd = '.', env: given, signal, onBytes }: Begin) {
    const folder = await openFolder(cwd, await places.inside(cwd));
    signal.throwIfAborted();
    const [program = '', ...args] = argvOf(command);
    const all = Object.entries({ ...env(variables), ...given });
    const own = Object.fromEntries('line' in command ? all.filter(([name]) => !steersShell.test(name)) : all);
    const child = spawn(program, args, { cwd: folder, env: own, detached: true });
    const { pid } = child;
    if (pid === undefined) {
      const [cause] = (await once(child, 'error')) as [Error];
      throw workspaceError('RUSTIC_EXEC_FAILED', { command: program, reason: cause.message }, cause);
    }
    const kill = (how: 'SIGTERM' | 'SIGKILL') => {
      try {
        process.kill(-pid, how);
      } catch {
        // All of the group has ended.
      }
    };
    let late: NodeJS.Timeout | undefined;
    let failure: { readonly error: unknown } | undefined;
    const stop = () => {
      if (late) return;
      kill('SIGTERM');
      late = setTimeout(() => {
        kill('SIGKILL');
        // Whoever left the group would hold them open.
        for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
      }, graceMs);
    };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].on('data', (chunk: Buffer) => {
        try {
          if (!failure) onBytes(stream, chunk);
        } catch (error) {
          failure = { error };
          stop();
        }
      });
    // Whoever does not read what it is given breaks the pipe.
    child.stdin.on('error', () => {});
    const ended = once(child, 'close').then(([exitCode, signalName]): ProcessEnd => {
      clearTimeout(late);
      kill('SIGKILL');
      running.delete(stop);
      signal.removeEventListener('abort', stop);
      if (failure) throw failure.error;
      return { exitCode: exitCode as number | null, ...(typeof signalName === 'string' && { signalName }) };
    });
    ended.catch(() => {});
    running.set(stop, ended);
    signal.addEventListener('abort', stop, { once: true });
    return { pid, stdin: child.stdin, ended, stop };
  }

  return {
    async exec(command, { stdin = '', timeLimitMs, maxBytes, onOutput, ...options }) {
      const outputs = { stdout: createOutput(maxBytes), stderr: createOutput(maxBytes) };
      const tell = telling(onOutput);
      const begun = await begin(command, {
        ...options,
        onBytes(stream, chunk) {
          outputs[stream].push(chunk);
          tell(stream, chunk);
        },
      });
      begun.stdin.end(stdin);
      let timedOut = false;
      const late = () => {
        timedOut = true;
        begun.stop();
      };
      const timer = setTimeout(late, Math.min(timeLimitMs, maxTimerMs));
      const end = await begun.ended.finally(() => clearTimeout(timer));
      options.signal.throwIfAborted();
      const [stdout, stderr] = [outputs.stdout.end(), outputs.stderr.end()];
      const truncatedBytes = stdout.leftOut + stderr.leftOut;
      return { ...end, stdout: stdout.text, stderr: stderr.text, truncatedBytes, timedOut };
    },
    async start(command, { terminal, onOutput, ...options }) {
      if (terminal)
        throw workspaceError('RUSTIC_EXEC_FAILED', {
          command: argvOf(command)[0] ?? '',
          reason: 'there is no terminal',
        });
      const { pid, stdin, ended, stop } = await begin(command, { ...options, onBytes: telling(onOutput) });
      return {
        pid,
        ended,
        write: (text) =>
          new Promise((resolve, reject) => {
            const closed = (cause?: unknown) => reject(workspaceError('RUSTIC_EXEC_CLOSED', { pid }, cause));
            if (!stdin.writable) return closed();
            stdin.write(text, (error) => (error ? closed(error) : resolve()));
          }),
        endInput: () => void stdin.end(),
        resize: () => {},
        stop,
      };
    },
    async dispose() {
      for (const stop of running.keys()) stop();
      await Promise.allSettled(running.values());
    },
  };
}

/** Tells of bytes as text; a character that comes in two pieces is told when it is whole. */
function telling(onOutput: StartOptions['onOutput'] | undefined): Begin['onBytes'] {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  return (stream, chunk) => {
    const text = onOutput ? decoders[stream].decode(chunk, { stream: true }) : '';
    if (text) onOutput?.({ stream, text });
  };
}
