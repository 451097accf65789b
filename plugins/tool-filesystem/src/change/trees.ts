import { isRusticError } from '@rustic-ai/kernel';
import type { Call, WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import { dirname } from 'node:path';
import { pathsBelow } from '../history/state.js';
import type { Touch } from '../pins.js';
import type { Parts } from '../parts.js';

/** A file, link or folder with all in it, as a call found it when it was decided. */
export interface Tree {
  /** The absolute path; a link is not followed. */
  readonly path: string;
  readonly files: WorkspaceFiles;
  /** Itself and everything below it, the outer ones first. */
  readonly paths: readonly string[];
}

/** Throws: `RUSTIC_FS_MISSING`; `RUSTIC_FS_TOO_MANY`. */
export async function treeAt({ roots }: Parts, path: string): Promise<Tree> {
  const [files, real] = await Promise.all([roots.filesOf(dirname(path)), roots.real(path, { link: true })]);
  // Outside there is nothing to look at: what is declared is refused.
  const inside = await files.info(path).catch((error: unknown) => {
    if (!isRusticError(error) || error.code !== 'RUSTIC_FS_OUTSIDE') throw error;
    return undefined;
  });
  return { path: real, files, paths: inside ? await pathsBelow(files, real, path) : [real] };
}

/**
 * What is touched by a call on a whole tree: rules are about files, so each one is named. Of a link rules see where it
 * leads, so the folder it stands in is named as well.
 */
export async function touchesOf(tree: Tree, actions: Touch['actions']): Promise<readonly Touch[]> {
  const info = await tree.files.info(tree.path).catch(() => undefined);
  const holder = info?.type === 'link' ? [{ path: dirname(tree.path), actions }] : [];
  return [...holder, ...tree.paths.map((path) => ({ path, actions, link: true }))];
}

/** Remembers what a tree holds, which is what is decided on. */
export const pinTree = ({ pins }: Parts, tree: Tree, call: Call): void =>
  pins.seen(call, tree.path, tree.paths.join('\0'));
/** Throws: `RUSTIC_FS_CHANGED` when it holds something else by now. */
export const checkTree = ({ pins }: Parts, tree: Tree, call: Call): void =>
  pins.checkSeen(call, tree.path, tree.paths.join('\0'));
