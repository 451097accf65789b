import { workspaceError } from '@rustic-ai/kernel/contracts';
import { lstat, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { codeOf } from './errors.js';
import type { Folder } from './folder.js';
import { claim } from './write.js';

/** Removes a file, a link itself, or a folder; one that is not empty only when `recursive`. */
export async function removeEntry(folder: Folder, name: string, recursive: boolean): Promise<void> {
  if (!(await lstat(folder.at(name))).isDirectory()) return unlink(folder.at(name));
  if (recursive) {
    const inner = await folder.enter(name, false);
    try {
      for (const child of await readdir(inner.path)) await removeEntry(inner, child, true);
    } finally {
      await inner.close();
    }
  }
  await rmdir(folder.at(name));
}

interface Place {
  readonly folder: Folder;
  readonly name: string;
  readonly path: string;
}
/** Gives a file, link or folder another name. Throws: `RUSTIC_FS_EXISTS` when the name is taken. */
export async function moveEntry(move: { source: Place; target: Place; isFolder: boolean }): Promise<void> {
  const source = move.source.folder.at(move.source.name);
  const target = move.target.folder.at(move.target.name);
  const taken = await lstat(target).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
  if (taken) throw workspaceError('RUSTIC_FS_EXISTS', { path: move.target.path });
  // Folders can't be linked; one that appears meanwhile is only ever replaced when it is empty.
  if (move.isFolder) await rename(source, target);
  else await claim(source, target);
}
