import { type Command, type ExecResult, type Host, type Workspace, workspaceError } from '@rustic-ai/kernel/contracts';
import { type Watched, watchChild } from './child.js';
import { childEnvironment } from './environment.js';
import { asWorkspaceError, reasonOf } from './errors.js';
import { openFolder } from './folder.js';
import type { Places } from './paths.js';

/** The longest a timer can wait. Unit: ms. Source: Node's timers, TIMEOUT_MAX. */
const maxTimerMs = 2 ** 31 - 1;

/** Runs commands. `dispose` stops those that still run and waits for their end. */
export function createExec({ places, env }: { places: Places; env: Host['env'] }): {
  exec: Workspace['exec'];
  dispose(): Promise<void>;
} {
  const running = new Set<Watched>();
  const closing = new AbortController();

  async function start(command: Command, options: Parameters<Workspace['exec']>[1]): Promise<Watched> {
    const { execa } = await import('execa');
    const path = options.cwd ?? '.';
    const folder = await places
      .inside(path)
      .then((real) => openFolder({ root: places.root, real, make: false }))
      .catch((error: unknown) => {
        throw asWorkspaceError(error, path);
      });
    try {
      options.signal.throwIfAborted();
      closing.signal.throwIfAborted();
      const [program, args] = programOf(command);
      const shell = 'line' in command;
      const failed = (cause: unknown) =>
        workspaceError('RUSTIC_EXEC_FAILED', { command: program, reason: reasonOf(cause) }, cause);
      const spawn = () =>
        execa(program, args, {
          cwd: folder.path,
          env: childEnvironment({ env, given: options.env ?? {}, shell }),
          extendEnv: false,
          ...(options.stdin === undefined ? { stdin: 'ignore' } : { input: options.stdin }),
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
      const watched = watchChild(child.nodeChildProcess, child.pid, options);
      running.add(watched);
      return watched;
    } finally {
      await folder.close();
    }
  }

  async function exec(command: Command, options: Parameters<Workspace['exec']>[1]): Promise<ExecResult> {
    const { signal } = options;
    signal.throwIfAborted();
    const watched = await start(command, options);
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
    async dispose() {
      closing.abort();
      const last = [...running];
      for (const { stop } of last) stop();
      await Promise.allSettled(last.map(({ ended }) => ended));
    },
  };
}

function programOf(command: Command): readonly [string, readonly string[]] {
  if ('line' in command) return ['bash', ['--noprofile', '--norc', '-c', command.line]];
  const [program = '', ...args] = command.argv;
  return [program, args];
}
