import { workspaceError } from '@rustic-ai/kernel/contracts';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { verifyOpened } from './folder.js';

/** What one read may bring into memory. Unit: bytes. */
export const maxReadBytes = 32 * 1024 * 1024;

// Absent on Windows. O_NONBLOCK: opening a FIFO without a writer returns at once.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/** Reads a regular file, or a part of it; less than asked for at its end. `at`: its name in an open folder. */
export async function readFile(file: {
  path: string;
  real: string;
  at: string;
  range?: { readonly offset: number; readonly length: number };
}): Promise<Uint8Array> {
  const { path, range } = file;
  const handle = await open(file.at, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw workspaceError('RUSTIC_FS_NOT_A_FILE', { path });
    // A path of its own shows that the folder could not be pinned by its descriptor.
    if (file.at === file.real) await verifyOpened(handle, file.real);
    const offset = range?.offset ?? 0;
    const bytes = Math.max(0, Math.min(range?.length ?? stats.size, stats.size - offset));
    if (bytes > maxReadBytes) throw workspaceError('RUSTIC_FS_TOO_LARGE', { path, bytes, maxBytes: maxReadBytes });
    const data = Buffer.alloc(bytes);
    let filled = 0;
    while (filled < bytes) {
      const { bytesRead } = await handle.read(data, filled, bytes - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return new Uint8Array(data.buffer, data.byteOffset, filled);
  } finally {
    await handle.close();
  }
}
