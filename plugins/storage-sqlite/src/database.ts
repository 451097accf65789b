import { mkdirSync, closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { storageError } from '@rustic-ai/kernel/contracts';
import type { Database } from 'better-sqlite3';
import type { WhenFree } from './wait.js';

/** The newest schema this plugin knows; `PRAGMA user_version` of an up-to-date file. */
export const schemaVersion = 2;
/** `PRAGMA application_id` of our files: "rstc" in ASCII. */
export const applicationId = 0x72737463;

/** How long SQLite itself waits for a lock, with the event loop standing still. Unit: ms. */
const blockingMs = 10;

/** Creates the file for its owner only, and its folder too. What is there already keeps its mode. */
function createFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
}

/**
 * The schema version of a file; 0 when it is empty.
 *
 * Throws: `RUSTIC_STORAGE_VERSION` when it is newer than this plugin; an error when it is another program's database.
 */
export function versionOf(db: Database, file: string): number {
  const found = Number(db.pragma('user_version', { simple: true }));
  const owner = Number(db.pragma('application_id', { simple: true }));
  const isEmpty = () => db.prepare('select 1 from sqlite_schema limit 1').get() === undefined;
  if (owner !== applicationId && !(owner === 0 && found === 0 && isEmpty()))
    throw storageError('RUSTIC_STORAGE_FAILED', { file, reason: 'it is the database of another program' });
  if (found > schemaVersion) throw storageError('RUSTIC_STORAGE_VERSION', { file, found, known: schemaVersion });
  return found;
}

/** Opens a file and brings its schema up to date. Kysely is imported only when there is something to migrate. */
export async function openDatabase(file: string, whenFree: WhenFree): Promise<Database> {
  const { default: Sqlite } = await import('better-sqlite3');
  if (file !== ':memory:') createFile(file);
  const db = new Sqlite(file, { timeout: blockingMs });
  try {
    const found = await whenFree(() => versionOf(db, file));
    await whenFree(() => db.pragma('journal_mode = wal'));
    db.pragma('synchronous = normal');
    db.pragma('foreign_keys = on');
    db.pragma('trusted_schema = off');
    if (found < schemaVersion) {
      const { migrate } = await import('./migrations.js');
      await whenFree(() => migrate(db, file));
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
