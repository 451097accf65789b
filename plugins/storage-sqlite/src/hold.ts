import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHolds, type SessionStore } from '@rustic-ai/kernel/contracts';
import type { Database } from 'better-sqlite3';
import { failure, isBusy } from './failure.js';

/** How often a waiting process tries again. Unit: ms. */
const pauseMs = 20;
const inodeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.ino;

interface Lock {
  readonly path: string;
  readonly inode: number | undefined;
  readonly db: Database;
}
/** A file that is there already is not touched: to close it would end the locks this process has on it. */
async function openLock(path: string): Promise<Lock> {
  const { default: Sqlite } = await import('better-sqlite3');
  if (inodeOf(path) === undefined)
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      closeSync(openSync(path, 'ax', 0o600));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  const inode = inodeOf(path);
  return { path, inode, db: new Sqlite(path, { timeout: 0 }) };
}
function isLocked({ db }: Lock): boolean {
  try {
    // Nothing is ever written: a journal on the disk would be made and removed each time.
    db.pragma('journal_mode = memory');
    db.exec('begin exclusive');
    return true;
  } catch (error) {
    db.close();
    if (isBusy(error)) return false;
    throw error;
  }
}
/**
 * Locks a file as SQLite locks a database, which ends with the process at the latest. Undefined: somebody else has it.
 *
 * The file may be removed by whoever has it locked. Who opened it before that has locked a file that is gone, and starts
 * again. `kept` is a lock on it that was released.
 */
async function tryLock(path: string, kept: Lock | undefined): Promise<Lock | undefined> {
  for (let lock = kept ?? (await openLock(path)); ; lock = await openLock(path)) {
    if (!isLocked(lock)) return undefined;
    if (lock.inode !== undefined && inodeOf(path) === lock.inode) return lock;
    lock.db.close();
  }
}
/** Removes the file of a lock that was released, unless somebody has it. */
function forget(lock: Lock): void {
  if (!isLocked(lock)) return;
  if (inodeOf(lock.path) === lock.inode) rmSync(lock.path, { force: true });
  lock.db.close();
}

/**
 * Holds sessions, or runs, by one locked file each, in a folder beside the database file. The file that was released
 * last stays open until another one is: who held a session will most likely hold it again.
 *
 * Shape: `nameOf` tells the one kind from the other; `refusal` is the error of who may not wait any longer.
 */
export function createHold({
  file,
  monotonicMs,
  nameOf,
  refusal,
  onClose,
}: {
  readonly file: string;
  readonly monotonicMs: () => number;
  readonly nameOf: (held: string) => string;
  readonly refusal: (held: string) => Error;
  readonly onClose: (closing: () => void) => void;
}): SessionStore['hold'] {
  const here = createHolds(refusal);
  if (file === ':memory:') return here;
  const folder = `${file}-held`;
  let kept: Lock | undefined;
  let isClosed = false;
  const keep = (lock: Lock | undefined) => {
    const before = kept;
    kept = lock;
    if (before) forget(before);
  };
  onClose(() => {
    isClosed = true;
    keep(undefined);
  });
  const take = (path: string) => {
    const lock = kept?.path === path ? kept : undefined;
    if (lock) kept = undefined;
    return lock;
  };
  return async (session, { waitMs, signal }) => {
    const end = monotonicMs() + waitMs;
    const own = await here(session, { waitMs, ...(signal && { signal }) });
    const path = join(folder, createHash('sha256').update(nameOf(session)).digest('hex').slice(0, 32));
    try {
      for (;;) {
        const lock = await tryLock(path, take(path));
        if (lock) {
          let isReleased = false;
          return {
            async release() {
              if (isReleased) return;
              isReleased = true;
              lock.db.exec('rollback');
              if (isClosed) forget(lock);
              else keep(lock);
              await own.release();
            },
          };
        }
        if (monotonicMs() >= end) throw refusal(session);
        await sleep(Math.max(1, Math.min(pauseMs, end - monotonicMs())), undefined, { signal });
      }
    } catch (error) {
      await own.release();
      signal?.throwIfAborted();
      throw failure(file, error);
    }
  };
}
