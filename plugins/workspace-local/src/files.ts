import { type DirectoryEntry, workspaceError, type WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { asWorkspaceError, codeOf } from './errors.js';
import { type Folder, openFolder } from './folder.js';
import type { Places } from './paths.js';
import { readFile } from './read.js';
import { moveEntry, removeEntry } from './remove.js';
import { writeFile } from './write.js';

interface Entry {
  readonly folder: Folder;
  readonly name: string;
  readonly path: string;
  readonly real: string;
}

/** The files of a workspace. Every path is made real, and opened without following links, at the moment of use. */
export function createFiles(places: Places): WorkspaceFiles {
  const { root } = places;
  async function at<T>(
    path: string,
    options: { follow: boolean; make: boolean },
    use: (entry: Entry) => Promise<T>,
  ): Promise<T> {
    const real = await places.inside(path, options);
    if (real === root) throw workspaceError('RUSTIC_FS_NOT_A_FILE', { path });
    try {
      const folder = await openFolder({ root, real: dirname(real), make: options.make });
      try {
        return await use({ folder, name: basename(real), path, real });
      } finally {
        await folder.close();
      }
    } catch (error) {
      throw asWorkspaceError(error, path);
    }
  }
  async function* list(path: string): AsyncIterable<DirectoryEntry> {
    const real = await places.inside(path);
    try {
      const folder = await openFolder({ root, real, make: false });
      try {
        for (const name of (await readdir(folder.path)).sort()) {
          const stats = await lstat(folder.at(name)).catch((error: unknown) => {
            if (codeOf(error) !== 'ENOENT') throw error;
          });
          if (stats) yield { name, type: typeOf(stats), bytes: stats.size, modifiedMs: Math.round(stats.mtimeMs) };
        }
      } finally {
        await folder.close();
      }
    } catch (error) {
      throw asWorkspaceError(error, path);
    }
  }
  return {
    list,
    read: (path, range) =>
      at(path, { follow: true, make: false }, ({ folder, name, real }) =>
        readFile({ path, real, at: folder.at(name), ...(range && { range }) }),
      ),
    write: (path, data, { overwrite }) =>
      at(path, { follow: true, make: true }, ({ folder, name }) => writeFile({ path, folder, name, data, overwrite })),
    remove: (path, { recursive }) =>
      at(path, { follow: false, make: false }, ({ folder, name }) => removeEntry(folder, name, recursive)),
    move: (from, to) =>
      at(from, { follow: false, make: false }, async (source) => {
        const isFolder = (await lstat(source.folder.at(source.name))).isDirectory();
        await at(to, { follow: false, make: true }, (target) => moveEntry({ source, target, isFolder }));
      }),
    async makeDirectory(path) {
      const real = await places.inside(path);
      try {
        await (await openFolder({ root, real, make: true })).close();
      } catch (error) {
        throw asWorkspaceError(error, path);
      }
    },
  };
}

function typeOf(stats: Stats): DirectoryEntry['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
}
