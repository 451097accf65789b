/** What is under way and may take only so long: one timer for all of it, whatever its number. */
export interface Deadlines {
  /**
   * Calls `expire` once the limit has passed, or the grace once `signal` is aborted. Returns what ends the watch.
   *
   * Unit: ms, kept to about 25 ms.
   */
  watch(expire: () => void, limitMs: number, signal?: AbortSignal): () => void;
  dispose(): void;
}

const tickMs = 25;
/** What was cancelled has this long to stop by itself and say how far it came. */
const graceMs = 1_000;

export function createDeadlines(): Deadlines {
  const entries = new Set<{ at: number; expire: () => void; signal: AbortSignal | undefined }>();
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const tick = () => {
    if (entries.size === 0) return stop();
    const now = performance.now();
    for (const entry of entries) {
      if (entry.signal?.aborted) {
        entry.at = Math.min(entry.at, now + graceMs);
        entry.signal = undefined;
      }
      if (entry.at > now) continue;
      entries.delete(entry);
      entry.expire();
    }
  };
  return {
    watch(expire, limitMs, signal) {
      const entry = { at: performance.now() + limitMs, expire, signal };
      if (!timer) timer = setInterval(tick, tickMs);
      else if (entries.size === 0) timer.ref();
      entries.add(entry);
      return () => {
        if (entries.delete(entry) && entries.size === 0) timer?.unref();
      };
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
