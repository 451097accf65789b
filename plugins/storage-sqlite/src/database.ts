import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import { schemaVersion, versionOf } from './version.js';
import type { WhenFree } from './wait.js';

/** How long SQLite itself waits for a lock, with the event loop standing still. Unit: ms. */
const blockingMs = 10;

/** One after the other: made by Node at once, on a disk that may only be read they fail as if there were none. */
function createFolder(folder: string): void {
  if (existsSync(folder)) return;
  createFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Creates the file for its owner only, and its folder too. What is there already keeps its mode. */
function createFile(file: string): void {
  createFolder(dirname(file));
  closeSync(openSync(file, 'a', 0o600));
}

/** Opens a file and brings its schema up to date. Kysely is imported only when there is something to migrate. */
export async function openDatabase(
  file: string,
  whenFree: WhenFree,
): Promise<{ readonly db: Database; readonly from: number }> {
  const { default: Sqlite } = await import('better-sqlite3');
  if (file !== ':memory:') createFile(file);
  const db = new Sqlite(file, { timeout: blockingMs });
  try {
    // In one transaction: another process may be creating the schema at the moment.
    const found = await whenFree(() => db.transaction(() => versionOf(db, file))());
    // Counts for a new file only. A commit writes whole pages, and an entry is smaller than one.
    db.pragma('page_size = 2048');
    await whenFree(() => db.pragma('journal_mode = wal'));
    db.pragma('synchronous = normal');
    db.pragma('wal_autocheckpoint = 2000');
    db.pragma('foreign_keys = on');
    db.pragma('trusted_schema = off');
    if (found < schemaVersion) {
      const { migrate } = await import('./migrations.js');
      await whenFree(() => migrate(db, file));
    }
    return { db, from: found };
  } catch (error) {
    db.close();
    throw error;
  }
}
