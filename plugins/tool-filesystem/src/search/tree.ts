import type { VisitedFolder, WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import { relative, sep } from 'node:path';
import { type Ignores, ignoresAbove, ignoresIn, nothingIgnored } from './ignores.js';

export interface Search {
  readonly files: WorkspaceFiles;
  /** The real path of the folder. */
  readonly folder: string;
  readonly hidden: boolean;
  readonly ignored: boolean;
  readonly signal: AbortSignal;
}
/** One folder of a search. */
export interface SearchedFolder extends VisitedFolder {
  /** Whether an entry is left out; asked last, for it takes longer than to look at a name. */
  isIgnored(name: string): boolean;
}

/** false: the search ends. `until`: it goes on, and the folder is used until then. */
export type Use = boolean | { readonly until: Promise<unknown> };

/**
 * Goes through the folders of a search, in order.
 *
 * Shape: `use` is given what is not hidden in each folder.
 */
export async function searchTree(search: Search, use: (folder: SearchedFolder) => Use | Promise<Use>): Promise<void> {
  const { files, folder, hidden, ignored, signal } = search;
  const names = relative(files.root, folder).split(sep).filter(Boolean);
  const rules = new Map<string, Ignores>();
  const above = ignored ? nothingIgnored : await ignoresAbove(files, names);
  await files.walk(
    folder,
    async ({ path, entries: all, read, readAll }) => {
      const outer = rules.get(path.slice(0, Math.max(0, path.lastIndexOf('/')))) ?? above;
      const ignores = ignored ? outer : await ignoresIn({ path, entries: all, read }, path ? outer : above);
      rules.set(path, ignores);
      const start = path ? `${path}/` : '';
      const entries = all.filter(({ name }) => (hidden || !name.startsWith('.')) && (ignored || name !== '.git'));
      const isIgnored = (name: string) => ignores.covers(start + name);
      const used = await use({ path, entries, read, readAll, isIgnored });
      if (!used) return 'stop';
      const into = entries.flatMap(({ name, type }) => (type === 'directory' && !isIgnored(`${name}/`) ? [name] : []));
      return used === true ? into : { into, ...used };
    },
    signal,
  );
}
