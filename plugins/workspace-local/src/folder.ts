import { closeSync, constants, existsSync, fstatSync, lstatSync, openSync, readlinkSync, realpathSync } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readlink, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { codeOf } from './errors.js';

/** An open folder. On Linux what is reached through it stays in it, whatever happens to its path meanwhile. */
export interface Folder {
  /** Reaches the folder itself, to list it or to start a child in it. */
  readonly path: string;
  at(name: string): string;
  /** Whether there is anything of that name. */
  has(name: string): Promise<boolean>;
  /** Opens a folder in this one; a link is refused. `make`: makes it if it is missing. */
  enter(name: string, make: boolean): Promise<Folder>;
  /** Throws `ELOOP` unless what is open is what stands at its real path now. */
  verify(): Promise<void>;
  /** Makes a changed name last through a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

// Node has no openat; a path through the descriptor is the same thing. Source: proc(5), /proc/pid/fd.
const descriptors = existsSync('/proc/self/fd') ? '/proc/self/fd' : undefined;
// The last two are absent on Windows.
const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0 } = constants;

/** The path that leads to what is open, whatever happens to its names. Absent where there is none. */
export const throughDescriptor = descriptors && ((opened: number): string => join(descriptors, String(opened)));

/** The same for this process alone, not for a child of it, and sooner: one link less on the way. */
export const throughOwnDescriptor = descriptors && ownFolder(readlinkSync('/proc/self'));

function ownFolder(self: string): (opened: number) => string {
  return (opened) => `/proc/${self}/fd/${opened}`;
}

export const swapped = (cause?: unknown) =>
  Object.assign(new Error('swapped while in use', { cause }), { code: 'ELOOP' });

async function openOne(path: string, real: string): Promise<Folder> {
  let handle: FileHandle;
  try {
    handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) !== 'ENOTDIR') throw error;
    const now = await lstat(path).catch(() => undefined);
    throw !now || now.isSymbolicLink() || now.isDirectory() ? swapped(error) : error;
  }
  const own = throughDescriptor?.(handle.fd) ?? real;
  const at = (name: string) => join(own, name);
  const enter = (name: string) => openOne(at(name), join(real, name));
  return {
    path: own,
    at,
    has: (name) =>
      lstat(at(name)).then(
        () => true,
        () => false,
      ),
    async enter(name, make) {
      try {
        return await enter(name);
      } catch (error) {
        if (!make || codeOf(error) !== 'ENOENT') throw error;
        await mkdir(at(name)).catch((failure: unknown) => {
          if (codeOf(failure) !== 'EEXIST') throw failure;
        });
        return enter(name);
      }
    },
    verify: () => verifyOpened(handle, real),
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}

/** Throws `ELOOP` unless what is open is what stands at `real` now. */
export async function verifyOpened(handle: FileHandle, real: string): Promise<void> {
  if (throughDescriptor) {
    if ((await readlink(throughDescriptor(handle.fd))) === real) return;
  } else {
    const [opened, there, path] = await Promise.all([handle.stat(), lstat(real), realpath(real)]);
    if (opened.ino === there.ino && opened.dev === there.dev && path === real) return;
  }
  throw swapped();
}

/** The same, at once. */
export function verifyOpenedSync(opened: number, real: string): void {
  if (throughDescriptor) {
    if (readlinkSync(throughDescriptor(opened)) === real) return;
  } else {
    const [there, found] = [lstatSync(real), fstatSync(opened)];
    if (there.ino === found.ino && there.dev === found.dev && realpathSync(real) === real) return;
  }
  throw swapped();
}

/** An open folder, for what is done with it at once. */
export interface FolderAtOnce {
  readonly opened: number;
  at(name: string): string;
  close(): void;
}
function openOneSync(path: string, real: string): FolderAtOnce {
  let opened: number;
  try {
    opened = openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) !== 'ENOTDIR') throw error;
    const now = lstatSync(path, { throwIfNoEntry: false });
    throw !now || now.isSymbolicLink() || now.isDirectory() ? swapped(error) : error;
  }
  const own = throughDescriptor?.(opened) ?? real;
  return { opened, at: (name) => join(own, name), close: () => closeSync(opened) };
}
/** Like `openFolder`, at once: for a small file the waiting would take most of the time. */
export function openBelowSync(root: string, real: string): FolderAtOnce {
  let folder = openOneSync(root, root);
  let at = root;
  try {
    for (const name of relative(root, real).split(sep).filter(Boolean)) {
      at = join(at, name);
      const next = openOneSync(folder.at(name), at);
      folder.close();
      folder = next;
    }
    verifyOpenedSync(folder.opened, real);
    return folder;
  } catch (error) {
    folder.close();
    throw error;
  }
}

/** Opens a folder of the workspace, part by part from the root, following no link. `make`: also makes missing folders. */
export async function openFolder(at: { root: string; real: string; make: boolean }): Promise<Folder> {
  let folder = await openOne(at.root, at.root);
  try {
    for (const name of relative(at.root, at.real).split(sep).filter(Boolean)) {
      const next = await folder.enter(name, at.make);
      await folder.close();
      folder = next;
    }
    await folder.verify();
    return folder;
  } catch (error) {
    await folder.close();
    throw error;
  }
}
