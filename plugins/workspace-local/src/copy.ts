import type { Folder } from './folder.js';
import { blocksOf, type ReadableFile } from './read.js';
import { writeFile } from './write.js';

/** Copies an open file. Its permissions come along, never its owner. */
export const copyFile = (
  source: ReadableFile,
  target: { path: string; folder: Folder; name: string; overwrite: boolean },
): Promise<void> => writeFile({ ...target, data: blocksOf(source), permissions: source.stats.mode & 0o777 });
