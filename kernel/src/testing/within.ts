import { strict as assert } from 'node:assert';

/** What a promise comes to, unless it takes longer than the limit after `from` was aborted. Unit: `limitMs` in ms. */
export async function within<T>(promise: Promise<T>, limitMs: number, from: AbortSignal): Promise<T> {
  const late = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    timer = setTimeout(() => {
      late.reject(new assert.AssertionError({ message: `it had not ended ${limitMs} ms after it was cancelled` }));
    }, limitMs);
  };
  if (from.aborted) start();
  else from.addEventListener('abort', start, { once: true });
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    from.removeEventListener('abort', start);
    clearTimeout(timer);
  }
}
