import type { FolderVisit, VisitedFolder } from '@rustic-ai/kernel/contracts';
import { closeSync, constants, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { throughOwnDescriptor, verifyOpenedSync } from '../folder.js';
import { typeOf } from '../info.js';
import { type Contents, createContents } from './contents.js';
import { createLingering } from './lingering.js';

/** How long other work of the process waits at most, but for one visit. Unit: ms. */
const sliceMs = 10;
/** Each folder on the way to a visited one is open. */
const deepest = 200;

const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0 } = constants;

interface OpenFolder {
  /** Reaches it. */
  readonly at: string;
  readonly real: string;
  /** From where the walk began. */
  readonly path: string;
  /** Absent for the first one, which is not the walk's to close. */
  readonly opened?: number;
}

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
  const contents = await createContents();
  const lingering = createLingering();
  const go = async (folder: OpenFolder, depth: number): Promise<boolean> => {
    const { at, real, path } = folder;
    let until: Promise<unknown> | undefined;
    try {
      signal.throwIfAborted();
      if (performance.now() > sliceEnd) {
        await setImmediate();
        sliceEnd = performance.now() + sliceMs;
        signal.throwIfAborted();
      }
      if (lingering.isFull()) await lingering.room();
      const visited = visit(visitOf(folder, contents));
      const on = visited instanceof Promise ? await visited : visited;
      if (on === 'stop') return false;
      const into = 'into' in on ? on.into : on;
      if ('into' in on) ({ until } = on);
      for (const name of into) {
        const opened = depth < deepest ? openFolderSync(`${at}/${name}`, join(real, name)) : undefined;
        if (opened === undefined) unopened++;
        else {
          const inside = join(real, name);
          const inner = { at: throughOwnDescriptor?.(opened) ?? inside, real: inside, opened };
          if (!(await go({ ...inner, path: path ? `${path}/${name}` : name }, depth + 1))) return false;
        }
      }
      return true;
    } finally {
      const close = () => folder.opened !== undefined && closeSync(folder.opened);
      if (until) lingering.add(until, close);
      else close();
    }
  };
  try {
    await go({ at: walk.start, real: walk.real, path: '' }, 0);
    await lingering.over();
  } finally {
    // Threads first: they reach a folder by its descriptor, and once that is closed its number is given anew.
    await contents.dispose();
    await lingering.settled();
  }
  return { unopened };
}

/** undefined: it is gone, a link by now, or forbidden. */
function openFolderSync(at: string, real: string): number | undefined {
  let opened: number | undefined;
  try {
    opened = openSync(at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (!throughOwnDescriptor) verifyOpenedSync(opened, real);
    return opened;
  } catch {
    if (opened !== undefined) closeSync(opened);
    return undefined;
  }
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);

function visitOf({ at, path }: OpenFolder, contents: Contents): VisitedFolder {
  const entries = entriesOf(at).map((entry) => ({ name: entry.name, type: typeOf(entry) }));
  entries.sort(byName);
  return {
    path,
    entries,
    read: (name, maxBytes) => contents.one(`${at}/${name}`, maxBytes),
    readAll: (files, wanted) => contents.all(at, files, wanted),
  };
}
function entriesOf(at: string) {
  try {
    return readdirSync(at, { withFileTypes: true });
  } catch {
    // It was removed while it was open.
    return [];
  }
}
