import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { errorInfo } from '../errors.js';
import type { StorageRecord } from './storage.js';
import { storageError } from './storage-errors.js';

/** Characters that are written at once. */
const chunk = 65_536;
const digestOf = () => createHash('sha256');

/**
 * Writes records into a new file, one to a line as JSON, and in the last line how many they are and their digest.
 *
 * Shape: for its owner only, and on the disk when it resolves; a file that could not be written is gone.
 * Throws: `RUSTIC_STORAGE_BACKUP`.
 */
export async function writeRecordFile(
  records: AsyncIterable<StorageRecord>,
  { place, file }: { readonly place: string; readonly file: string },
): Promise<void> {
  let created = false;
  try {
    const handle = await open(file, 'wx', 0o600);
    created = true;
    try {
      const digest = digestOf();
      let count = 0;
      let text = '';
      const flush = async () => {
        digest.update(text);
        await handle.appendFile(text);
        text = '';
      };
      for await (const record of records) {
        text += `${JSON.stringify(record)}\n`;
        count++;
        if (text.length > chunk) await flush();
      }
      await flush();
      await handle.appendFile(`${JSON.stringify({ of: 'end', records: count, sha256: digest.digest('hex') })}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (created) await rm(file, { force: true });
    throw storageError('RUSTIC_STORAGE_BACKUP', { file: place, to: file, reason: errorInfo(error).message }, error);
  }
}

/**
 * Reads what `writeRecordFile` wrote.
 *
 * Throws: `RUSTIC_STORAGE_FAILED`, after the last record where the file is not what was written: who takes them all or
 *   none takes none.
 */
export async function* readRecordFile(file: string): AsyncGenerator<StorageRecord, void, void> {
  const refuse = (reason: string, cause?: unknown) => storageError('RUSTIC_STORAGE_FAILED', { file, reason }, cause);
  const digest = digestOf();
  let count = 0;
  let end: unknown;
  try {
    const { createInterface } = await import('node:readline');
    const input = createReadStream(file, 'utf8');
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      const record = JSON.parse(line) as StorageRecord | { readonly of: 'end' };
      if (end !== undefined) throw new Error('something follows its end');
      if (record.of === 'end') {
        end = JSON.stringify(record);
        continue;
      }
      digest.update(`${line}\n`);
      count++;
      yield record;
    }
  } catch (error) {
    throw refuse(`it is no backup: ${errorInfo(error).message}`, error);
  }
  const sound = JSON.stringify({ of: 'end', records: count, sha256: digest.digest('hex') });
  if (end !== sound) throw refuse(end === undefined ? 'it is cut off' : 'it is not as it was written');
}
