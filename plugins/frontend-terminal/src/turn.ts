import { errorInfo } from '@rustic-ai/kernel';
import type { RunEvent } from '@rustic-ai/kernel/contracts';
import { errorLines } from './describe.js';
import type { Renderer } from './render.js';
import type { Writer } from './streams.js';
import type { Style } from './style.js';

export interface TurnResult {
  readonly exitCode: number;
  readonly session?: string;
}

/** Exit codes of a run that could not say its own. */
function exitCodeOf(code: string, signal: AbortSignal): number {
  if (signal.aborted || code === 'RUSTIC_OPERATION_ABORTED') return 130;
  if (code === 'RUSTIC_OPERATION_TIMEOUT') return 124;
  return code.startsWith('RUSTIC_PERMISSION_') ? 5 : 1;
}

/** Shows one run to its end. Throws: never; a failure is shown and makes the exit code. */
export async function showRun(
  start: () => AsyncIterable<RunEvent>,
  { render, broken }: Renderer,
  { writer, style, signal }: { readonly writer: Writer; readonly style: Style; readonly signal: AbortSignal },
): Promise<TurnResult> {
  let session: string | undefined;
  let exitCode: number | undefined;
  try {
    for await (const event of start()) {
      session = event.sessionId;
      writer.write(render(event));
      if (event.type === 'run.completed') exitCode = event.exitCode;
    }
    if (exitCode === undefined) writer.write(broken());
  } catch (error) {
    const info = errorInfo(error);
    exitCode = exitCodeOf(info.code, signal);
    writer.write([...broken(), { to: 'notes', text: errorLines('The run failed', info, style) }]);
  }
  return { exitCode: exitCode ?? (signal.aborted ? 130 : 1), ...(session !== undefined && { session }) };
}
