import { lstat, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Remembers a folder, which need not be there. The function it gives takes back what came into it since, and itself. */
export async function rememberFolder(folder: string): Promise<() => Promise<void>> {
  let made: string | undefined;
  for (let at = folder; !(await isThere(at)); at = dirname(at)) made = at;
  const before = await namesIn(folder);
  return async () => {
    const fresh = (await namesIn(folder)).filter((name) => !before.includes(name)).map((name) => join(folder, name));
    for (const path of made ? [made] : fresh) await rm(path, { recursive: true, force: true });
  };
}
const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);
const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
