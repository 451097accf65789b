import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionHold, SessionStore } from './session.js';
import { sessionHeld } from './storage-errors.js';

/** `SessionStore.hold` within one process: whoever waits is served when the holder releases. */
export function createHolds(): SessionStore['hold'] {
  const held = new Map<string, Promise<void>>();
  return async (session, { waitMs, signal }): Promise<SessionHold> => {
    const over = new AbortController();
    const limit = sleep(waitMs, true, { signal: AbortSignal.any([over.signal, ...(signal ? [signal] : [])]) });
    try {
      for (let holder = held.get(session); holder; holder = held.get(session))
        if (await Promise.race([holder, limit])) throw sessionHeld(session);
      signal?.throwIfAborted();
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      limit.catch(() => {});
      over.abort();
    }
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
