import { type DirectoryEntry, type FileInfo, workspaceError } from '@rustic-ai/kernel/contracts';
import { constants, lstatSync, readlinkSync, type Stats } from 'node:fs';
import { chmod, open, symlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { openBelowSync, swapped, throughDescriptor } from './folder.js';

export function typeOf(stats: Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): DirectoryEntry['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

/** What stands at a real path, a link itself. */
export function infoOf(root: string, real: string): FileInfo {
  const isRoot = real === root;
  const folder = openBelowSync(root, isRoot ? root : dirname(real));
  try {
    const at = isRoot ? `${folder.at('')}/.` : folder.at(basename(real));
    const stats = lstatSync(at);
    const type = typeOf(stats);
    return {
      type,
      bytes: stats.size,
      modifiedMs: Math.round(stats.mtimeMs),
      permissions: stats.mode & 0o777,
      ...(type === 'link' && { target: readlinkSync(at) }),
    };
  } finally {
    folder.close();
  }
}

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
/** Opens what one may not read, to change it. Source: Linux, include/uapi/asm-generic/fcntl.h, O_PATH. */
const pathOnly = 0o10000000;

/** Changes what is open, so that a name that is swapped meanwhile does not matter. */
export async function setPermissions(file: { path: string; at: string; permissions: number }): Promise<void> {
  const handle = await open(file.at, (throughDescriptor ? pathOnly : O_RDONLY | O_NONBLOCK) | O_NOFOLLOW);
  try {
    const stats = await handle.stat();
    if (stats.isSymbolicLink()) throw swapped();
    if (!stats.isFile() && !stats.isDirectory()) throw workspaceError('RUSTIC_FS_NOT_A_FILE', { path: file.path });
    const mode = (stats.mode & 0o7000) | (file.permissions & 0o777);
    if (throughDescriptor) await chmod(throughDescriptor(handle.fd), mode);
    else await handle.chmod(mode);
  } finally {
    await handle.close();
  }
}

export const makeLink = (at: string, target: string): Promise<void> => symlink(target, at);
