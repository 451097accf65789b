import {
  createTransactions,
  type Storage,
  type StorageDomains,
  storageError,
  type StorageRecord,
  watchChanges,
  writeRecordFile,
} from '@rustic-ai/kernel/contracts';
import { sql } from 'kysely';
import { createFollow } from './changes.js';
import type { Database } from './database.js';
import type { Run, Work } from './work.js';
import { schemaVersion } from './migrations.js';
import { isEmpty, putRecords, recordQueries, tables } from './records.js';

/** Records read or written in one statement. */
const pageSize = 256;

async function* exportAll(database: Database): AsyncGenerator<StorageRecord> {
  const { run, end } = await database.begin('begin isolation level repeatable read read only');
  try {
    for (const { page, recordOf } of recordQueries)
      for (let after: readonly unknown[] | undefined, found = pageSize; found === pageSize;) {
        const rows = await run(page(after, pageSize));
        for (const row of rows) yield recordOf(row as never);
        after = rows.at(-1)?.at;
        found = rows.length;
      }
  } finally {
    await end('rollback');
  }
}

async function importAll(database: Database, records: AsyncIterable<StorageRecord>): Promise<void> {
  const { run, end } = await database.begin('begin');
  let how: 'commit' | 'rollback' = 'rollback';
  try {
    if (!(await isEmpty(run))) throw storageError('RUSTIC_STORAGE_NOT_EMPTY', { file: database.place });
    let batch: StorageRecord[] = [];
    for await (const record of records) {
      if (batch.length === pageSize || (batch[0] && batch[0].of !== record.of)) {
        await putRecords(run, batch);
        batch = [];
      }
      batch.push(record);
    }
    await putRecords(run, batch);
    how = 'commit';
  } finally {
    await end(how);
  }
}

const bytesOf = async (run: Run, schema: string): Promise<number> => {
  const [row] = await run(
    sql<{ bytes: number }>`select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint as bytes
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = ${schema} and c.relkind = 'r'`,
  );
  return row?.bytes ?? 0;
};
/** Makes room in the tables; what stands at their ends goes back to the disk. */
async function vacuumAll(database: Database): Promise<{ readonly from: number; readonly to: number }> {
  const { run, client } = await database.connect();
  try {
    const from = await bytesOf(run, database.schema);
    await run(sql`vacuum (analyze) ${sql.join([...tables, 'entry'].map((name) => sql.table(name)))}`);
    return { from, to: await bytesOf(run, database.schema) };
  } finally {
    await client.end();
  }
}

/** The schema as a whole. */
export const createStorage = (database: Database, domainsOf: (work: Work) => StorageDomains): Storage => ({
  place: database.place,
  async check() {
    const gaps = await database.read((run) =>
      run(sql<{ id: string }>`select id from session left join
        (select session, count(*) as count, max(seq) as last from entry group by session) as counted on session = id
        where entries <> coalesce(count, 0) or entries <> coalesce(last, 0)`),
    );
    return gaps.map(({ id }) => `the entries of session ${id} are not numbered from 1 without gaps`);
  },
  backup: (file) => writeRecordFile(exportAll(database), { place: database.place, file }),
  migrate: async () => ({ from: await database.from(), to: schemaVersion }),
  export: () => exportAll(database),
  import: (records) => importAll(database, records),
  changes: ({ signal } = {}) => watchChanges(createFollow(database), signal),
  vacuum: () => vacuumAll(database),
  transaction: createTransactions(async () => {
    const begun = await database.begin('begin');
    return { domains: domainsOf(begun), end: (how) => begun.end(how) };
  }),
});
