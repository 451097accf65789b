import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHolds, sessionHeld, type SessionStore } from '@rustic-ai/kernel/contracts';
import type { Database } from 'better-sqlite3';
import { failure, isBusy } from './failure.js';

/** How often a waiting process tries again. Unit: ms. */
const pauseMs = 20;
const inodeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.ino;

/**
 * Locks a file as SQLite locks a database, which ends with the process at the latest. Undefined: somebody else has it.
 *
 * The file is removed when it is released. Who opened it before that has locked a file that is gone, and starts again.
 */
async function tryLock(path: string): Promise<Database | undefined> {
  const { default: Sqlite } = await import('better-sqlite3');
  for (;;) {
    closeSync(openSync(path, 'a', 0o600));
    const inode = inodeOf(path);
    const db = new Sqlite(path, { timeout: 0 });
    try {
      db.exec('begin exclusive');
      if (inode !== undefined && inodeOf(path) === inode) return db;
      db.close();
    } catch (error) {
      db.close();
      if (isBusy(error)) return undefined;
      throw error;
    }
  }
}

/** Holds sessions by one locked file each, in a folder beside the database file. */
export function createHold(file: string, monotonicMs: () => number): SessionStore['hold'] {
  const here = createHolds();
  if (file === ':memory:') return here;
  const folder = `${file}-held`;
  return async (session, { waitMs, signal }) => {
    const end = monotonicMs() + waitMs;
    const own = await here(session, { waitMs, ...(signal && { signal }) });
    const path = join(folder, createHash('sha256').update(session).digest('hex').slice(0, 32));
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      for (;;) {
        const lock = await tryLock(path);
        if (lock)
          return {
            async release() {
              if (lock.open) rmSync(path, { force: true });
              lock.close();
              await own.release();
            },
          };
        if (monotonicMs() >= end) throw sessionHeld(session);
        await sleep(Math.max(1, Math.min(pauseMs, end - monotonicMs())), undefined, { signal });
      }
    } catch (error) {
      await own.release();
      signal?.throwIfAborted();
      throw failure(file, error);
    }
  };
}
