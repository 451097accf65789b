import type { EntryRow, SessionRow } from '@rustic-ai/kernel/contracts';
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';

interface Tables {
  session: SessionRow;
  session_now: SessionRow;
  entry: EntryRow & { readonly row: number };
  entry_text: { readonly rowid: number; readonly text: string };
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
