import { constants, type Dirent } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DirectoryEntry, FileContent, FolderVisit, WantedContent } from '@rustic-ai/kernel/contracts';
import { coded } from './errors.js';

const typeOf = (entry: Dirent): DirectoryEntry['type'] =>
  entry.isFile() ? 'file' : entry.isDirectory() ? 'directory' : entry.isSymbolicLink() ? 'link' : 'other';
const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);

/** Visits a folder and those below it that a visit names; a link is no folder. */
export async function walk(
  start: string,
  visit: FolderVisit,
  signal: AbortSignal,
): Promise<{ readonly unopened: number }> {
  let unopened = 0;
  const until: Promise<unknown>[] = [];
  const go = async (at: string, path: string, found: readonly Dirent[]): Promise<boolean> => {
    signal.throwIfAborted();
    const entries = found.map((entry) => ({ name: entry.name, type: typeOf(entry) })).toSorted(byName);
    const readOne = (name: string, wanted: WantedContent) => read(join(at, name), wanted);
    const on = await visit({
      path,
      entries,
      read: (name, maxBytes) => readOne(name, { maxBytes }),
      readAll: (files, wanted) => Promise.all(files.map(({ name }) => readOne(name, wanted))),
    });
    if (on === 'stop') return false;
    if ('until' in on) until.push(on.until);
    for (const name of 'into' in on ? on.into : on) {
      const isFolder = entries.some((entry) => entry.name === name && entry.type === 'directory');
      const inner = isFolder ? await foldersOf(join(at, name)).catch(() => undefined) : undefined;
      if (!inner) unopened++;
      else if (!(await go(join(at, name), path ? `${path}/${name}` : name, inner))) return false;
    }
    return true;
  };
  await go(start, '', await coded(start, () => foldersOf(start)));
  await Promise.all(until);
  return { unopened };
}
const foldersOf = (at: string) => readdir(at, { withFileTypes: true });

/** What a regular file holds. Never follows a link. */
async function read(at: string, { maxBytes, holding }: WantedContent): Promise<FileContent> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const handle = await open(at, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
  try {
    const stats = await handle?.stat();
    if (!handle || !stats?.isFile()) return undefined;
    if (stats.size > maxBytes) return 'too large';
    const data = await handle.readFile();
    if (holding === undefined || isWide(data)) return data;
    return (holding instanceof RegExp ? holding.test(data.toString('latin1')) : data.indexOf(holding) >= 0)
      ? data
      : undefined;
  } finally {
    await handle?.close();
  }
}
/** Whether it begins with a mark of UTF-16. */
const isWide = (data: Buffer) => data.length > 1 && [0xfffe, 0xfeff].includes(data.readUInt16BE(0));
