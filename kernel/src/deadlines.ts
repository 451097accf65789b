/** What is under way and may take only so long: one timer for all of it, whatever its number. */
export interface Deadlines {
  /**
   * Calls `expire` once the limit has passed, or the grace once `signal` is aborted. Returns what ends the watch.
   *
   * Unit: ms; it may come up to 50 ms late, never early.
   */
  watch(expire: () => void, limitMs: number, signal?: AbortSignal): () => void;
  dispose(): void;
}

const tickMs = 25;
/** What was cancelled has this long to stop by itself and say how far it came. */
const graceMs = 1_000;

interface Watch {
  readonly expire: () => void;
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  /** When it ends; unknown until the first tick that sees it. Most work is done before that. */
  at: number | undefined;
}

export function createDeadlines(): Deadlines {
  const watches = new Set<Watch>();
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const tick = () => {
    if (watches.size === 0) return stop();
    const now = performance.now();
    for (const watch of watches) {
      watch.at ??= now + watch.limitMs;
      if (watch.signal?.aborted) watch.at = Math.min(watch.at, now + graceMs);
      if (watch.at > now) continue;
      watches.delete(watch);
      watch.expire();
    }
  };
  return {
    watch(expire, limitMs, signal) {
      const watch: Watch = { expire, limitMs, signal, at: undefined };
      timer ??= setInterval(tick, tickMs);
      watches.add(watch);
      return () => void watches.delete(watch);
    },
    dispose: stop,
  };
}

/** Settles as `work` does, or rejects with what `late` makes once the limit has passed. */
export function withDeadline<T>(
  deadlines: Deadlines,
  work: Promise<T>,
  limitMs: number,
  late: () => unknown,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const done = deadlines.watch(() => reject(late()), limitMs, signal);
    work.then(
      (value) => (done(), resolve(value)),
      (error: unknown) => (done(), reject(error)),
    );
  });
}

export const isPromise = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> & Promise<T> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
