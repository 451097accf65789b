import { setTimeout as sleep } from 'node:timers/promises';
import { createHolds, sessionHeld, type SessionStore } from '@rustic-ai/kernel/contracts';
import { sql } from 'kysely';
import type { Database } from './database.js';

/** How often a waiting process tries again. Unit: ms. */
const pauseMs = 50;

/** Holds sessions by one advisory lock each, on a connection of its own: the server frees it when that ends. */
export function createHold(database: Database, monotonicMs: () => number): SessionStore['hold'] {
  const here = createHolds();
  return async (session, { waitMs, signal }) => {
    const end = monotonicMs() + waitMs;
    const own = await here(session, { waitMs, ...(signal && { signal }) });
    try {
      const { run, client } = await database.connect();
      try {
        const key = `rustic holds ${database.schema} ${session}`;
        for (;;) {
          const [row] = await run(
            sql<{ held: boolean }>`select pg_try_advisory_lock(hashtextextended(${key}, 0)) as held`,
          );
          if (row?.held) break;
          if (monotonicMs() >= end) throw sessionHeld(session);
          await sleep(Math.max(1, Math.min(pauseMs, end - monotonicMs())), undefined, { signal });
        }
      } catch (error) {
        await client.end();
        throw error;
      }
      let released: Promise<void> | undefined;
      return { release: () => (released ??= client.end().then(() => own.release())) };
    } catch (error) {
      await own.release();
      signal?.throwIfAborted();
      throw error;
    }
  };
}
