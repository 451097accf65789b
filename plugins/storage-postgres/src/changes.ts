import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FollowChanges, StorageChange } from '@rustic-ai/kernel/contracts';
import { sql } from 'kysely';
import type { Database } from './database.js';

/** How long it waits before it connects again: twice as long each time. Unit: ms. */
const pauses = { first: 100, longest: 5_000 };

/** What a trigger of the schema says; what did not fit says nothing. */
const changeOf = (payload: string): StorageChange => {
  const { session, seq, plugin, key, version } = JSON.parse(payload) as {
    readonly [name in 'session' | 'seq' | 'plugin' | 'key' | 'version']?: string;
  };
  if (session !== undefined) return { of: 'session', session, seq: Number(seq) };
  return plugin === undefined || key === undefined
    ? { of: 'gap' }
    : { of: 'value', plugin, key, version: Number(version) };
};

/** Listens on a connection of its own, and on a new one when that is lost. */
export const createFollow =
  (database: Database): FollowChanges =>
  (tell, end) => {
    const over = new AbortController();
    const { signal } = over;
    const forget = database.onClose(() => end());
    let listened = false;
    /** Until the connection is lost. */
    const listen = async (): Promise<void> => {
      const { run, client } = await database.connect();
      try {
        const lost = once(client, 'end', { signal });
        lost.catch(() => {});
        client.on('notification', ({ payload }) => tell(changeOf(payload ?? '{}')));
        await run(sql`listen ${sql.id(`rustic_${database.schema}`)}`);
        listened = true;
        tell({ of: 'gap' });
        await lost;
      } finally {
        await client.end();
      }
    };
    const work = async () => {
      for (let pauseMs = pauses.first; !signal.aborted; pauseMs = Math.min(pauses.longest, 2 * pauseMs)) {
        const before = listened;
        listened = false;
        await listen().catch((error: unknown) => {
          // What was never followed fails; what was is followed again.
          if (!before && !listened && pauseMs === pauses.first) throw error;
        });
        if (listened) pauseMs = pauses.first;
        await sleep(pauseMs, undefined, { signal });
      }
    };
    const done = work().catch((error: Error) => (signal.aborted ? undefined : end(error)));
    return async () => {
      forget();
      over.abort();
      await done;
    };
  };
