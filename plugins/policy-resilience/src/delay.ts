export interface Delays {
  /** How long the first may be. Unit: ms. */
  readonly baseMs: number;
  /** How long any may be. Unit: ms. */
  readonly capMs: number;
}

/**
 * How long to wait after a failed attempt; the first is 1. Exponential with full jitter; a vendor's wish is waited for,
 * up to the cap, and up to one `baseMs` more, so that those it sent away do not all come back at once.
 *
 * Unit: ms. `random`: from 0 to below 1.
 * Source: AWS Architecture Blog, "Exponential Backoff And Jitter", 2015, for the full jitter.
 */
export function delayAfter(
  attempt: number,
  { baseMs, capMs }: Delays,
  wishMs: number | undefined,
  random: number,
): number {
  if (wishMs !== undefined) return Math.round(Math.min(capMs, wishMs + random * baseMs));
  return Math.round(random * Math.min(capMs, baseMs * 2 ** (attempt - 1)));
}

/** Waits. Throws: the signal's reason, as soon as it is aborted. Unit: ms. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = () => {
    clearTimeout(timer);
    reject(signal.reason as Error);
  };
  const timer = setTimeout(() => {
    signal.removeEventListener('abort', stop);
    resolve();
  }, ms);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return promise;
}
