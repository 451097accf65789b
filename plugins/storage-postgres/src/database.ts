import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
} from 'kysely';
import type { Client, ClientBase, ClientConfig, Pool } from 'pg';
import { failure } from './failure.js';
import { migrate } from './migrations.js';

/** Runs one statement and gives its rows. */
export type Run = <Row>(statement: RawBuilder<Row>) => Promise<readonly Row[]>;

/** The schema, over a pool: opened and migrated when first used, every failure coded. */
export interface Database {
  readonly place: string;
  readonly schema: string;
  read<T>(work: (run: Run) => Promise<T>): Promise<T>;
  /** Runs the work in a transaction of its own. Order: one at a time in each lane, as called. */
  write<T>(lane: string, work: (run: Run) => Promise<T>): Promise<T>;
  /** A transaction that lasts until it is ended. `begin`: how it begins. */
  begin(begin: string): Promise<{ readonly run: Run; end(how: 'commit' | 'rollback'): Promise<void> }>;
  /** A connection that is not of the pool; whoever asked for it ends it. */
  connect(): Promise<{ readonly run: Run; readonly client: Client }>;
  /** The schema version that was found; 0 when there was none. */
  from(): Promise<number>;
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
    return { ...(await settings()), types };
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
        return {
          run: runOn(client),
          end: (how) =>
            coded(async () => {
              let broken = true;
              try {
                await client.query(how);
                broken = false;
              } finally {
                client.release(broken);
              }
            }),
        };
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
    async close() {
      closed = true;
      await Promise.all(lanes.values());
      const opened = await opening?.catch(ignore);
      await opened?.pool.end();
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
