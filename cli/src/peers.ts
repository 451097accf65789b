import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPackage, type LockedPlugin } from '@rustic-ai/kernel';
import satisfies from 'semver/functions/satisfies.js';
import validRange from 'semver/ranges/valid.js';
import { cliError } from './errors.js';

interface Package {
  readonly version: string;
  readonly peerDependencies?: { readonly [name: string]: string };
}
const kernel = '@rustic-ai/kernel';

/** The version of the kernel that runs here, which is the one this program was installed with. */
export const kernelVersion = async (own: string): Promise<string> => (await packageOf(kernel, own)).version;

const packageOf = async (name: string, from: string) =>
  JSON.parse(await readFile(join(await findPackage(name, from), 'package.json'), 'utf8')) as Package;

/**
 * Demands that a plugin is made for this kernel. A prerelease counts as what it leads to: `0.2.0-next.1` fits
 * `>=0.1.0` and `^0.2.0-next.0`, and neither `^0.1.0` nor `^0.2.0`.
 *
 * Shape: what was found, in a few words.
 * Throws: `RUSTIC_PLUGIN_PEER`.
 */
export async function demandPeer(
  plugin: Pick<LockedPlugin, 'id' | 'package'>,
  from: string,
  version: string,
): Promise<string> {
  const range = (await packageOf(plugin.package, from)).peerDependencies?.[kernel];
  if (range === undefined) return 'it names no kernel';
  if (validRange(range) !== null && satisfies(version, range, { includePrerelease: true }))
    return `${range} fits ${version}`;
  throw cliError('RUSTIC_PLUGIN_PEER', { plugin: plugin.id, package: plugin.package, range, version });
}
