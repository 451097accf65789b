import { errorInfo } from '@rustic-ai/kernel';
import { type ErrorInfo, exitCodeOf, exitCodes, type RunEvent } from '@rustic-ai/kernel/contracts';

export interface TurnResult {
  readonly exitCode: number;
  readonly session?: string;
}
/** Where the events of a run go. */
export interface RunView {
  show(event: RunEvent): void;
  /** It ended without saying so; the error says why, where there is one. */
  broken(error: ErrorInfo | undefined): void;
}

/** Shows one run to its end. Throws: never; a failure is shown and makes the exit code. */
export async function showRun(
  start: () => AsyncIterable<RunEvent>,
  view: RunView,
  signal: AbortSignal,
): Promise<TurnResult> {
  let session: string | undefined;
  let exitCode: number | undefined;
  try {
    for await (const event of start()) {
      session = event.sessionId;
      view.show(event);
      if (event.type === 'run.completed') exitCode = event.exitCode;
    }
    if (exitCode === undefined) view.broken(undefined);
  } catch (error) {
    const info = errorInfo(error);
    exitCode = signal.aborted ? exitCodes.interrupted : exitCodeOf(info.code);
    view.broken(info);
  }
  return {
    exitCode: exitCode ?? (signal.aborted ? exitCodes.interrupted : exitCodes.failed),
    ...(session !== undefined && { session }),
  };
}
