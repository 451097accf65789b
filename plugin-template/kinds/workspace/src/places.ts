import { readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { workspaceError } from '@rustic-ai/kernel/contracts';
import { coded, codeOf } from './errors.js';

/** How the paths of one folder are understood. */
export interface Places {
  readonly root: string;
  /** The absolute real path, wherever it leads. */
  real(path: string): Promise<string>;
  /** The real path inside; `follow: false` leaves its last part as it is, link or not. Throws: `RUSTIC_FS_OUTSIDE`. */
  inside(path: string, options?: { readonly follow: boolean }): Promise<string>;
  /** The same, of what is not the folder itself. Throws: `RUSTIC_FS_NOT_A_FILE`. */
  entry(path: string, options?: { readonly follow: boolean }): Promise<string>;
}
export function createPlaces(root: string): Places {
  const real = (path: string) => coded(path, () => realOf(resolve(root, path)));
  const inside: Places['inside'] = async (path, { follow } = { follow: true }) => {
    const at = resolve(root, path);
    const found = follow || at === root ? await real(path) : join(await real(dirname(at)), basename(at));
    if (found !== root && !found.startsWith(root + sep)) throw workspaceError('RUSTIC_FS_OUTSIDE', { path, root });
    return found;
  };
  return {
    root,
    real,
    inside,
    async entry(path, options) {
      const found = await inside(path, options);
      if (found === root) throw workspaceError('RUSTIC_FS_NOT_A_FILE', { path });
      return found;
    },
  };
}

/** As many as Linux follows. Source: path_resolution(7). */
const maxLinks = 40;

/** Of what does not exist, its nearest existing parent is made real; a link to nowhere is followed as well. */
async function realOf(path: string, links = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(codeOf(error)) || links > maxLinks) throw error;
    const parent = await realOf(dirname(path), links);
    const target = await readlink(path).catch(() => undefined);
    return target === undefined ? join(parent, basename(path)) : realOf(resolve(parent, target), links + 1);
  }
}

/** The real path of a folder; `path` is what it is called. Throws: `RUSTIC_FS_MISSING`, `RUSTIC_FS_NOT_A_DIRECTORY`. */
export const openFolder = (path: string, at = path): Promise<string> =>
  coded(path, async () => {
    if (!(await stat(at)).isDirectory()) throw workspaceError('RUSTIC_FS_NOT_A_DIRECTORY', { path });
    return realpath(at);
  });
