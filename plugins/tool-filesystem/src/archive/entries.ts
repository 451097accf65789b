import { isRusticError } from '@rustic-ai/kernel';
import { blocksOf } from '../blocks.js';
import { mediaTypeOf } from '../media-type.js';
import { type ArchiveEntry, archiveError, type ArchiveFile, type Limit } from './entry.js';

/** How much an archive may hold, unpacked. Unit: bytes; entries. */
export const maxUnpackedBytes = 1024 ** 3;
export const maxEntries = 2_000;
/** How many times larger than itself an archive may become, once it is more than a few. Unit: times; bytes. */
const maxRatio = 200;
const freeBytes = 16 * 1024 * 1024;

/**
 * What is in an archive, in its order.
 *
 * Throws: `RUSTIC_FS_ARCHIVE` for one that is damaged, has too many entries, or becomes much larger than it is.
 */
export async function* entriesOf(archive: ArchiveFile): AsyncIterable<ArchiveEntry> {
  const { files, path } = archive;
  const mediaType = mediaTypeOf(await files.read(path, { offset: 0, length: 512 }));
  const { bytes } = await files.info(path);
  const limit = createLimit(path, bytes);
  try {
    let count = 0;
    for await (const entry of await reading(archive, mediaType, bytes, limit)) {
      if (++count > maxEntries) throw archiveError(path, `it has more than ${maxEntries} entries`);
      yield { ...entry, content: () => coded(archive, entry.content()) };
    }
  } catch (error) {
    throw asArchiveError(archive, error);
  }
}

function asArchiveError({ path, signal }: ArchiveFile, error: unknown): unknown {
  signal.throwIfAborted();
  if (isRusticError(error)) return error;
  return archiveError(path, error instanceof Error ? error.message : String(error), error);
}
async function* coded(archive: ArchiveFile, content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* content;
  } catch (error) {
    throw asArchiveError(archive, error);
  }
}

function createLimit(path: string, packedBytes: number): Limit {
  const most = Math.min(maxUnpackedBytes, Math.max(freeBytes, packedBytes * maxRatio));
  let passed = 0;
  return async function* (content) {
    for await (const block of content) {
      passed += block.length;
      if (passed > most) throw archiveError(path, `it becomes larger than ${most} bytes`);
      yield block;
    }
  };
}

async function reading(archive: ArchiveFile, mediaType: string, bytes: number, limit: Limit) {
  const { files, path, signal } = archive;
  if (mediaType === 'application/zip') return (await import('./zip.js')).readZip(archive, bytes, limit);
  const isTar = mediaType === 'application/x-tar';
  if (!isTar && mediaType !== 'application/gzip') throw archiveError(path, 'it is none of zip, tar and tar.gz');
  return (await import('./tar.js')).readTar(blocksOf(files, path, signal), { packed: !isTar, limit });
}
