import { errorInfo } from '@rustic-ai/kernel';
import { type ErrorInfo, type ExecResult, type ToolResult, workspaceError } from '@rustic-ai/kernel/contracts';

/** What the model reads of a command that has ended: stdout, then stderr under a mark, then how it ended. */
export function resultOf(ran: ExecResult, limitMs: number, full?: ToolResult['full']): ToolResult {
  const { exitCode, signalName, timedOut, truncatedBytes } = ran;
  const ending = timedOut
    ? `stopped after ${limitMs} ms`
    : exitCode === null
      ? `signal ${signalName ?? 'unknown'}`
      : `exit code ${exitCode}`;
  const error = errorOf(ran, ending, limitMs);
  const rest = full ? `[all of it, ${full.bytes} bytes: shell_output with ref "${full.ref}"]` : '';
  const sections = [ran.stdout, ran.stderr && `[stderr]\n${ran.stderr}`, rest, `[${ending}]`];
  const text = sections.filter(Boolean).reduce((all, next) => `${all}${all.endsWith('\n') ? '' : '\n'}${next}`);
  return {
    parts: [{ type: 'text', text }],
    data: { exitCode, ...(signalName !== undefined && { signalName }), timedOut, truncatedBytes },
    ...(error && { error }),
    ...(full && { full }),
  };
}
function errorOf({ exitCode, timedOut }: ExecResult, ending: string, limitMs: number): ErrorInfo | undefined {
  if (timedOut) return errorInfo(workspaceError('RUSTIC_EXEC_TIMEOUT', { limitMs }));
  return exitCode === 0 ? undefined : errorInfo(workspaceError('RUSTIC_EXEC_EXIT', { exit: ending }));
}
