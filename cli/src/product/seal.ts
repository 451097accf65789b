import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alteredFile, type LockedPlugin } from '@rustic-ai/kernel';
import { cliError } from '../errors.js';

/** How a product knows damage: by the digests of its files, or of the one file it is. */
export interface Seal {
  /** The first file that the plugin of a package may load and that is not as it was built. */
  altered(name: string): Promise<string | undefined>;
}
type Digests = LockedPlugin['files'];

/** Stands at the end of a product that is one file, before the digest of everything above. */
export const sealMark = '\n//# sha256=';
export const digestOfBytes = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** The seal of a product in several files. Each is read once, however many plugins share it. */
export function sealOfFolder(file: URL): Seal {
  const folder = fileURLToPath(new URL('..', file));
  const damaged = (cause: unknown) =>
    cliError('RUSTIC_PRODUCT_DAMAGED', { file: basename(fileURLToPath(file)) }, cause);
  let read: Promise<Readonly<Record<string, Digests>>> | undefined;
  const looked = new Map<string, Promise<string | undefined>>();
  const look = (path: string, digest: string) => {
    const found = looked.get(path) ?? alteredFile(folder, { [path]: digest });
    looked.set(path, found);
    return found;
  };
  return {
    async altered(name) {
      read ??= readFile(file, 'utf8').then(JSON.parse);
      const all = await read.catch((error: unknown) => Promise.reject(damaged(error)));
      if (!Object.hasOwn(all, name)) throw damaged(undefined);
      const files = Object.entries(all[name] ?? {});
      const found = await Promise.all(files.map(([path, digest]) => look(path, digest)));
      return found.find((path) => path !== undefined);
    },
  };
}

/** The seal of a product that is one file. */
export function sealOfFile(file: URL): Seal {
  const path = fileURLToPath(file);
  const look = async () => {
    const bytes = await readFile(path);
    const at = bytes.lastIndexOf(sealMark);
    const digest = bytes
      .subarray(at + sealMark.length)
      .toString('utf8')
      .trim();
    return at > 0 && digest === digestOfBytes(bytes.subarray(0, at)) ? undefined : basename(path);
  };
  let found: Promise<string | undefined> | undefined;
  return { altered: () => (found ??= look()) };
}
