import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Digests of files, by their path relative to a folder. */
export type Digests = Readonly<Record<string, string>>;

const load = createRequire(import.meta.url) as (name: 'node:crypto') => typeof import('node:crypto');
let loaded: typeof import('node:crypto') | undefined;
/** Node's crypto is loaded when it is first needed: it would be a quarter of what importing the kernel costs. */
const crypto = () => (loaded ??= load('node:crypto'));

export const sha256 = (data: string | Uint8Array): string => crypto().hash('sha256', data);
export const randomName = (): string => crypto().randomUUID();
export const digestFile = async (folder: string, path: string) => sha256(await readFile(join(folder, path)));

/** The first file that differs from its recorded digest, if any; one that can not be read differs. */
export async function alteredFile(folder: string, files: Digests): Promise<string | undefined> {
  const altered = async ([path, digest]: [string, string]) =>
    (await digestFile(folder, path).catch(() => undefined)) === digest ? [] : [path];
  const found = await Promise.all(Object.entries(files).map(altered));
  return found.flat()[0];
}
