import { storageError } from '@rustic-ai/kernel/contracts';
import type { Database } from 'better-sqlite3';

/** The newest schema this plugin knows; `PRAGMA user_version` of an up-to-date file. */
export const schemaVersion = 6;
/** `PRAGMA application_id` of our files: "rstc" in ASCII. */
export const applicationId = 0x72737463;

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
