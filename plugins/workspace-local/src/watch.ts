import { type FileEvent, workspaceError } from '@rustic-ai/kernel/contracts';
import { type FSWatcher, watch } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asWorkspaceError } from './errors.js';
import { openFolder } from './folder.js';
import type { Places } from './paths.js';

/** The system has one watch for each folder, and not many. */
const maxFolders = 5_000;
/** How many events wait for a slow reader; what comes then is told as a change of the whole. */
const maxWaiting = 10_000;

/** Events of a folder and below, each folder watched through its own descriptor. */
export async function* watchFolder(at: {
  places: Places;
  path: string;
  signal: AbortSignal;
}): AsyncIterable<FileEvent> {
  const { places, path, signal } = at;
  const watchers = new Map<string, FSWatcher>();
  const waiting = new Map<string, FileEvent['type']>();
  let arrived = Promise.withResolvers<void>();
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= asWorkspaceError(error, path);
    arrived.resolve();
  };
  const tell = (event: FileEvent) => {
    if (waiting.size < maxWaiting) waiting.set(event.path, merged(waiting.get(event.path), event.type));
    arrived.resolve();
  };
  const refuse = (error: unknown): never => {
    throw asWorkspaceError(error, path);
  };
  const real = await places.inside(path);
  const isFolder = (await lstat(real).catch(refuse)).isDirectory();
  /** The watched folder, or the one that holds the watched file. */
  const top = isFolder ? real : dirname(real);
  const openBelow = (below: string) => openFolder({ root: places.root, real: join(top, below), make: false });
  const nowAt = async (below: string): Promise<'made' | 'removed'> => {
    const folder = await openBelow(dirname(below)).catch(() => undefined);
    const there = await folder?.has(basename(below));
    await folder?.close();
    return there ? 'made' : 'removed';
  };

  const happened = async (below: string, isNew: boolean) => {
    if (!isFolder && below !== basename(real)) return;
    const type = isNew ? await nowAt(below) : 'changed';
    tell({ path: isFolder ? below : '', type });
    if (!isFolder) return;
    if (type === 'removed') for (const name of watchers.keys()) if (isBelow(name, below)) forget(name);
    if (type === 'made') await follow(below, true);
  };
  const forget = (name: string) => {
    watchers.get(name)?.close();
    watchers.delete(name);
  };
  /** Watches a folder and those in it. `fresh`: what it holds already has just been made. */
  const follow = async (below: string, fresh: boolean): Promise<void> => {
    const folder = await openBelow(below).catch(() => undefined);
    // It is no folder, a link, or gone again.
    if (!folder) return;
    try {
      if (signal.aborted || watchers.has(below)) return;
      if (watchers.size === maxFolders)
        throw workspaceError('RUSTIC_FS_FAILED', { path, reason: `it holds more than ${maxFolders} folders` });
      const watcher = watch(folder.path, { persistent: false }, (event, name) => {
        if (name) happened(below ? `${below}/${name}` : name, event === 'rename').catch(fail);
      });
      watcher.on('error', fail);
      watchers.set(below, watcher);
      if (!isFolder) return;
      for (const entry of await readdir(folder.path, { withFileTypes: true })) {
        const inner = below ? `${below}/${entry.name}` : entry.name;
        if (fresh) tell({ path: inner, type: 'made' });
        if (entry.isDirectory()) await follow(inner, fresh);
      }
    } finally {
      await folder.close();
    }
  };

  const stop = () => arrived.resolve();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await follow('', false);
    if (watchers.size === 0 && !failure && !signal.aborted) throw workspaceError('RUSTIC_FS_CHANGED', { path });
    while (!signal.aborted) {
      await arrived.promise;
      arrived = Promise.withResolvers<void>();
      if (failure) throw failure;
      const events = [...waiting];
      waiting.clear();
      if (!signal.aborted) for (const [name, type] of events) yield { path: name, type };
    }
  } catch (error) {
    throw asWorkspaceError(error, path);
  } finally {
    signal.removeEventListener('abort', stop);
    for (const watcher of watchers.values()) watcher.close();
  }
}

const isBelow = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
/** What two events of one file that nobody has seen yet come to. */
const merged = (before: FileEvent['type'] | undefined, now: FileEvent['type']): FileEvent['type'] =>
  before === 'made' && now === 'changed' ? 'made' : now;
