import {
  type Command,
  type ExecResult,
  type Host,
  type StartedProcess,
  type StartOptions,
  type Workspace,
  workspaceError,
} from '@rustic-ai/kernel/contracts';
import { watchChild, type WatchOptions } from './child.js';
import { childEnvironment } from './environment.js';
import { asWorkspaceError, reasonOf } from './errors.js';
import { openFolder } from './folder.js';
import type { Places } from './paths.js';
import type { Sandbox } from './sandbox.js';
import { createStrays } from './strays.js';
import { startInTerminal } from './terminal.js';

/** The longest a timer can wait. Unit: ms. Source: Node's timers, TIMEOUT_MAX. */
const maxTimerMs = 2 ** 31 - 1;

interface Placed {
  readonly argv: readonly [string, readonly string[]];
  /** The folder, however its path changes meanwhile. */
  readonly cwd: string;
  readonly env: Record<string, string>;
}

/** Runs commands. `dispose` stops those that still run and waits for their end. */
export function createExec({ places, env, sandbox }: { places: Places; env: Host['env']; sandbox: Sandbox }): {
  exec: Workspace['exec'];
  start: Workspace['start'];
  dispose(): Promise<void>;
} {
  const running = new Set<Pick<StartedProcess, 'stop'> & { readonly ended: Promise<unknown> }>();
  const closing = new AbortController();
  const strays = createStrays();

  /** Starts something in its folder. Throws: `RUSTIC_FS_*` of the folder, `RUSTIC_EXEC_*`. */
  async function placed<T extends { readonly ended: Promise<unknown> }>(
    command: Command,
    options: Pick<StartOptions, 'cwd' | 'env' | 'signal' | 'terminal'>,
    begin: (one: Placed) => Promise<T>,
  ): Promise<T> {
    const path = options.cwd ?? '.';
    const folder = await places
      .inside(path)
      .then((real) => openFolder({ root: places.root, real, make: false }))
      .catch((error: unknown) => {
        throw asWorkspaceError(error, path);
      });
    try {
      const argv = await sandbox.around(programOf(command), { terminal: options.terminal !== undefined });
      options.signal.throwIfAborted();
      closing.signal.throwIfAborted();
      const own = childEnvironment({ env, given: options.env ?? {}, shell: 'line' in command });
      const mark = strays.mark();
      const begun = await begin({ argv, cwd: folder.path, env: { ...own, ...mark } });
      const over = () => void strays.end(mark);
      begun.ended.then(over, over);
      return begun;
    } finally {
      await folder.close();
    }
  }

  const startChild = (
    command: Command,
    options: WatchOptions & Pick<StartOptions, 'cwd' | 'env' | 'signal'>,
    stdin: { readonly input: string } | { readonly stdin: 'ignore' | 'pipe' },
  ) =>
    placed(command, options, async ({ argv: [program, args], cwd, env: own }) => {
      const { execa } = await import('execa');
      const failed = (cause: unknown) =>
        workspaceError('RUSTIC_EXEC_FAILED', { command: program, reason: reasonOf(cause) }, cause);
      const spawn = () =>
        execa(program, args, {
          ...{ cwd, env: own, ...stdin },
          extendEnv: false,
          // Its own process group, so that all of it can be ended.
          detached: true,
          cleanup: false,
          buffer: false,
          reject: false,
          encoding: 'buffer',
        });
      let child: ReturnType<typeof spawn>;
      try {
        child = spawn();
      } catch (error) {
        throw failed(error);
      }
      if (child.pid === undefined) throw failed((await child).cause);
      const { pid, nodeChildProcess } = child;
      const watched = watchChild(nodeChildProcess, pid, options);
      running.add(watched);
      return { watched, pid, input: nodeChildProcess.stdin, ended: watched.ended };
    });

  const startWithPipes = async (command: Command, options: StartOptions): Promise<StartedProcess> => {
    const { watched, pid, input } = await startChild(command, { ...options, maxBytes: 0 }, { stdin: 'pipe' });
    // A process that ends with unread input breaks its pipe; `write` says so.
    input?.on('error', () => {});
    return {
      pid,
      ended: watched.ended.then(({ exitCode, signalName }) => ({ exitCode, ...(signalName && { signalName }) })),
      write: (text) =>
        new Promise((resolve, reject) => {
          const closed = (cause?: unknown) => reject(workspaceError('RUSTIC_EXEC_CLOSED', { pid }, cause));
          if (!input?.writable) return closed();
          input.write(text, (error) => (error ? closed(error) : resolve()));
        }),
      endInput: () => void input?.end(),
      resize: () => {},
      stop: watched.stop,
    };
  };
  async function start(command: Command, options: StartOptions): Promise<StartedProcess> {
    const { signal, terminal } = options;
    signal.throwIfAborted();
    const started = await (terminal
      ? placed(command, options, (one) =>
          startInTerminal(one.argv, terminal, { ...one, onOutput: options.onOutput }).catch((error: unknown) => {
            throw workspaceError('RUSTIC_EXEC_FAILED', { command: one.argv[0], reason: reasonOf(error) }, error);
          }),
        )
      : startWithPipes(command, options));
    running.add(started);
    signal.addEventListener('abort', started.stop, { once: true });
    const over = () => {
      signal.removeEventListener('abort', started.stop);
      running.delete(started);
    };
    started.ended.then(over, over);
    if (signal.aborted) started.stop();
    return started;
  }

  async function exec(command: Command, options: Parameters<Workspace['exec']>[1]): Promise<ExecResult> {
    const { signal } = options;
    signal.throwIfAborted();
    const stdin = options.stdin === undefined ? ({ stdin: 'ignore' } as const) : { input: options.stdin };
    const { watched } = await startChild(command, options, stdin);
    let timedOut = false;
    const timer = setTimeout(
      () => {
        timedOut = true;
        watched.stop();
      },
      Math.min(options.timeLimitMs, maxTimerMs),
    );
    signal.addEventListener('abort', watched.stop, { once: true });
    if (signal.aborted) watched.stop();
    try {
      const ending = await watched.ended;
      signal.throwIfAborted();
      return { ...ending, timedOut };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', watched.stop);
      running.delete(watched);
    }
  }

  return {
    exec,
    start,
    async dispose() {
      closing.abort();
      const last = [...running];
      for (const { stop } of last) stop();
      await Promise.allSettled(last.map(({ ended }) => ended));
      await strays.settled();
    },
  };
}

function programOf(command: Command): readonly [string, readonly string[]] {
  if ('line' in command) return ['bash', ['--noprofile', '--norc', '-c', command.line]];
  const [program = '', ...args] = command.argv;
  return [program, args];
}
