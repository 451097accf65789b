import { errorInfo } from '@rustic-ai/kernel';
import { runFailed, runResult } from '@rustic-ai/kernel/contracts';

export type OutputFormat = 'text' | 'json' | 'stream-json';

/** What ends a run from outside. */
const interruptions = ['RUSTIC_INTERRUPTED', 'RUSTIC_TERMINATED', 'RUSTIC_TIME_LIMIT'];

/** What a program reads of a run that ended before its frontend began. Undefined: nothing, where text is wanted. */
export function lastLine(error: unknown, output: OutputFormat): object | undefined {
  if (output === 'text') return undefined;
  const failed = runFailed(error);
  const ended = interruptions.includes(errorInfo(error).code) ? { ...failed, status: 'interrupted' as const } : failed;
  return output === 'json' ? runResult(ended) : ended;
}
