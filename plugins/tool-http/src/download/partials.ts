import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a server says its content is by; the same as long as the content is. */
export interface Validator {
  readonly ifRange: string;
}
/** The beginning of a download, outside of the workspace. */
export interface Partial {
  /** Where its bytes are; the file may not be there yet. */
  readonly path: string;
  readonly bytes: number;
  readonly validator: Validator | undefined;
  /** Keeps what is there for the next one who asks for the same. */
  keep(validator: Validator): Promise<void>;
  drop(): Promise<void>;
}
export interface Partials {
  /** What there is of a download; from now on nobody else has it, in this process or another. */
  claim(key: string): Promise<Partial>;
}
/** The oldest go first. */
const most = 16;
const claimed = 'claimed-';
/** A claim that is older was left by a process that is no more. Unit: ms. */
const staleMs = 24 * 60 * 60 * 1_000;

export function createPartials(folder: string, now: () => number): Partials {
  const remove = (path: string) => rm(path, { recursive: true, force: true });
  const tidy = async () => {
    const names = await readdir(folder);
    const ages = await Promise.all(
      names.map(async (name) => {
        const modified = await stat(join(folder, name)).catch(() => undefined);
        return { name, ageMs: now() - (modified?.mtimeMs ?? 0) };
      }),
    );
    const kept = ages.filter(({ name }) => !name.startsWith(claimed)).toSorted((a, b) => a.ageMs - b.ageMs);
    const old = [...kept.slice(most), ...ages.filter(({ ageMs }) => ageMs > staleMs)];
    await Promise.all(old.map(({ name }) => remove(join(folder, name))));
  };
  return {
    async claim(key) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await tidy();
      const own = join(folder, `${claimed}${randomUUID()}`);
      // Only one of several gets it; the others begin anew.
      const found = await rename(join(folder, key), own).then(
        () => true,
        () => false,
      );
      if (!found) await mkdir(own, { mode: 0o700 });
      const path = join(own, 'data');
      const bytes = found ? (await stat(path).catch(() => ({ size: 0 }))).size : 0;
      const ifRange = found ? await readFile(join(own, 'validator'), 'utf8').catch(() => undefined) : undefined;
      return {
        path,
        bytes,
        validator: ifRange === undefined ? undefined : { ifRange },
        async keep(validator) {
          await writeFile(join(own, 'validator'), validator.ifRange);
          await rename(own, join(folder, key)).catch(() => remove(own));
        },
        drop: () => remove(own),
      };
    },
  };
}
