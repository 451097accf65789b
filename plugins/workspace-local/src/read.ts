import { workspaceError } from '@rustic-ai/kernel/contracts';
import { closeSync, constants, fstatSync, openSync, read, readSync, type Stats } from 'node:fs';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';
import { openBelowSync, verifyOpenedSync } from './folder.js';

/** What one read may bring into memory. Unit: bytes. */
export const maxReadBytes = 32 * 1024 * 1024;
/** What is read without waiting: handing it to another thread takes longer. Unit: bytes. */
const atOnceBytes = 64 * 1024;

// Absent on Windows. O_NONBLOCK: opening a FIFO without a writer returns at once.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
const readLater = promisify(read);

export interface ReadableFile {
  readonly opened: number;
  readonly stats: Stats;
  close(): void;
}
/**
 * Opens a regular file of the workspace, following no link.
 *
 * Throws: `RUSTIC_FS_NOT_A_FILE`; `ELOOP` for a link.
 */
export function openToRead(file: {
  readonly root: string;
  readonly real: string;
  readonly path: string;
}): ReadableFile {
  const folder = openBelowSync(file.root, dirname(file.real));
  try {
    const at = folder.at(basename(file.real));
    const opened = openSync(at, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stats = fstatSync(opened);
      if (!stats.isFile()) throw workspaceError('RUSTIC_FS_NOT_A_FILE', { path: file.path });
      // A path of its own shows that the folder could not be pinned by its descriptor.
      if (at === file.real) verifyOpenedSync(opened, file.real);
      return { opened, stats, close: () => closeSync(opened) };
    } catch (error) {
      closeSync(opened);
      throw error;
    }
  } finally {
    folder.close();
  }
}

/** Reads a regular file, or a part of it; less than asked for at its end. */
export async function readFile(
  file: Parameters<typeof openToRead>[0] & { range?: { readonly offset: number; readonly length: number } },
): Promise<Uint8Array> {
  const { path, range } = file;
  const { opened, stats, close } = openToRead(file);
  try {
    const offset = range?.offset ?? 0;
    const bytes = Math.max(0, Math.min(range?.length ?? stats.size, stats.size - offset));
    if (bytes > maxReadBytes) throw workspaceError('RUSTIC_FS_TOO_LARGE', { path, bytes, maxBytes: maxReadBytes });
    const data = Buffer.alloc(bytes);
    let filled = 0;
    while (filled < bytes) {
      const rest = [data, filled, bytes - filled, offset + filled] as const;
      const count = bytes <= atOnceBytes ? readSync(opened, ...rest) : (await readLater(opened, ...rest)).bytesRead;
      if (count === 0) break;
      filled += count;
    }
    return new Uint8Array(data.buffer, data.byteOffset, filled);
  } finally {
    close();
  }
}

const blockBytes = 1024 * 1024;
/** An open file, block by block: memory stays flat. */
export async function* blocksOf({ opened }: ReadableFile): AsyncIterable<Uint8Array> {
  for (let offset = 0; ;) {
    const { bytesRead, buffer } = await readLater(opened, Buffer.allocUnsafe(blockBytes), 0, blockBytes, offset);
    if (bytesRead === 0) return;
    offset += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
