import { hash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Digests of files, by their path relative to a folder. */
export type Digests = Readonly<Record<string, string>>;

export const sha256 = (data: string | Uint8Array): string => hash('sha256', data);
export const randomName = (): string => randomUUID();
export const digestFile = async (folder: string, path: string) => sha256(await readFile(join(folder, path)));

/** The first file that differs from its recorded digest, if any; one that can not be read differs. */
export async function alteredFile(folder: string, files: Digests): Promise<string | undefined> {
  const altered = async ([path, digest]: [string, string]) =>
    (await digestFile(folder, path).catch(() => undefined)) === digest ? [] : [path];
  const found = await Promise.all(Object.entries(files).map(altered));
  return found.flat()[0];
}
