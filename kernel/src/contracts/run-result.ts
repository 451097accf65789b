import { type ErrorInfo, errorInfo } from '../errors.js';
import type { RunCompleted, RunEvent, RunEventHead } from './agent.js';
import { exitCodeOf } from './exit.js';

/** What a run came to, as one object for machines: the last event without what belongs to the stream. */
export interface RunResult extends Omit<RunCompleted, 'type'> {
  readonly schema: 'rustic.run-result/1';
  readonly sessionId: string;
}
export const runResult = (event: RunEvent & RunCompleted): RunResult => {
  const { type: _type, v: _v, seq: _seq, ts: _ts, turn: _turn, ...rest } = event;
  return { schema: 'rustic.run-result/1', ...rest };
};

/** The last event of a run that failed before it had one of its own: also when it never started. */
export function runFailed(
  error: unknown,
  so: Partial<Pick<RunEventHead, 'seq' | 'sessionId'>> = {},
): RunEvent & RunCompleted {
  const info: ErrorInfo = errorInfo(error);
  return {
    v: 1,
    seq: (so.seq ?? 0) + 1,
    ts: new Date().toISOString(),
    sessionId: so.sessionId ?? '',
    type: 'run.completed',
    status: 'failed',
    exitCode: exitCodeOf(info.code),
    usage: { inputTokens: 0, outputTokens: 0 },
    turns: 0,
    durationMs: 0,
    permissionDenials: [],
    errors: [info],
  };
}
