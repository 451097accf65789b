import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';

/** How long a statement waits while another process writes. Unit: ms. */
const timeout = 5_000;

/** Opens a database, and makes it where there is none. The driver is imported with the first of them. */
export async function openTable(file: string): Promise<Database> {
  await mkdir(dirname(file), { recursive: true });
  const { default: Sqlite } = await import('better-sqlite3');
  const database = new Sqlite(file, { timeout });
  database.pragma('journal_mode = wal');
  database.exec(`create table if not exists kept (
    plugin text not null, key text not null, value text not null, version integer not null,
    primary key (plugin, key)) strict`);
  return database;
}
