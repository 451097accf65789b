// Finds what package-lock.json fails to record. npm leaves out packages of other platforms that its registry lacks, without
// a word, and `npm ci` then refuses the lock elsewhere: "Missing: … from lock file".
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Every `wanted by whom` that the lock has no entry for. Shape: `name, wanted by package@version`, sorted. */
export function missingFromLock({ packages }) {
  /** As Node does: in the package's own node_modules, then in those of the folders around it. */
  const isThere = (folder, name) => {
    for (let at = folder; ; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '') {
      if (packages[`${at && `${at}/`}node_modules/${name}`]) return true;
      if (at === '') return false;
    }
  };
  const missing = [];
  for (const [folder, { version, link, dependencies, optionalDependencies, devDependencies }] of Object.entries(
    packages,
  )) {
    if (link) continue;
    const own = folder.includes('node_modules/') ? {} : devDependencies;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...own }))
      if (!isThere(folder, name))
        missing.push(`${name}, wanted by ${folder || 'the root'}${version ? `@${version}` : ''}`);
  }
  return missing.toSorted();
}

/** Names of the packages whose install would run a script. */
export const withInstallScript = ({ packages }) =>
  Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([folder]) => folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length));

export const readPackageLock = () =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8'));

if (process.argv[1] === resolve(import.meta.filename)) {
  const missing = missingFromLock(readPackageLock());
  for (const line of missing) console.log(line);
  console.log(missing.length > 0 ? `incomplete: ${missing.length} missing` : 'complete');
  process.exitCode = missing.length > 0 ? 1 : 0;
}
