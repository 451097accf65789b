import { type DirectoryEntry, workspaceError, type WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { asWorkspaceError, codeOf } from './errors.js';
import { copyFile } from './copy.js';
import { type Folder, openFolder } from './folder.js';
import { infoOf, makeLink, setPermissions, typeOf } from './info.js';
import type { Places } from './paths.js';
import { openToRead, readFile } from './read.js';
import { moveEntry, removeEntry } from './remove.js';
import { walkFolder } from './walk/walk.js';
import { watchFolder } from './watch.js';
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
  /** The real path of something in a folder of the workspace, so never the workspace itself. */
  async function demandEntry(path: string, options: { follow: boolean }): Promise<string> {
    const real = await places.inside(path, options);
    if (real === root) throw workspaceError('RUSTIC_FS_NOT_A_FILE', { path });
    return real;
  }
  async function opening(path: string, options: { follow: boolean }) {
    const real = await demandEntry(path, options);
    try {
      return openToRead({ root, real, path });
    } catch (error) {
      throw asWorkspaceError(error, path);
    }
  }
  async function at<T>(
    path: string,
    options: { follow: boolean; make: boolean },
    use: (entry: Entry) => Promise<T>,
  ): Promise<T> {
    const real = await demandEntry(path, options);
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
  /** The folder itself, open. */
  async function within<T>(path: string, make: boolean, use: (folder: Folder, real: string) => Promise<T>): Promise<T> {
    const real = await places.inside(path);
    try {
      const folder = await openFolder({ root, real, make });
      try {
        return await use(folder, real);
      } finally {
        await folder.close();
      }
    } catch (error) {
      throw asWorkspaceError(error, path);
    }
  }
  return {
    root,
    list,
    async info(path) {
      const real = await places.inside(path, { follow: false });
      try {
        return infoOf(root, real);
      } catch (error) {
        throw asWorkspaceError(error, path);
      }
    },
    async copy(from, to, { overwrite }) {
      const source = await opening(from, { follow: false });
      try {
        await at(to, { follow: true, make: true }, ({ folder, name }) =>
          copyFile(source, { path: to, folder, name, overwrite }),
        );
      } finally {
        source.close();
      }
    },
    setPermissions: (path, permissions) =>
      at(path, { follow: true, make: false }, ({ folder, name }) =>
        setPermissions({ path, at: folder.at(name), permissions }),
      ),
    makeLink: (path, target) =>
      at(path, { follow: false, make: true }, ({ folder, name }) => makeLink(folder.at(name), target)),
    async walk(path, visit, signal) {
      // What a visit throws, or cancels, is no failure of the files.
      const walked = await within(path, false, async (folder, real) => {
        try {
          return { result: await walkFolder({ start: folder.path, real, visit, signal }) };
        } catch (error) {
          return { error };
        }
      });
      if (!walked.result) throw walked.error;
      return walked.result;
    },
    watch: (path, signal) => watchFolder({ places, path, signal }),
    async read(path, range) {
      const real = await demandEntry(path, { follow: true });
      try {
        return await readFile({ root, real, path, ...(range && { range }) });
      } catch (error) {
        throw asWorkspaceError(error, path);
      }
    },
    write: (path, data, { overwrite, permissions }) =>
      at(path, { follow: true, make: true }, ({ folder, name }) =>
        writeFile({ path, folder, name, data, overwrite, permissions }),
      ),
    remove: (path, { recursive }) =>
      at(path, { follow: false, make: false }, ({ folder, name }) => removeEntry(folder, name, recursive)),
    move: (from, to) =>
      at(from, { follow: false, make: false }, async (source) => {
        const isFolder = (await lstat(source.folder.at(source.name))).isDirectory();
        await at(to, { follow: false, make: true }, (target) => moveEntry({ source, target, isFolder }));
      }),
    makeDirectory: (path) => within(path, true, async () => {}),
  };
}
