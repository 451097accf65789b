import { createHash } from 'node:crypto';
import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Editors write a file in several steps. Unit: ms. */
const settleMs = 60;

/** Of every file below a folder: an editor that writes the same again changes nothing. */
export async function digestOfSource(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const path of paths.toSorted()) hash.update(path).update(await readFile(path).catch(() => ''));
  return hash.digest('hex');
}

/**
 * Tells of changes below a folder, once for several that come together. Each folder is watched by itself: of a file that
 * an editor put in the place of another, a recursive watch on Linux hears nothing more.
 */
export function watchSource(folder: string, changed: () => void): { close(): void } {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      look();
      changed();
    }, settleMs);
  };
  /** Watches the folders that are there now. */
  const look = () => {
    const below = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
    const now = new Set([folder, ...below.map((entry) => join(entry.parentPath, entry.name))]);
    for (const [path, watcher] of watchers) {
      if (now.has(path)) continue;
      watcher.close();
      watchers.delete(path);
    }
    // One that is gone again by now is no loss.
    for (const path of now)
      if (!watchers.has(path))
        watchers.set(
          path,
          watch(path, heard).on('error', () => {}),
        );
  };
  look();
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}
