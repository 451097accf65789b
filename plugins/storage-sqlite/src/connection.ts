import type { Database, Statement } from 'better-sqlite3';
import { openDatabase } from './database.js';
import { failure } from './failure.js';
import { createWhenFree } from './wait.js';

/** Prepares a statement, once for each text. */
export type Prepare = <Row>(sql: string) => Statement<unknown[], Row>;

/** The one connection to the file: opened when first used, every failure coded. */
export interface Connection {
  read<T>(work: (prepare: Prepare) => T): Promise<T>;
  /** Runs the work in a transaction of its own. Order: one at a time, as called. */
  write<T>(work: (prepare: Prepare) => T): Promise<T>;
  /** Finishes the writes that wait, then closes the file. */
  close(): Promise<void>;
}
interface Opened {
  readonly db: Database;
  readonly prepare: Prepare;
  /** Runs the work between `begin immediate` and `commit`. */
  readonly transact: <T>(work: () => T) => T;
}

function withStatements(db: Database): Opened {
  const statements = new Map<string, Statement>();
  const prepare = (sql: string): Statement => {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const transaction = db.transaction((work: () => unknown) => work());
  return { db, prepare: prepare as Prepare, transact: (work) => transaction.immediate(work) as never };
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
  return {
    read: (work) => (closed ? refuse() : run(({ prepare }) => work(prepare))),
    write(work) {
      if (closed) return refuse();
      const done = lane.then(() => run(({ prepare, transact }) => transact(() => work(prepare))));
      lane = done.catch(() => {});
      return done;
    },
    async close() {
      closed = true;
      await lane;
      const opened = await opening?.catch(() => {});
      opened?.db.close();
    },
  };
}
