import type { DirectoryEntry, WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import { printable } from './text.js';

const maxEntries = 1_000;

export interface Listing {
  readonly entries: readonly Pick<DirectoryEntry, 'name' | 'type' | 'bytes'>[];
  /** Whether these are all. */
  readonly complete: boolean;
}
export async function listFolder(list: WorkspaceFiles['list'], path: string, signal: AbortSignal): Promise<Listing> {
  const entries: Listing['entries'][number][] = [];
  for await (const { name, type, bytes } of list(path)) {
    signal.throwIfAborted();
    if (entries.length === maxEntries) return { entries, complete: false };
    entries.push({ name, type, bytes });
  }
  return { entries, complete: true };
}

/** One entry a line: `src/`, `a.txt 12 bytes`, `way link`. */
export function sayListing({ entries, complete }: Listing): string {
  if (entries.length === 0) return '[The folder is empty.]';
  const lines = entries.map(({ name, type, bytes }) => {
    if (type === 'directory') return `${printable(name)}/`;
    return `${printable(name)} ${type === 'file' ? `${bytes} bytes` : type}`;
  });
  return [...lines, ...(complete ? [] : [`[The first ${maxEntries} entries are shown; there are more.]`])].join('\n');
}
