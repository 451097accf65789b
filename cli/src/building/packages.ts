import { existsSync } from 'node:fs';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPackage } from '@rustic-ai/kernel';

/** A package that is installed. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX, as it says itself. */
  readonly license: string;
  /** The real path of its folder. */
  readonly root: string;
}
interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const jsonOf = async (root: string) => JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as PackageJson;

export async function packageAt(root: string): Promise<InstalledPackage> {
  const { name, version, license = 'no licence stated' } = await jsonOf(root);
  return { name, version, license, root };
}

/** What a package goes without where it is not installed. */
export const optionalOf = async (root: string): Promise<readonly string[]> =>
  Object.keys((await jsonOf(root)).optionalDependencies ?? {});

/** What a package depends on and is installed, with the packages those depend on. Optional ones may be missing. */
export async function dependenciesOf(root: string): Promise<readonly InstalledPackage[]> {
  const found = new Map<string, InstalledPackage>();
  const walk = async (folder: string): Promise<void> => {
    const { dependencies = {}, optionalDependencies = {} } = await jsonOf(folder);
    for (const name of new Set([...Object.keys(dependencies), ...Object.keys(optionalDependencies)])) {
      const at = await findPackage(name, folder).catch((error: unknown) => {
        if (Object.hasOwn(optionalDependencies, name)) return undefined;
        throw error;
      });
      if (!at || found.has(at)) continue;
      found.set(at, await packageAt(at));
      await walk(at);
    }
  };
  await walk(root);
  return [...found.values()];
}

/** Native code can't be bundled: a binary in the package, or one that a compiler would make. */
export async function isNative(root: string): Promise<boolean> {
  if (existsSync(join(root, 'binding.gyp'))) return true;
  const files = await readdir(root, { recursive: true });
  return files.some((file) => file.endsWith('.node') && !file.startsWith('node_modules'));
}

/** The dependencies of plugins that have to lie beside a bundle: what is native, and what stands on it. */
export async function besideBundle(roots: readonly string[]): Promise<readonly InstalledPackage[]> {
  const all = new Map((await Promise.all(roots.map(dependenciesOf))).flat().map((one) => [one.root, one]));
  const beside = new Map<string, InstalledPackage>();
  for (const one of all.values()) {
    const below = await dependenciesOf(one.root);
    const natives = await Promise.all([one, ...below].map(({ root }) => isNative(root)));
    if (natives.includes(true)) for (const each of [one, ...below]) beside.set(each.root, each);
  }
  return [...beside.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Copies packages into a `node_modules` folder, without what they hold of others. */
export async function copyPackages(packages: readonly InstalledPackage[], folder: string): Promise<void> {
  for (const { name, root } of packages)
    await cp(root, join(folder, name), {
      recursive: true,
      dereference: true,
      filter: (path) => !path.slice(root.length).split(/[\\/]/).includes('node_modules'),
    });
}
