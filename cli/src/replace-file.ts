import { randomUUID } from 'node:crypto';
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';

/**
 * Writes a file whole or not at all. What a link leads to is written, and the link stays; so does the mode of a file that
 * is there.
 *
 * Default: `mode`, that of a new file, is what the user's files have.
 * Throws: what the disk throws.
 */
export async function replaceFile(file: string, text: string, mode?: number): Promise<void> {
  const target = await realpath(file).catch(() => file);
  // No name that somebody else could have given a file.
  const draft = `${target}.${randomUUID()}`;
  try {
    const known = await stat(target).catch(() => undefined);
    const given = known ? known.mode & 0o777 : mode;
    await writeFile(draft, text, given === undefined ? {} : { mode: given });
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
}
