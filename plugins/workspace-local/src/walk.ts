import type { FileContent, FolderVisit, VisitedFolder } from '@rustic-ai/kernel/contracts';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { throughDescriptor, verifyOpenedSync } from './folder.js';
import { typeOf } from './info.js';

/** How long other work of the process waits at most, but for one visit. Unit: ms. */
const sliceMs = 10;
/** Each folder on the way to a visited one is open. */
const deepest = 200;

const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/**
 * Goes through a tree, each folder opened by its name in the one above it and never through a link.
 *
 * Shape: calls of the system that do not wait, in slices: fifty thousand promises would cost more than the files.
 */
export async function walkFolder(walk: {
  /** Reaches the first folder, which is open. */
  readonly start: string;
  readonly real: string;
  readonly visit: FolderVisit;
  readonly signal: AbortSignal;
}): Promise<{ readonly unopened: number }> {
  const { visit, signal } = walk;
  let unopened = 0;
  let sliceEnd = performance.now() + sliceMs;
  const content = createReader();
  const go = async (at: string, real: string, path: string, depth: number): Promise<boolean> => {
    signal.throwIfAborted();
    if (performance.now() > sliceEnd) {
      await setImmediate();
      sliceEnd = performance.now() + sliceMs;
      signal.throwIfAborted();
    }
    const visited = visit(folderAt(at, path, content));
    const inner = visited instanceof Promise ? await visited : visited;
    if (inner === 'stop') return false;
    for (const name of inner) {
      let opened: number | undefined;
      try {
        if (depth < deepest) opened = openFolderSync(join(at, name), join(real, name));
      } catch {
        // It is gone, a link by now, or forbidden.
      }
      if (opened === undefined) unopened++;
      else
        try {
          const below = throughDescriptor?.(opened) ?? join(real, name);
          if (!(await go(below, join(real, name), path ? `${path}/${name}` : name, depth + 1))) return false;
        } finally {
          closeSync(opened);
        }
    }
    return true;
  };
  await go(walk.start, walk.real, '', 0);
  return { unopened };
}

function openFolderSync(at: string, real: string): number {
  const opened = openSync(at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    if (!throughDescriptor) verifyOpenedSync(opened, real);
    return opened;
  } catch (error) {
    closeSync(opened);
    throw error;
  }
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);

function folderAt(at: string, path: string, content: ReturnType<typeof createReader>): VisitedFolder {
  const entries = entriesOf(at).map((entry) => ({ name: entry.name, type: typeOf(entry) }));
  entries.sort(byName);
  return { path, entries, read: (name, maxBytes) => content(join(at, name), maxBytes) };
}
function entriesOf(at: string) {
  try {
    return readdirSync(at, { withFileTypes: true });
  } catch {
    // It was removed while it was open.
    return [];
  }
}

/** Reads one file after the other into the same memory. */
function createReader(): (at: string, maxBytes: number) => FileContent {
  let memory = Buffer.allocUnsafe(64 * 1024);
  return (at, maxBytes) => {
    let opened: number | undefined;
    try {
      opened = openSync(at, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      const stats = fstatSync(opened);
      if (!stats.isFile()) return undefined;
      if (stats.size > maxBytes) return 'too large';
      if (stats.size > memory.length) memory = Buffer.allocUnsafe(Math.max(stats.size, memory.length * 2));
      let filled = 0;
      while (filled < stats.size) {
        const bytes = readSync(opened, memory, filled, stats.size - filled, filled);
        if (bytes === 0) break;
        filled += bytes;
      }
      return memory.subarray(0, filled);
    } catch {
      return undefined;
    } finally {
      if (opened !== undefined) closeSync(opened);
    }
  };
}
