import { workspaceError } from '@rustic-ai/kernel/contracts';
import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { access, type FileHandle, link, lstat, open, rename, unlink } from 'node:fs/promises';
import { codeOf } from './errors.js';
import type { Folder } from './folder.js';

/** Replaces or makes a file in one step: other readers see the old content or the new one, never a part. */
export async function writeFile(file: {
  path: string;
  folder: Folder;
  name: string;
  data: Uint8Array | AsyncIterable<Uint8Array>;
  overwrite: boolean;
  permissions?: number | undefined;
}): Promise<void> {
  const { folder, path } = file;
  const target = folder.at(file.name);
  const old = await lstat(target).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
  if (old?.isSymbolicLink()) throw workspaceError('RUSTIC_FS_CHANGED', { path });
  if (old && !old.isFile()) throw workspaceError('RUSTIC_FS_NOT_A_FILE', { path });
  if (old && !file.overwrite) throw workspaceError('RUSTIC_FS_EXISTS', { path });
  // Renaming asks for rights on the folder only.
  if (old) await access(target, constants.W_OK);

  const temporary = folder.at(`.rustic-${randomBytes(8).toString('hex')}.tmp`);
  const handle = await open(temporary, 'wx');
  try {
    try {
      if (old) await copyOwnership(handle, old);
      await handle.writeFile(file.data);
      if (file.permissions !== undefined) await handle.chmod(file.permissions & 0o777);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (file.overwrite) await rename(temporary, target);
    else await claim(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  await folder.sync();
}

async function copyOwnership(handle: FileHandle, old: Stats): Promise<void> {
  const made = await handle.stat();
  // Only root may give a file away; a copy of one's own is what anybody else gets.
  if (made.uid !== old.uid || made.gid !== old.gid) await handle.chown(old.uid, old.gid).catch(() => {});
  await handle.chmod(old.mode & 0o7777);
}

/** Gives the file its name unless the name is taken; throws `EEXIST` then, however close the race. */
export async function claim(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(codeOf(error) ?? '')) throw error;
    // A file system without hard links: the name is taken first, then filled.
    await (await open(to, 'wx')).close();
    return rename(from, to);
  }
  await unlink(from);
}
