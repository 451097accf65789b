import { constants } from 'node:fs';
import {
  chmod,
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  rename,
  rm,
  rmdir,
  symlink,
  unlink,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type FileInfo, workspaceError, type WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import { coded, codeOf } from './errors.js';
import type { Places } from './places.js';
import { walk } from './walk.js';
import { watch } from './watch.js';
import { claim, write } from './write.js';

const itself = { follow: false } as const;
/** What is read at once. Unit: bytes. */
const maxBytes = 2 ** 28;

/** Opens a regular file to read it. Throws: `RUSTIC_FS_NOT_A_FILE`. */
async function opening<T>(path: string, at: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const handle = await open(at, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) throw workspaceError('RUSTIC_FS_NOT_A_FILE', { path });
    return await use(handle);
  } finally {
    await handle.close();
  }
}

/** The files of one folder: each path is made real, and must lie inside, when it is used. */
export function createFiles(places: Places): WorkspaceFiles {
  /** Where something is made: the folders above it are there. */
  const made = async (path: string, follow: boolean) => {
    const at = await places.entry(path, { follow });
    await coded(path, () => makeFolder(path, dirname(at)));
    return at;
  };
  return {
    root: places.root,
    async read(path, range) {
      const at = await places.entry(path);
      return coded(path, () =>
        opening(path, at, async (handle) => {
          const { size } = await handle.stat();
          const { offset, length } = range ?? { offset: 0, length: size };
          const bytes = Math.max(0, Math.min(length, size - offset));
          if (bytes > maxBytes) throw workspaceError('RUSTIC_FS_TOO_LARGE', { path, bytes, maxBytes });
          const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, offset);
          return buffer.subarray(0, bytesRead);
        }),
      );
    },
    async write(path, data, mode) {
      const at = await made(path, true);
      await coded(path, () => write(path, at, data, mode));
    },
    async info(path) {
      const at = await places.inside(path, itself);
      return coded(path, () => infoOf(at));
    },
    async *list(path) {
      const at = await places.inside(path);
      for (const name of (await coded(path, () => readdir(at))).toSorted()) {
        const { permissions: _, target: __, ...entry } = await coded(path, () => infoOf(join(at, name)));
        yield { name, ...entry };
      }
    },
    async remove(path, { recursive }) {
      const at = await places.entry(path, itself);
      await coded(path, async () => {
        if (!(await lstat(at)).isDirectory()) return unlink(at);
        return recursive ? rm(at, { recursive }) : rmdir(at);
      });
    },
    async move(from, to) {
      const source = await places.entry(from, itself);
      const isFolder = (await coded(from, () => lstat(source))).isDirectory();
      const target = await made(to, false);
      if (await lstat(target).catch(() => undefined)) throw workspaceError('RUSTIC_FS_EXISTS', { path: to });
      // Folders can't be linked; one that appears meanwhile is only ever replaced when it is empty.
      await coded(to, () => (isFolder ? rename(source, target) : claim(source, target)));
    },
    async makeDirectory(path) {
      const at = await places.inside(path);
      await coded(path, () => makeFolder(path, at));
    },
    async copy(from, to, { overwrite }) {
      const source = await places.entry(from, itself);
      const target = await made(to, true);
      await coded(from, async () => {
        // Of a link it says what it is; opening one would only say that it changed.
        if (!(await lstat(source)).isFile()) throw workspaceError('RUSTIC_FS_NOT_A_FILE', { path: from });
        await opening(from, source, async (handle) => {
          const permissions = (await handle.stat()).mode & 0o777;
          const data = handle.createReadStream({ autoClose: false });
          await coded(to, () => write(to, target, data, { overwrite, permissions }));
        });
      });
    },
    async setPermissions(path, permissions) {
      const at = await places.entry(path);
      await coded(path, async () => chmod(at, ((await lstat(at)).mode & 0o7000) | (permissions & 0o777)));
    },
    async makeLink(path, target) {
      const at = await made(path, false);
      await coded(path, () => symlink(target, at));
    },
    walk: async (path, visit, signal) => walk(await places.inside(path), visit, signal),
    watch: (path, signal) => watch(places, path, signal),
  };
}

/** Makes a folder and those above it. Throws: `RUSTIC_FS_NOT_A_DIRECTORY` where something else is in the way. */
async function makeFolder(path: string, at: string): Promise<void> {
  await mkdir(at, { recursive: true }).catch((error: unknown) => {
    throw codeOf(error) === 'EEXIST' ? workspaceError('RUSTIC_FS_NOT_A_DIRECTORY', { path }, error) : error;
  });
}

async function infoOf(at: string): Promise<FileInfo> {
  const stats = await lstat(at);
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : undefined;
  const type = kind ?? (stats.isSymbolicLink() ? 'link' : 'other');
  return {
    type,
    bytes: stats.size,
    modifiedMs: Math.round(stats.mtimeMs),
    permissions: stats.mode & 0o777,
    ...(type === 'link' && { target: await readlink(at) }),
  };
}
