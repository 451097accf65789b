import { workspaceError } from '@rustic-ai/kernel/contracts';
import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { asWorkspaceError, codeOf } from './errors.js';

/** Whether `path` is `root` or lies below it. Both are real. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** As many as Linux follows. Source: path_resolution(7). */
const maxLinks = 40;

/**
 * The absolute real path; of what does not exist yet, its nearest existing parent made real. Follows links to nowhere.
 *
 * Shape: looked up at once: handing it to another thread would take longer, and leave time to swap a link.
 */
export function realPathOf(path: string, links = 0): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '') || dirname(path) === path) throw error;
    const parent = realPathOf(dirname(path), links);
    const target = targetOf(path);
    if (target === undefined) return join(parent, basename(path));
    if (links === maxLinks) throw Object.assign(new Error('too many symbolic links'), { code: 'ELOOP' });
    return realPathOf(resolve(parent, target), links + 1);
  }
}

function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** How the paths of one workspace are understood. */
export interface Places {
  readonly root: string;
  /** Wherever it leads. */
  real(path: string): Promise<string>;
  /**
   * The real path inside the workspace.
   *
   * Throws: `RUSTIC_FS_OUTSIDE`. With `follow: false` the last part is kept as it is, link or not.
   */
  inside(path: string, options?: { readonly follow: boolean }): Promise<string>;
}
export function createPlaces(root: string): Places {
  const failed = (path: string, reason: string, cause?: unknown) =>
    workspaceError('RUSTIC_FS_FAILED', { path: path.replaceAll('\0', '\\0'), reason }, cause);
  const makeReal = async (path: string, follow: boolean) => {
    if (path.includes('\0')) throw failed(path, 'a path can not contain a null byte');
    const absolute = resolve(root, path);
    try {
      if (follow) return realPathOf(absolute);
      return join(realPathOf(dirname(absolute)), basename(absolute));
    } catch (error) {
      throw codeOf(error) === 'ELOOP'
        ? failed(path, 'its links lead in a circle', error)
        : asWorkspaceError(error, path);
    }
  };
  return {
    root,
    real: (path) => makeReal(path, true),
    async inside(path, { follow } = { follow: true }) {
      const real = await makeReal(path, follow);
      if (!isInside(root, real)) throw workspaceError('RUSTIC_FS_OUTSIDE', { path, root });
      return real;
    },
  };
}
