import { alteredFile, findPackage, type LockedPlugin } from '@rustic-ai/kernel';
import { shippedFiles } from '@rustic-ai/kernel/compose';

/** The first file of an installed plugin that is not as locked, or was added since. Throws: `RUSTIC_PLUGIN_UNKNOWN`. */
export async function differingFile({ package: name, files }: LockedPlugin, from: string): Promise<string | undefined> {
  const root = await findPackage(name, from);
  const added = (await shippedFiles(root)).find((file) => !Object.hasOwn(files, file));
  return (await alteredFile(root, files)) ?? added;
}
