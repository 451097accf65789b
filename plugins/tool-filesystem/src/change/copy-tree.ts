import { isRusticError } from '@rustic-ai/kernel';
import { workspaceError, type WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import { blocksOf } from '../blocks.js';
import type { Tree } from './trees.js';

/** Where each path of a tree would stand if the tree stood at `path`. */
export const targetsOf = (tree: Tree, path: string): readonly string[] =>
  tree.paths.map((one) => path + one.slice(tree.path.length));

/**
 * Copies a tree: files with their permissions, links as they are. What was copied goes again when it fails.
 *
 * Throws: `RUSTIC_FS_EXISTS`: an existing folder is never filled up, a file only replaced with `overwrite`.
 */
export async function copyTree(
  tree: Tree,
  target: { files: WorkspaceFiles; path: string; overwrite: boolean; signal: AbortSignal },
): Promise<void> {
  const { files, path, overwrite, signal } = target;
  const root = await tree.files.info(tree.path);
  const there = await files.info(path).catch(() => undefined);
  if (there && (root.type !== 'file' || there.type !== 'file' || !overwrite))
    throw workspaceError('RUSTIC_FS_EXISTS', { path });
  const targets = targetsOf(tree, path);
  const folders: (readonly [string, number])[] = [];
  try {
    for (const [at, from] of tree.paths.entries()) {
      signal.throwIfAborted();
      const to = targets[at] as string;
      const info = await tree.files.info(from);
      if (info.type === 'directory') {
        await files.makeDirectory(to);
        folders.push([to, info.permissions]);
      } else if (info.type === 'link') await files.makeLink(to, info.target ?? '');
      else if (files.root === tree.files.root) await files.copy(from, to, { overwrite });
      else await copyAcross(tree.files, from, { files, to, overwrite, permissions: info.permissions });
    }
    // Last, for they may forbid to put something into them.
    for (const [folder, permissions] of folders.toReversed()) await files.setPermissions(folder, permissions);
  } catch (error) {
    if (!there) await files.remove(path, { recursive: true }).catch(ignoreMissing);
    throw error;
  }
}
const ignoreMissing = (error: unknown) => {
  if (!isRusticError(error) || error.code !== 'RUSTIC_FS_MISSING') throw error;
};

const copyAcross = (
  source: WorkspaceFiles,
  from: string,
  target: { files: WorkspaceFiles; to: string; overwrite: boolean; permissions: number },
): Promise<void> =>
  target.files.write(target.to, blocksOf(source, from), {
    overwrite: target.overwrite,
    atomic: true,
    permissions: target.permissions,
  });
