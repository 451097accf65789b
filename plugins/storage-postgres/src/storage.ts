import { type Storage, storageError, type StorageRecord } from '@rustic-ai/kernel/contracts';
import { sql } from 'kysely';
import type { Database } from './database.js';
import { schemaVersion } from './migrations.js';
import { isEmpty, putRecords, recordQueries } from './records.js';

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

/** The schema as a whole. */
export const createStorage = (database: Database): Storage => ({
  place: database.place,
  async check() {
    const gaps = await database.read((run) =>
      run(sql<{ id: string }>`select id from session left join
        (select session, count(*) as count, max(seq) as last from entry group by session) as counted on session = id
        where entries <> coalesce(count, 0) or entries <> coalesce(last, 0)`),
    );
    return gaps.map(({ id }) => `the entries of session ${id} are not numbered from 1 without gaps`);
  },
  async backup(to) {
    const reason = 'PostgreSQL has its own tools for that: use pg_dump, or "rustic storage copy" into another backend';
    throw storageError('RUSTIC_STORAGE_BACKUP', { file: database.place, to, reason });
  },
  migrate: async () => ({ from: await database.from(), to: schemaVersion }),
  export: () => exportAll(database),
  import: (records) => importAll(database, records),
});
