import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { alteredFile } from '@rustic-ai/kernel';
import { kernelError } from './errors.js';

/** How a file looked when it was digested. Shape: whole numbers as text; times in ns since 1970. */
interface Look {
  readonly size: string;
  readonly mtimeNs: string;
  readonly ctimeNs: string;
  readonly ino: string;
}
/** The inputs of a lock that had their recorded digest, by path relative to the lock. */
export type Seen = Readonly<Record<string, Look & { readonly digest: string; readonly atMs: number }>>;

/**
 * A file that was written so shortly before it was looked at may have been written again without looking different.
 *
 * Unit: ms. Source: coarsest time stamp of a file system in use (FAT, 2 s).
 */
const granularityMs = 2_000;

const lookAt = async (path: string): Promise<Look | undefined> => {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  const { size, mtimeNs, ctimeNs, ino } = found;
  return { size: `${size}`, mtimeNs: `${mtimeNs}`, ctimeNs: `${ctimeNs}`, ino: `${ino}` };
};
const written = ({ mtimeNs, ctimeNs }: Look) => Math.max(Number(mtimeNs), Number(ctimeNs)) / 1e6;

const isSame = (known: Seen[string], now: Look & { readonly digest: string }) =>
  Object.entries(now).every(([key, value]) => known[key as keyof typeof now] === value);

/**
 * Demands that the inputs of a lock are what it was made from. One that looks as it did when its digest was found equal
 * is not read.
 *
 * Shape: what was seen, to be kept; the same object when there is nothing new to keep.
 * Throws: `RUSTIC_LOCK_STALE`.
 */
export async function demandInputs(
  folder: string,
  inputs: Readonly<Record<string, string>>,
  before: Seen = {},
): Promise<Seen> {
  const changed: Record<string, Seen[string]> = {};
  for (const [path, digest] of Object.entries(inputs)) {
    const atMs = Date.now();
    const look = await lookAt(join(folder, path));
    const known = Object.hasOwn(before, path) ? before[path] : undefined;
    if (look && known && isSame(known, { ...look, digest }) && known.atMs - written(look) >= granularityMs) continue;
    if (!look || (await alteredFile(folder, { [path]: digest })))
      throw kernelError('RUSTIC_LOCK_STALE', { input: path });
    changed[path] = { ...look, digest, atMs };
  }
  return Object.keys(changed).length > 0 ? { ...before, ...changed } : before;
}
