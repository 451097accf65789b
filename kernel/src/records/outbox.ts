/** What is written in batches, off the path of whoever makes it. */
export interface Outbox<T> {
  /** Whether it was taken; it is not while too much waits for a writer that fails. */
  push(item: T): boolean;
  /** Resolves when everything pushed so far is written. Throws: what the writer throws; then it is tried again. */
  flush(): Promise<void>;
}

const batch = 256;
const most = 10_000;
/** Unit: ms. What is there is written after this time, however little it is. */
const latestMs = 1_000;

export function createOutbox<T>(
  write: (items: readonly T[]) => Promise<void>,
  onFailure: (error: unknown) => void,
): Outbox<T> {
  let pending: T[] = [];
  let writing = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const drain = async () => {
    clearTimeout(timer);
    timer = undefined;
    while (pending.length > 0) {
      const items = pending.slice(0, batch);
      await write(items);
      pending = pending.slice(items.length);
    }
  };
  const flush = () => (writing = writing.then(drain, drain));
  const soon = () => void flush().catch(onFailure);
  return {
    push(item) {
      if (pending.length >= most) return false;
      pending.push(item);
      timer ??= setTimeout(soon, latestMs).unref();
      if (pending.length === batch) setImmediate(soon);
      // A loop that never lets the event loop turn still gets its rows written.
      else if (pending.length % (batch * 8) === 0) soon();
      return true;
    },
    flush,
  };
}
