import { storageError } from '@rustic-ai/kernel/contracts';
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type { Client, ClientBase, ClientConfig, Pool, PoolClient } from 'pg';
import { failure } from './failure.js';
import { migrate } from './migrations.js';
import type { Run, Work } from './work.js';

/** A transaction that has begun. Whatever writes and fails in it undoes itself alone. */
interface Transaction extends Work {
  readonly run: Run;
  /** Waits for what is at work in it. Order: what is asked of it afterwards is refused. */
  end(how: 'commit' | 'rollback'): Promise<void>;
}
/** The schema, over a pool: opened and migrated when first used. */
export interface Database extends Work {
  readonly place: string;
  readonly schema: string;
  /** Begins a transaction that lasts until it is ended. `begin`: how it begins. */
  begin(begin: string): Promise<Transaction>;
  /** A connection that is not of the pool; whoever asked for it ends it. */
  connect(): Promise<{ readonly run: Run; readonly client: Client }>;
  /** The schema version that was found; 0 when there was none. */
  from(): Promise<number>;
  /** Is called when it begins to close. Returns how to take that back. */
  onClose(closing: () => void): () => void;
  close(): Promise<void>;
}

/** Writes SQL and runs none. */
const compiler = new Kysely<Record<string, never>>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});
const runOn =
  (client: ClientBase): Run =>
  async (statement) => {
    const { sql, parameters } = statement.compile(compiler);
    return (await client.query(sql, [...parameters])).rows as never;
  };

interface Opened {
  readonly pool: Pool;
  readonly from: number;
}
/** A broken connection is noticed by the query that uses it. */
const ignore = () => {};

/** Throws: from every method but `close`: `RUSTIC_STORAGE_*`. */
export function createDatabase({
  place,
  schema,
  connections,
  settings,
}: {
  readonly place: string;
  readonly schema: string;
  readonly connections: number;
  /** How to connect; the password may have to be read. */
  readonly settings: () => Promise<ClientConfig>;
}): Database {
  let opening: Promise<Opened> | undefined;
  let closed = false;
  const watchers = new Set<() => void>();
  const lanes = new Map<string, Promise<unknown>>();
  const inLane = <T>(lane: string, work: () => Promise<T>): Promise<T> => {
    const done = (lanes.get(lane) ?? Promise.resolve()).then(work);
    const end = done.catch(ignore).then(() => {
      if (lanes.get(lane) === end) lanes.delete(lane);
    });
    lanes.set(lane, end);
    return done;
  };
  const configuration = async (): Promise<ClientConfig> => {
    const { default: pg } = await import('pg');
    const types = new pg.TypeOverrides();
    // Source: pg_type of PostgreSQL 18: 20 is int8. Ours are counts and times, which a double holds exactly.
    types.setTypeParser(20, Number);
    return { keepAlive: true, ...(await settings()), types };
  };
  const open = (): Promise<Opened> =>
    (opening ??= (async () => {
      const { default: pg } = await import('pg');
      const pool = new pg.Pool({ ...(await configuration()), max: connections, allowExitOnIdle: true });
      pool.on('error', ignore).on('connect', (client) => client.on('error', ignore));
      try {
        return { pool, from: await transact(pool, 'begin', (run) => migrate(run, { schema, place })) };
      } catch (error) {
        await pool.end();
        throw error;
      }
    })().catch((error: unknown) => {
      opening = undefined;
      throw error;
    }));
  const coded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      if (closed) throw new Error('it is closed');
      return await work();
    } catch (error) {
      throw failure(place, error);
    }
  };
  return {
    place,
    schema,
    read: (work) =>
      coded(async () => {
        const client = await (await open()).pool.connect();
        let broken = true;
        try {
          const result = await work(runOn(client));
          broken = false;
          return result;
        } finally {
          client.release(broken);
        }
      }),
    write: (lane, work) => coded(() => inLane(lane, async () => transact((await open()).pool, 'begin', work))),
    begin: (begin) =>
      coded(async () => {
        const client = await (await open()).pool.connect();
        try {
          await client.query(begin);
        } catch (error) {
          client.release(true);
          throw error;
        }
        return createTransaction(client, coded);
      }),
    connect: () =>
      coded(async () => {
        await open();
        const { default: pg } = await import('pg');
        const client = new pg.Client(await configuration());
        client.on('error', ignore);
        await client.connect();
        return { run: runOn(client), client };
      }),
    from: () => coded(async () => (await open()).from),
    onClose(closing) {
      watchers.add(closing);
      return () => void watchers.delete(closing);
    },
    async close() {
      for (const closing of watchers) closing();
      closed = true;
      await Promise.all(lanes.values());
      const opened = await opening?.catch(ignore);
      await opened?.pool.end();
    },
  };
}

function createTransaction(client: PoolClient, coded: <T>(work: () => Promise<T>) => Promise<T>): Transaction {
  const run = runOn(client);
  let isOver = false;
  let lane: Promise<unknown> = Promise.resolve();
  const inLane = <T>(work: () => Promise<T>): Promise<T> => {
    if (isOver) return Promise.reject(storageError('RUSTIC_TRANSACTION_OVER', { reason: 'it has ended' }));
    const done = lane.then(() => coded(work));
    lane = done.catch(ignore);
    return done;
  };
  return {
    run,
    read: (work) => inLane(() => work(run)),
    write: (_, work) =>
      inLane(async () => {
        await client.query('savepoint one');
        try {
          const result = await work(run);
          await client.query('release one');
          return result;
        } catch (error) {
          await client.query('rollback to one').catch(ignore);
          throw error;
        }
      }),
    async end(how) {
      isOver = true;
      await lane;
      await coded(async () => {
        let broken = true;
        try {
          const { command } = await client.query(how);
          broken = false;
          // The server ends what failed with a rollback, whatever it was told.
          if (how === 'commit' && command !== 'COMMIT') throw new Error('the transaction had failed, and was undone');
        } finally {
          client.release(broken);
        }
      });
    },
  };
}

/** A connection on which anything failed is not used again. */
async function transact<T>(pool: Pool, begin: string, work: (run: Run) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let sound = false;
  try {
    await client.query(begin);
    const result = await work(runOn(client)).catch(async (error: unknown) => {
      await client.query('rollback').then(() => (sound = true), ignore);
      throw error;
    });
    await client.query('commit');
    sound = true;
    return result;
  } finally {
    client.release(!sound);
  }
}
