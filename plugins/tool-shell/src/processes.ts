import {
  type ProcessEnd,
  type StartedProcess,
  type StartOptions,
  type Workspace,
  workspaceError,
} from '@rustic-ai/kernel/contracts';
import { type Asked, commandOf, lineOf } from './line.js';
import { createLog, type Log } from './log.js';

/** A process that a tool started and left running. */
export interface Background {
  readonly id: string;
  readonly session: string | undefined;
  readonly line: string;
  readonly terminal: boolean;
  readonly startedMs: number;
  readonly started: StartedProcess;
  readonly log: Log;
  /** Absent: it runs. */
  end?: ProcessEnd & { readonly endedMs: number };
}
/** The processes of all sessions. One that has ended is kept for its output, the newest only. */
export interface Processes {
  start(asked: Asked & Pick<StartOptions, 'cwd' | 'terminal'>, session: string | undefined): Promise<Background>;
  /** Throws: `RUSTIC_PROCESS_UNKNOWN`, also for one of another session. */
  get(id: string, session: string | undefined): Background;
  list(session: string | undefined): readonly Background[];
  /** Ends all of them. */
  dispose(): Promise<void>;
}
/** How many that have ended are remembered. */
const mostEnded = 20;

export function createProcesses(parts: {
  readonly workspace: Workspace;
  readonly maxProcesses: number;
  readonly logChars: number;
  readonly now: () => number;
}): Processes {
  const { workspace, maxProcesses, logChars, now } = parts;
  const all = new Map<string, Background>();
  const closing = new AbortController();
  let count = 0;
  let starting = 0;
  const running = () => [...all.values()].filter(({ end }) => !end);
  const own = (session: string | undefined) => [...all.values()].filter((one) => one.session === session);
  return {
    async start({ cwd, terminal, ...asked }, session) {
      if (running().length + starting >= maxProcesses)
        throw workspaceError('RUSTIC_PROCESS_MANY', { count: maxProcesses });
      starting++;
      try {
        const log = createLog(logChars);
        const started = await workspace.start(commandOf(asked), {
          signal: closing.signal,
          onOutput: ({ text }) => log.add(text),
          ...(cwd !== undefined && { cwd }),
          ...(asked.env && { env: asked.env }),
          ...(terminal && { terminal }),
        });
        const id = `p${++count}`;
        const line = lineOf(asked);
        const one: Background = { id, session, line, terminal: terminal !== undefined, startedMs: now(), started, log };
        all.set(id, one);
        const close = (end: ProcessEnd) => {
          one.end = { ...end, endedMs: now() };
          log.close();
        };
        started.ended.then(close, () => close({ exitCode: null }));
        const ended = [...all.values()].filter(({ end }) => end);
        for (const old of ended.slice(0, Math.max(0, ended.length - mostEnded))) all.delete(old.id);
        return one;
      } finally {
        starting--;
      }
    },
    get(id, session) {
      const found = all.get(id);
      if (found && found.session === session) return found;
      const known = own(session).map((one) => one.id);
      throw workspaceError('RUSTIC_PROCESS_UNKNOWN', { id, known: known.join(', ') || '(none)' });
    },
    list: own,
    async dispose() {
      const left = running();
      closing.abort();
      await Promise.allSettled(left.map(({ started }) => started.ended));
    },
  };
}
