import { setTimeout as sleep } from 'node:timers/promises';
import { createHolds, type SessionStore } from '@rustic-ai/kernel/contracts';
import { sql } from 'kysely';
import type { Client } from 'pg';
import type { Database } from './database.js';
import type { Run } from './work.js';
import { failure } from './failure.js';

/** How often a waiting process tries again. Unit: ms. */
const pauseMs = 50;

/** Tries to lock; gives the way to unlock. Undefined: somebody else has it. */
type TryLock = (key: string) => Promise<(() => Promise<void>) | undefined>;

/** What `pg` has, and its types do not know. */
type Idling = Client & { ref(): void; unref(): void };
interface Connection {
  readonly run: Run;
  readonly client: Idling;
}

/**
 * Advisory locks on one connection of their own, which the server frees when it ends. It stays open for the next one;
 * while nothing is locked it keeps no process alive.
 */
export function createLocks(database: Database): TryLock {
  let opened: Promise<Connection> | undefined;
  let held = 0;
  let isClosed = false;
  const open = (): Promise<Connection> => {
    if (opened) return opened;
    const opening = database.connect().then(({ run, client }) => ({ run, client: client as Idling }));
    const forget = () => {
      if (opened === opening) opened = undefined;
    };
    opening.then(({ client }) => client.once('end', forget), forget);
    return (opened = opening);
  };
  const idle = async () => {
    held--;
    const connection = held === 0 ? await opened?.catch(() => undefined) : undefined;
    if (isClosed && held === 0) await connection?.client.end();
    else if (held === 0) connection?.client.unref();
  };
  database.onClose(() => {
    isClosed = true;
    held++;
    void idle().catch(() => {});
  });
  const lock = async (key: string, mayBeStale = opened !== undefined): Promise<Connection | undefined> => {
    const connection = await open();
    connection.client.ref();
    try {
      const [row] = await connection.run(
        sql<{ held: boolean }>`select pg_try_advisory_lock(hashtextextended(${key}, 0)) as held`,
      );
      return row?.held ? connection : undefined;
    } catch (error) {
      if (opened && (await opened) === connection) opened = undefined;
      // One that stood open for a while may have been dropped long ago.
      if (mayBeStale) return lock(key, false);
      throw failure(database.place, error);
    }
  };
  return async (key) => {
    held++;
    let connection: Connection | undefined;
    try {
      connection = await lock(key);
    } finally {
      if (!connection) await idle();
    }
    const { run } = connection ?? {};
    return (
      run &&
      (async () => {
        // A connection that is lost has no locks.
        await run(sql`select pg_advisory_unlock(hashtextextended(${key}, 0))`).catch(() => {});
        await idle();
      })
    );
  };
}

/**
 * Holds sessions, or runs, by one lock each.
 *
 * Shape: `kind` tells the one from the other; `refusal` is the error of who may not wait any longer.
 */
export function createHold(
  database: Database,
  {
    kind,
    refusal,
    tryLock,
    monotonicMs,
  }: {
    readonly kind: string;
    readonly refusal: (held: string) => Error;
    readonly tryLock: TryLock;
    readonly monotonicMs: () => number;
  },
): SessionStore['hold'] {
  const here = createHolds(refusal);
  return async (session, { waitMs, signal }) => {
    const end = monotonicMs() + waitMs;
    const own = await here(session, { waitMs, ...(signal && { signal }) });
    try {
      const key = `rustic holds ${kind} ${database.schema} ${session}`;
      for (;;) {
        const unlock = await tryLock(key);
        let released: Promise<void> | undefined;
        if (unlock) return { release: () => (released ??= unlock().then(() => own.release())) };
        if (monotonicMs() >= end) throw refusal(session);
        await sleep(Math.max(1, Math.min(pauseMs, end - monotonicMs())), undefined, { signal });
      }
    } catch (error) {
      await own.release();
      signal?.throwIfAborted();
      throw error;
    }
  };
}
