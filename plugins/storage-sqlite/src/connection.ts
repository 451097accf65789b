import { storageError } from '@rustic-ai/kernel/contracts';
import type { Database, Statement } from 'better-sqlite3';
import { openDatabase } from './database.js';
import { failure } from './failure.js';
import { createWhenFree } from './wait.js';

/** Prepares a statement, once for each text. */
export type Prepare = <Row>(sql: string) => Statement<unknown[], Row>;

const ignore = () => {};
/** What the services work on: the file, or one transaction on it. Every failure is coded. */
export interface Work {
  read<T>(work: (prepare: Prepare) => T): Promise<T>;
  /** Runs the work in a transaction of its own. Order: one at a time, as called. */
  write<T>(work: (prepare: Prepare) => T): Promise<T>;
  /**
   * Runs work that is one statement, which is a transaction by itself.
   *
   * Order: among writes. The statement must be `run`: what it returns otherwise comes before its commit.
   */
  writeOne<T>(work: (prepare: Prepare) => T): Promise<T>;
}
/** The file: opened when first used. */
export interface Connection extends Work {
  /**
   * Begins a transaction that lasts until it is ended, on a connection of its own: reads see nothing of it.
   *
   * Shape: `begin` sees one moment, `begin immediate` may write, and writes wait for it. What is kept in memory has one
   *   connection: all reads and writes wait.
   */
  begin(kind: 'begin' | 'begin immediate'): Promise<Transaction>;
  /** Works on the file by other means than statements. */
  use<T>(work: (opened: Opened) => T | Promise<T>): Promise<T>;
  /** Is called when it begins to close. Returns how to take that back. */
  onClose(closing: () => void): () => void;
  /** Finishes the writes that wait, then closes the file. */
  close(): Promise<void>;
}
interface Transaction extends Work {
  readonly prepare: Prepare;
  /** Order: what is asked of it afterwards is refused. */
  end(how: 'commit' | 'rollback'): void;
}
interface Opened {
  readonly db: Database;
  /** The schema version it had; 0 for a new file. */
  readonly from: number;
  readonly prepare: Prepare;
  /** Runs the work between `begin immediate` and `commit`. */
  readonly transact: <T>(work: () => T) => T;
}

function withStatements({ db, from }: Awaited<ReturnType<typeof openDatabase>>): Opened {
  const statements = new Map<string, Statement>();
  const prepare = (sql: string): Statement => {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const transaction = db.transaction((work: () => unknown) => work());
  return { db, from, prepare: prepare as Prepare, transact: (work) => transaction.immediate(work) as never };
}

/** A transaction that has begun. Whatever fails in it undoes itself alone. */
function createTransaction({ db, prepare }: Opened, file: string, ended: () => void): Transaction {
  let isOver = false;
  const run = async <T>(work: () => T): Promise<T> => {
    if (isOver) throw storageError('RUSTIC_TRANSACTION_OVER', { reason: 'it has ended' });
    try {
      return work();
    } catch (error) {
      throw failure(file, error);
    }
  };
  const write = <T>(work: (prepare: Prepare) => T) =>
    run(() => {
      prepare('savepoint one').run();
      try {
        return work(prepare);
      } catch (error) {
        prepare('rollback to one').run();
        throw error;
      } finally {
        prepare('release one').run();
      }
    });
  return {
    prepare,
    read: (work) => run(() => work(prepare)),
    write,
    writeOne: write,
    end(how) {
      isOver = true;
      try {
        db.exec(how);
      } catch (error) {
        if (db.inTransaction) db.exec('rollback');
        throw failure(file, error);
      } finally {
        ended();
      }
    },
  };
}

/**
 * Unit: `lockTimeoutMs` for each call.
 * Throws: from every method but `close`: `RUSTIC_STORAGE_FAILED`, `RUSTIC_STORAGE_LOCKED`, `RUSTIC_STORAGE_READ_ONLY`,
 *   `RUSTIC_STORAGE_VERSION`.
 */
export function createConnection({
  file,
  lockTimeoutMs,
  monotonicMs,
}: {
  readonly file: string;
  readonly lockTimeoutMs: number;
  readonly monotonicMs: () => number;
}): Connection {
  const whenFree = createWhenFree(lockTimeoutMs, monotonicMs);
  let opening: Promise<Opened> | undefined;
  let lane: Promise<unknown> = Promise.resolve();
  let closed = false;
  const watchers = new Set<() => void>();
  /** What is kept in memory has no second connection. */
  const isShared = file === ':memory:';
  let alone: Promise<void> | undefined;
  let idle: Opened | undefined;

  const open = (): Promise<Opened> =>
    (opening ??= openDatabase(file, whenFree)
      .then(withStatements)
      .catch((error: unknown) => {
        opening = undefined;
        throw error;
      }));
  const another = async (): Promise<Opened> => {
    if (isShared) return open();
    await open();
    const taken = idle;
    idle = undefined;
    return taken ?? withStatements(await openDatabase(file, whenFree));
  };
  const giveBack = (opened: Opened) => {
    if (isShared) return;
    if (closed || idle) opened.db.close();
    else idle = opened;
  };
  const run = async <T>(work: (opened: Opened) => T): Promise<T> => {
    try {
      const opened = await open();
      return await whenFree(() => work(opened));
    } catch (error) {
      throw failure(file, error);
    }
  };
  const refuse = () => Promise.reject(failure(file, new Error('it is closed')));
  const inLane = <T>(work: (opened: Opened) => T): Promise<T> => {
    if (closed) return refuse();
    const done = lane.then(() => run(work));
    lane = done.catch(ignore);
    return done;
  };
  return {
    async read(work) {
      if (alone) await alone;
      return closed ? refuse() : run(({ prepare }) => work(prepare));
    },
    write: (work) => inLane(({ prepare, transact }) => transact(() => work(prepare))),
    writeOne: (work) => inLane(({ prepare }) => work(prepare)),
    async begin(kind) {
      if (closed) return refuse();
      const before = lane;
      const { promise, resolve } = Promise.withResolvers<void>();
      if (kind === 'begin immediate' || isShared) lane = before.then(() => promise);
      await before;
      if (isShared) alone = promise;
      try {
        const opened = await another();
        await whenFree(() => opened.db.exec(kind)).catch((error: unknown) => {
          giveBack(opened);
          throw error;
        });
        return createTransaction(opened, file, () => {
          giveBack(opened);
          resolve();
        });
      } catch (error) {
        resolve();
        throw failure(file, error);
      }
    },
    async use(work) {
      if (closed) return refuse();
      try {
        return await work(await open());
      } catch (error) {
        throw failure(file, error);
      }
    },
    onClose(closing) {
      watchers.add(closing);
      return () => void watchers.delete(closing);
    },
    async close() {
      for (const closing of watchers) closing();
      closed = true;
      await lane;
      const opened = await opening?.catch(() => {});
      for (const one of [opened, idle]) one?.db.close();
    },
  };
}
