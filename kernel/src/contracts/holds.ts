import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionHold, SessionStore } from './session.js';
import { sessionHeld } from './storage-errors.js';

/**
 * `SessionStore.hold` within one process, or that of runs: whoever waits is served when the holder releases.
 *
 * Shape: `refusal` makes the error of who may not wait any longer.
 */
export function createHolds(refusal: (held: string) => Error = sessionHeld): SessionStore['hold'] {
  const held = new Map<string, Promise<void>>();
  const untilFree = async (session: string, { waitMs, signal }: Parameters<SessionStore['hold']>[1]) => {
    const over = new AbortController();
    const limit = sleep(waitMs, true, { signal: AbortSignal.any([over.signal, ...(signal ? [signal] : [])]) });
    try {
      for (let holder = held.get(session); holder; holder = held.get(session))
        if (await Promise.race([holder, limit])) throw refusal(session);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      limit.catch(() => {});
      over.abort();
    }
  };
  return async (session, wait): Promise<SessionHold> => {
    if (held.has(session)) await untilFree(session, wait);
    wait.signal?.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<void>();
    held.set(session, promise);
    return {
      async release() {
        if (held.get(session) === promise) held.delete(session);
        resolve();
      },
    };
  };
}
