import { resilienceError } from '@rustic-ai/kernel/contracts';
import { bulkhead, BulkheadRejectedError } from 'cockatiel';

export interface Bulkhead {
  /**
   * Waits for a place and returns what gives it back.
   *
   * Throws: `RUSTIC_RESILIENCE_FULL`. Cancel: leaves the queue and throws the signal's reason.
   */
  enter(signal: AbortSignal): Promise<() => void>;
}

/** The places of one member. */
export function createBulkhead(parts: {
  readonly operation: string;
  readonly name: string;
  readonly concurrent: number;
  readonly queued: number;
}): Bulkhead {
  const { concurrent, queued } = parts;
  const policy = bulkhead(concurrent, queued);
  return {
    enter(signal) {
      const left = Promise.withResolvers<void>();
      const entered = Promise.withResolvers<() => void>();
      // Whoever gave up while it waited takes its place for a moment, and gives it back at once.
      const stop = () => {
        left.resolve();
        entered.reject(signal.reason as Error);
      };
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      const leave = () => {
        signal.removeEventListener('abort', stop);
        left.resolve();
      };
      const staying = policy.execute(() => {
        signal.removeEventListener('abort', stop);
        entered.resolve(leave);
        return left.promise;
      });
      staying.catch((error: unknown) => {
        signal.removeEventListener('abort', stop);
        entered.reject(
          error instanceof BulkheadRejectedError ? resilienceError('RUSTIC_RESILIENCE_FULL', parts) : error,
        );
      });
      return entered.promise;
    },
  };
}
