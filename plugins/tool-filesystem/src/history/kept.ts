import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Contents of files by their sha-256, in a folder that only its owner can look into. */
export interface Kept {
  /** Takes in the content of a file, and keeps it unless it is too large. */
  add(
    content: AsyncIterable<Uint8Array>,
    bytes: number,
  ): Promise<{ readonly digest: string; readonly isKept: boolean }>;
  get(digest: string): Promise<Uint8Array>;
}
export function createKept(folder: string, maxBytes: number): Kept {
  return {
    async add(content, bytes) {
      const sum = createHash('sha256');
      if (bytes > maxBytes) {
        for await (const block of content) sum.update(block);
        return { digest: sum.digest('hex'), isKept: false };
      }
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const temporary = join(folder, `.${randomBytes(8).toString('hex')}.tmp`);
      const handle = await open(temporary, 'wx', 0o600);
      try {
        try {
          for await (const block of content) {
            sum.update(block);
            await handle.write(block);
          }
          await handle.sync();
        } finally {
          await handle.close();
        }
        const digest = sum.digest('hex');
        const name = join(folder, digest);
        const there = await stat(name).catch(() => undefined);
        if (there) await unlink(temporary);
        else {
          await rename(temporary, name);
          await syncFolder(folder);
        }
        return { digest, isKept: true };
      } catch (error) {
        await unlink(temporary).catch(() => {});
        throw error;
      }
    },
    get: (digest) => readFile(join(folder, digest)),
  };
}

/** Makes names in a folder last through a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
