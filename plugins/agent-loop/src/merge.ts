/** Events that arrive by themselves while something else is being pulled. */
export interface Inbox<T> {
  push(item: T): void;
  take(): T | undefined;
  onPush: () => void;
}

export function createInbox<T>(): Inbox<T> {
  const items: T[] = [];
  const inbox: Inbox<T> = {
    push(item) {
      items.push(item);
      inbox.onPush();
    },
    take: () => items.shift(),
    onPush: () => {},
  };
  return inbox;
}

/**
 * Yields a source, and between its items whatever the inbox received, as soon as it is there.
 *
 * Shape: at most one item of the source is pulled ahead, so a slow reader slows the source.
 */
export async function* merge<T>(source: AsyncIterable<T>, inbox: Inbox<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let wake = () => {};
  let step: { result?: IteratorResult<T>; error?: unknown } | undefined;
  inbox.onPush = () => wake();
  const pull = () => {
    step = undefined;
    iterator.next().then(
      (result) => {
        step = { result };
        wake();
      },
      (error: unknown) => {
        step = { error };
        wake();
      },
    );
  };
  try {
    pull();
    for (;;) {
      for (let item = inbox.take(); item !== undefined; item = inbox.take()) yield item;
      if (!step) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      const { result, error } = step as { result?: IteratorResult<T>; error?: unknown };
      if (!result) throw error;
      if (result.done) return;
      yield result.value;
      pull();
    }
  } finally {
    inbox.onPush = () => {};
    await iterator.return?.();
  }
}
