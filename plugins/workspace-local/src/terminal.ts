import { constants } from 'node:os';
import { type StartedProcess, type StartOptions, type TerminalSize, workspaceError } from '@rustic-ai/kernel/contracts';
import { guardGroup, killGroup } from './group.js';
import { graceMs } from './child.js';

/** Ctrl+D, which a terminal takes for the end of what is typed. */
const endOfInput = '\u0004';
const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** Starts a program in a terminal of its own, where it leads a session and a process group. Throws: what can't be started. */
export async function startInTerminal(
  [program, args]: readonly [string, readonly string[]],
  size: TerminalSize,
  options: Pick<StartOptions, 'onOutput'> & { readonly cwd: string; readonly env: Record<string, string> },
): Promise<StartedProcess> {
  const { spawn } = (await import('@lydell/node-pty')).default;
  const { cwd, env } = options;
  const { columns: cols, rows } = size;
  const child = spawn(program, [...args], { cols, rows, cwd, env, name: env['TERM'] ?? 'xterm-256color' });
  const { pid } = child;
  const unguard = guardGroup(pid);
  let open = true;
  let stopping: NodeJS.Timeout | undefined;
  child.onData((text) => options.onOutput({ stream: 'stdout', text }));
  const ended = new Promise<Awaited<StartedProcess['ended']>>((resolve) => {
    child.onExit(({ exitCode, signal }) => {
      open = false;
      clearTimeout(stopping);
      killGroup(pid, 'SIGKILL');
      unguard();
      const signalName = signal ? signalNames.get(signal) : undefined;
      resolve(signalName ? { exitCode: null, signalName } : { exitCode });
    });
  });
  const write = async (text: string) => {
    if (!open) throw workspaceError('RUSTIC_EXEC_CLOSED', { pid });
    child.write(text);
  };
  return {
    pid,
    ended,
    write,
    endInput: () => void (open && child.write(endOfInput)),
    resize: ({ columns, rows: high }) => void (open && child.resize(columns, high)),
    stop() {
      if (stopping || !open) return;
      // What a closing terminal sends; shells ignore SIGTERM.
      killGroup(pid, 'SIGHUP');
      killGroup(pid, 'SIGTERM');
      stopping = setTimeout(() => killGroup(pid, 'SIGKILL'), graceMs);
    },
  };
}
