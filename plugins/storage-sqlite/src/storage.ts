import { closeSync, openSync, rmSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorInfo } from '@rustic-ai/kernel';
import {
  createTransactions,
  type Storage,
  type StorageDomains,
  storageError,
  type StorageRecord,
  watchChanges,
} from '@rustic-ai/kernel/contracts';
import { createFollow } from './changes.js';
import type { Connection, Prepare, Work } from './connection.js';
import { isEmpty, putRecord, recordQueries } from './records.js';
import { schemaVersion } from './version.js';

/** Records read or written in one step of the event loop. */
const pageSize = 256;

async function* exportAll(connection: Connection): AsyncGenerator<StorageRecord> {
  const { prepare, end } = await connection.begin('begin');
  try {
    for (const { sql, recordOf } of recordQueries)
      for (let offset: unknown = null, found = pageSize; found === pageSize; await nextTurn()) {
        const rows = prepare<{ readonly at: unknown }>(sql).all({ after: offset, size: pageSize });
        for (const row of rows) yield recordOf(row as never);
        offset = rows.at(-1)?.at ?? null;
        found = rows.length;
      }
  } finally {
    end('rollback');
  }
}

async function importAll(connection: Connection, file: string, records: AsyncIterable<StorageRecord>): Promise<void> {
  const { prepare, end } = await connection.begin('begin immediate');
  let how: 'commit' | 'rollback' = 'rollback';
  try {
    if (!isEmpty(prepare)) throw storageError('RUSTIC_STORAGE_NOT_EMPTY', { file });
    let count = 0;
    for await (const record of records) {
      putRecord(prepare, record);
      if (++count % pageSize === 0) await nextTurn();
    }
    how = 'commit';
  } finally {
    end(how);
  }
}

const bytesOf = (prepare: Prepare): number =>
  prepare<{ bytes: number }>('select page_count * page_size as bytes from pragma_page_count, pragma_page_size').get()
    ?.bytes ?? 0;

/** The file as a whole. */
export const createStorage = (
  connection: Connection,
  { file, domainsOf }: { readonly file: string; readonly domainsOf: (work: Work) => StorageDomains },
): Storage => ({
  place: file,
  check: () =>
    connection.write((prepare) => {
      const flaws = prepare<{ integrity_check: string }>('pragma integrity_check').all();
      const strangers = prepare<{ table: string }>('pragma foreign_key_check').all();
      const gaps = prepare<{ id: string }>(
        `select session as id from entry group by session having min(seq) <> 1 or max(seq) <> count(*)`,
      ).all();
      prepare("insert into entry_text (entry_text) values ('integrity-check')").run();
      return [
        ...flaws.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
        ...strangers.map(({ table }) => `a row of ${table} belongs to nothing`),
        ...gaps.map(({ id }) => `the entries of session ${id} are not numbered from 1 without gaps`),
      ];
    }),
  backup: (to) =>
    connection.use(async ({ db }) => {
      let created = false;
      try {
        closeSync(openSync(to, 'wx', 0o600));
        created = true;
        await db.backup(to);
      } catch (error) {
        if (created) rmSync(to, { force: true });
        throw storageError('RUSTIC_STORAGE_BACKUP', { file, to, reason: errorInfo(error).message }, error);
      }
    }),
  migrate: () => connection.use(({ from }) => ({ from, to: schemaVersion })),
  export: () => exportAll(connection),
  import: (records) => importAll(connection, file, records),
  changes: ({ signal } = {}) => watchChanges(createFollow(connection), signal),
  async vacuum() {
    const from = await connection.read(bytesOf);
    await connection.writeOne((prepare) => prepare('vacuum').run());
    await connection.writeOne((prepare) => prepare('pragma wal_checkpoint(truncate)').get());
    return { from, to: await connection.read(bytesOf) };
  },
  transaction: createTransactions(async () => {
    const begun = await connection.begin('begin immediate');
    return { domains: domainsOf(begun), end: (how) => begun.end(how) };
  }),
});
