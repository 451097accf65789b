/** What a person decides; undefined once `signal` is aborted. */
export async function until<T>(signal: AbortSignal, decided: Promise<T>): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  let cancel = () => {};
  const cancelled = new Promise<undefined>((resolve) => (cancel = () => resolve(undefined)));
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([decided, cancelled]);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
