import { errorInfo } from '@rustic-ai/kernel';
import { exitCodeOf, exitCodes, type RunEvent } from '@rustic-ai/kernel/contracts';
import { errorLines } from './describe.js';
import type { Renderer } from './render.js';
import type { Writer } from './streams.js';
import type { Style } from './style.js';

export interface TurnResult {
  readonly exitCode: number;
  readonly session?: string;
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
    exitCode = signal.aborted ? exitCodes.interrupted : exitCodeOf(info.code);
    writer.write([...broken(), { to: 'notes', text: errorLines('The run failed', info, style) }]);
  }
  return {
    exitCode: exitCode ?? (signal.aborted ? exitCodes.interrupted : exitCodes.failed),
    ...(session !== undefined && { session }),
  };
}
