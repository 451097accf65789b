import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { archiveError, type ArchiveEntry, type ArchiveFile, type Limit } from './entry.js';
import type { Packed } from './packed.js';

/** Types of files in the upper half of a zip entry's attributes. Source: inode(7), S_IFMT; APPNOTE.TXT 4.4.15. */
const [typeMask, linkType, folderType, fileType] = [0o170000, 0o120000, 0o040000, 0o100000];

export async function* readZip(archive: ArchiveFile, bytes: number, limit: Limit): AsyncIterable<ArchiveEntry> {
  const { default: yauzl } = await import('yauzl');
  const { files, path, signal } = archive;
  async function* range(start: number, end: number): AsyncIterable<Uint8Array> {
    for (let offset = start; offset < end;) {
      signal.throwIfAborted();
      const block = await files.read(path, { offset, length: Math.min(end - offset, 1024 * 1024) });
      if (block.length === 0) throw archiveError(path, 'it ends too early');
      yield block;
      offset += block.length;
    }
  }
  class Reader extends yauzl.RandomAccessReader {
    override _readStreamForRange(start: number, end: number): Readable {
      return Readable.from(range(start, end), { objectMode: false });
    }
  }
  // Names are judged by whoever unpacks, so that a bad one is named.
  const options = { lazyEntries: true, autoClose: false, strictFileNames: false, decodeStrings: true };
  const zip = await yauzl.fromRandomAccessReaderPromise(new Reader(), bytes, options);
  for await (const entry of zip.eachEntry()) {
    const mode = (entry.externalFileAttributes >>> 16) & 0xffff;
    const kind = mode & typeMask;
    const isFolder = entry.fileName.endsWith('/') || kind === folderType;
    yield {
      name: entry.fileName,
      type: isFolder ? 'directory' : kind === linkType ? 'link' : kind === 0 || kind === fileType ? 'file' : 'other',
      bytes: entry.uncompressedSize,
      ...(mode !== 0 && { permissions: mode & 0o777 }),
      content: () => limit(checked(() => zip.openReadStreamPromise(entry), { path, sum: entry.crc32 })),
    };
  }
}
/** The library looks at the size only. */
async function* checked(open: () => Promise<Readable>, { path, sum }: { path: string; sum: number }) {
  let found = 0;
  for await (const block of (await open()) as AsyncIterable<Buffer>) {
    found = crc32(block, found);
    yield block;
  }
  if (found !== sum) throw archiveError(path, 'a checksum in it is wrong');
}

export async function* writeZip(entries: AsyncIterable<Packed>): AsyncIterable<Uint8Array> {
  const { default: yazl } = await import('yazl');
  const zip = new yazl.ZipFile();
  const out = zip.outputStream as Readable;
  zip.on('error', (error: Error) => out.destroy(error));
  const adding = (async () => {
    for await (const { name, bytes, permissions, modifiedMs, content } of entries) {
      const options = { mode: permissions, mtime: new Date(modifiedMs) };
      if (!content) {
        zip.addEmptyDirectory(name, { ...options, mode: 0o040000 | permissions });
        continue;
      }
      const stream = Readable.from(content(), { objectMode: false });
      const read = new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject));
      zip.addReadStream(stream, name, { ...options, mode: 0o100000 | permissions, size: bytes });
      await read;
    }
    zip.end();
  })();
  adding.catch((error: Error) => out.destroy(error));
  yield* out;
}
