import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';

export interface Tables {
  /** Times in ms since 1970; `tags` is a JSON list. */
  session: {
    id: string;
    title: string | null;
    agent: string;
    project: string | null;
    tags: string;
    created_at: number;
    updated_at: number;
    entries: number;
  };
  entry: {
    row: number;
    session: string;
    seq: number;
    id: string;
    parent: string | null;
    ts: string;
    type: string;
    body: string;
  };
  entry_text: { rowid: number; text: string };
  value: { plugin: string; key: string; version: number; value: string };
}

/** Writes SQL and runs none: statements run on the one connection, in one synchronous step. */
export const compiler = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});
