/**
 * Something that changed. `seq` is where the session ends, and `version` that of a value; 0: it was deleted. `gap`:
 * something may have been missed.
 */
export type StorageChange =
  | { readonly of: 'session'; readonly session: string; readonly seq: number }
  | { readonly of: 'value'; readonly plugin: string; readonly key: string; readonly version: number }
  | { readonly of: 'gap' };

/** Changes that wait to be read, at most. */
const most = 10_000;
const gap: StorageChange = { of: 'gap' };
const nameOf = (change: StorageChange): string => {
  if (change.of === 'session') return `session ${change.session}`;
  return change.of === 'value' ? JSON.stringify([change.plugin, change.key]) : 'gap';
};

/**
 * Follows something; called when the first change is asked for.
 *
 * Shape: tells a gap once nothing can be missed. `end` is called when it ends by itself, with an error or without.
 *   Returns how to stop it.
 */
export type FollowChanges = (
  tell: (change: StorageChange) => void,
  end: (error?: Error) => void,
) => () => void | Promise<void>;

/** `Storage.changes`: bounds what a backend tells by what is read of it. */
export async function* watchChanges(
  follow: FollowChanges,
  signal?: AbortSignal,
): AsyncGenerator<StorageChange, void, void> {
  const waiting = new Map<string, StorageChange>();
  const over: { is: boolean; error?: Error | undefined } = { is: signal?.aborted ?? false };
  let wake = Promise.withResolvers<void>();
  const end = (error?: Error) => {
    if (!over.is) over.error = error;
    over.is = true;
    wake.resolve();
  };
  const cancel = () => end();
  const tell = (change: StorageChange) => {
    const told = waiting.size >= most && !waiting.has(nameOf(change)) ? gap : change;
    if (told.of === 'gap') waiting.clear();
    // What is told again is the newest: it goes to the end.
    waiting.delete(nameOf(told));
    waiting.set(nameOf(told), told);
    wake.resolve();
  };
  if (over.is) return;
  signal?.addEventListener('abort', cancel, { once: true });
  const stop = follow(tell, end);
  try {
    while (!over.is) {
      const [next] = waiting;
      if (next) {
        waiting.delete(next[0]);
        yield next[1];
      } else {
        await wake.promise;
        wake = Promise.withResolvers();
      }
    }
    if (over.error) throw over.error;
  } finally {
    signal?.removeEventListener('abort', cancel);
    await stop();
  }
}
