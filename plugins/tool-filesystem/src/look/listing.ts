import type { DirectoryEntry, WorkspaceFiles } from '@rustic-ai/kernel/contracts';
import { printable } from '../text.js';

const maxEntries = 1_000;

export interface Listing {
  readonly entries: readonly Pick<DirectoryEntry, 'name' | 'type' | 'bytes'>[];
  /** Whether these are the last ones. */
  readonly complete: boolean;
}
/** The entries of a folder, from the one numbered `offset`, from 1. */
export async function listFolder(folder: {
  readonly list: WorkspaceFiles['list'];
  readonly path: string;
  readonly offset: number;
  readonly signal: AbortSignal;
}): Promise<Listing> {
  const entries: Listing['entries'][number][] = [];
  let number = 0;
  for await (const { name, type, bytes } of folder.list(folder.path)) {
    folder.signal.throwIfAborted();
    if (++number < folder.offset) continue;
    if (entries.length === maxEntries) return { entries, complete: false };
    entries.push({ name, type, bytes });
  }
  return { entries, complete: true };
}

/** One entry a line: `src/`, `a.txt 12 bytes`, `way link`. */
export function sayListing({ entries, complete }: Listing, offset: number): string {
  if (entries.length === 0) return offset === 1 ? '[The folder is empty.]' : '[There are no more entries.]';
  const lines = entries.map(({ name, type, bytes }) => {
    if (type === 'directory') return `${printable(name)}/`;
    return `${printable(name)} ${type === 'file' ? `${bytes} bytes` : type}`;
  });
  const next = offset + entries.length;
  return [...lines, ...(complete ? [] : [`[There are more. Go on with offset ${next}.]`])].join('\n');
}
