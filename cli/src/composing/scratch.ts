import { copyFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { findPackage } from '@rustic-ai/kernel';
import { hostOf } from '../project.js';
import { createTrust } from '../trust.js';
import { packagesOf, withPackages } from './rustic-json.js';
import { folderName } from './specs.js';
import { type ComposedPlace, composedPlace } from './target.js';

export interface Scratch {
  readonly place: ComposedPlace;
  /** The composition, with folders named by their whole paths. */
  readonly text: string;
  /** Makes its packages those of the composition it was made from; a package manager may have taken them away. */
  link(): Promise<void>;
  /** A text to which plugins were added there, with their folders named from the place it was made from. */
  named(text: string): string;
  /** Removes it, and what this machine knows of it. */
  dispose(): Promise<void>;
}

/**
 * A folder of its own in which a composition can be changed without touching the one it was made from.
 *
 * Default: its packages and its lock are those of that place.
 */
export async function createScratch(
  of: ComposedPlace,
  text: string,
  { from, lockFile }: Pick<ComposedPlace, 'from' | 'lockFile'> = of,
): Promise<Scratch> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rustic-scratch-')));
  const isFolder = (name: string) => name.startsWith('.') || isAbsolute(name);
  const names = packagesOf(text);
  const own = withPackages(
    text,
    names.map((name) => (isFolder(name) ? resolve(from, name) : name)),
  );
  const copy = (file: string, to: string) => copyFile(file, join(folder, to)).catch(() => {});
  await Promise.all([
    writeFile(join(folder, 'rustic.json'), own),
    writeFile(join(folder, 'package.json'), '{ "private": true }\n'),
    copy(lockFile, 'rustic.lock'),
    copy(join(of.from, '.npmrc'), '.npmrc'),
  ]);
  const place = await composedPlace({ cwd: folder });
  return {
    // What runs there works in the real folder.
    place: { ...place, folder: of.folder },
    text: own,
    async link() {
      for (const name of names.filter((one) => !isFolder(one))) {
        const target = await findPackage(name, from).catch(() => undefined);
        const at = join(folder, 'node_modules', name);
        await mkdir(dirname(at), { recursive: true });
        if (target) await symlink(target, at, 'dir').catch(() => {});
      }
    },
    named: (after) =>
      withPackages(
        after,
        packagesOf(after).map((name) =>
          isFolder(name) && !names.includes(name) ? folderName(relative(from, resolve(folder, name))) : name,
        ),
      ),
    async dispose() {
      await rm(folder, { recursive: true, force: true });
      const trust = createTrust(hostOf(of).folders.state);
      if (await trust.read(folder)) await trust.forget(folder);
    },
  };
}
