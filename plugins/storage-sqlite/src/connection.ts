import type { Database, Statement } from 'better-sqlite3';
import { openDatabase } from './database.js';
import { failure } from './failure.js';
import { createWhenFree } from './wait.js';

/** Prepares a statement, once for each text. */
export type Prepare = <Row>(sql: string) => Statement<unknown[], Row>;

const ignore = () => {};
/** The one connection to the file: opened when first used, every failure coded. */
export interface Connection {
  read<T>(work: (prepare: Prepare) => T): Promise<T>;
  /** Runs the work in a transaction of its own. Order: one at a time, as called. */
  write<T>(work: (prepare: Prepare) => T): Promise<T>;
  /**
   * Runs work that is one statement, which is a transaction by itself.
   *
   * Order: among writes. The statement must be `run`: what it returns otherwise comes before its commit.
   */
  writeOne<T>(work: (prepare: Prepare) => T): Promise<T>;
  /**
   * Begins a transaction that lasts until it is ended; writes wait for it, reads take part in it.
   *
   * Shape: `begin` sees one moment, `begin immediate` may write.
   */
  begin(kind: 'begin' | 'begin immediate'): Promise<Transaction>;
  /** Works on the file by other means than statements. */
  use<T>(work: (opened: Opened) => T | Promise<T>): Promise<T>;
  /** Finishes the writes that wait, then closes the file. */
  close(): Promise<void>;
}
interface Transaction {
  readonly prepare: Prepare;
  /** Order: nothing may be done with it afterwards. */
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

  const open = (): Promise<Opened> =>
    (opening ??= openDatabase(file, whenFree)
      .then(withStatements)
      .catch((error: unknown) => {
        opening = undefined;
        throw error;
      }));
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
    read: (work) => (closed ? refuse() : run(({ prepare }) => work(prepare))),
    write: (work) => inLane(({ prepare, transact }) => transact(() => work(prepare))),
    writeOne: (work) => inLane(({ prepare }) => work(prepare)),
    async begin(kind) {
      if (closed) return refuse();
      const before = lane;
      const { promise, resolve } = Promise.withResolvers<void>();
      lane = before.then(() => promise);
      await before;
      try {
        return await run(({ db, prepare }) => {
          db.exec(kind);
          return {
            prepare,
            end(how) {
              try {
                db.exec(how);
              } catch (error) {
                if (db.inTransaction) db.exec('rollback');
                throw failure(file, error);
              } finally {
                resolve();
              }
            },
          };
        });
      } catch (error) {
        resolve();
        throw error;
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
    async close() {
      closed = true;
      await lane;
      const opened = await opening?.catch(() => {});
      opened?.db.close();
    },
  };
}
