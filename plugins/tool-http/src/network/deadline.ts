import type { Call } from '@rustic-ai/kernel';
import { httpError } from '@rustic-ai/kernel/contracts';

/** The time one call has, and how its end is told from being cancelled. */
export interface Deadline {
  /** Aborted when the time is over, or the call is. */
  readonly signal: AbortSignal;
  /** Unit: ms; at least 1. */
  readonly leftMs: number;
  /** What to throw for what went wrong: `RUSTIC_HTTP_TIMEOUT` when it was the time. */
  failure(error: unknown, url: URL): unknown;
}

export function createDeadline(call: Call, limitMs: number): Deadline {
  const time = AbortSignal.timeout(limitMs);
  const started = performance.now();
  return {
    signal: AbortSignal.any([call.signal, time]),
    get leftMs() {
      return Math.max(1, Math.ceil(limitMs - (performance.now() - started)));
    },
    failure(error, url) {
      if (call.signal.aborted) return call.signal.reason;
      return time.aborted ? httpError('RUSTIC_HTTP_TIMEOUT', { url: url.href, limitMs }, error) : error;
    },
  };
}
