/** What is under way and may take only so long: one timer for all of it, whatever its number. */
export interface Deadlines {
  /**
   * Calls `expire` once the limit has passed, or the grace once `signal` is aborted.
   *
   * Unit: ms; it may come up to 50 ms late, never early.
   */
  watch(expire: () => void, limitMs: number, signal?: AbortSignal): Watch;
  dispose(): void;
}
export interface Watch {
  /** The limit counts from now; also for one that has just expired, while its `expire` runs. */
  restart(): void;
  end(): void;
}

const tickMs = 25;
/** What was cancelled has this long to stop by itself and say how far it came. */
const graceMs = 1_000;

class Watched implements Watch {
  /** When it ends; unknown until the first tick that sees it. Most work is done before that. */
  at: number | undefined;
  ended = false;
  readonly of: { readonly expire: () => void; readonly limitMs: number; readonly signal: AbortSignal | undefined };
  constructor(of: Watched['of']) {
    this.of = of;
  }
  restart(): void {
    this.at = undefined;
  }
  end(): void {
    this.ended = true;
  }
}
/** What has ended is cleared away by the next tick, or once so many are there. */
const most = 1_024;

export function createDeadlines(): Deadlines {
  let watches: Watched[] = [];
  let full = most;
  let timer: NodeJS.Timeout | undefined;
  const clear = () => {
    watches = watches.filter(({ ended }) => !ended);
    full = Math.max(most, watches.length * 2);
  };
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const tick = () => {
    clear();
    if (watches.length === 0) return stop();
    const now = performance.now();
    for (const watch of watches) {
      watch.at ??= now + watch.of.limitMs;
      if (watch.of.signal?.aborted) watch.at = Math.min(watch.at, now + graceMs);
      // Ended by what another one did just now.
      if (watch.at > now || watch.ended) continue;
      watch.at = Number.POSITIVE_INFINITY;
      watch.of.expire();
      if (watch.at === Number.POSITIVE_INFINITY) watch.end();
    }
  };
  return {
    watch(expire, limitMs, signal) {
      const watch = new Watched({ expire, limitMs, signal });
      timer ??= setInterval(tick, tickMs);
      if (watches.push(watch) > full) clear();
      return watch;
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
    const watch = deadlines.watch(() => reject(late()), limitMs, signal);
    work.then(
      (value) => (watch.end(), resolve(value)),
      (error: unknown) => (watch.end(), reject(error)),
    );
  });
}

export const isPromise = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> & Promise<T> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
