import { alteredFile, findPackage, type LockedPlugin } from '@rustic-ai/kernel';
import { shippedFiles } from '@rustic-ai/kernel/compose';
import type { Place } from './project.js';

/** The first file of an installed plugin that is not as locked, or was added since. Throws: `RUSTIC_PLUGIN_UNKNOWN`. */
export async function differingFile({ package: name, files }: LockedPlugin, place: Place): Promise<string | undefined> {
  if (place.built && Object.hasOwn(place.built.plugins, name)) return place.built.seal?.altered(name);
  const root = await findPackage(name, place.from);
  const added = (await shippedFiles(root)).find((file) => !Object.hasOwn(files, file));
  return (await alteredFile(root, files)) ?? added;
}
