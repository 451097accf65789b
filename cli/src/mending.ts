import { chmod, stat } from 'node:fs/promises';
import { findPackage } from '@rustic-ai/kernel';
import { interruptible } from './child.js';
import { managerOf } from './composing/managers.js';
import { runManager } from './composing/process.js';
import { dependenciesOf } from './composing/specs.js';
import { createCredentials } from './credentials/store.js';
import { cliError } from './errors.js';
import { hostOf, type Place } from './project.js';

/** Everybody but the owner. */
const others = 0o077;
/** How long a package manager may take. Unit: ms. */
const limitMs = 600_000;

/** The folders with what this user said and trusts that let others in. Windows has other means than modes. */
async function openFolders(place: Place): Promise<readonly string[]> {
  if (process.platform === 'win32') return [];
  const { data, state } = hostOf(place).folders;
  const found = await Promise.all(
    [data, state].map(async (folder) => {
      const known = await stat(folder).catch(() => undefined);
      return known?.isDirectory() && (known.mode & others) !== 0 ? [folder] : [];
    }),
  );
  return found.flat();
}

/** Shape: a few words. Throws: `RUSTIC_CONFIG_OPEN`. */
export async function demandClosed(place: Place): Promise<string> {
  const [open] = await openFolders(place);
  if (open !== undefined) throw cliError('RUSTIC_CONFIG_OPEN', { folder: open });
  // What is wrong with them is said when they are read.
  const { data } = hostOf(place).folders;
  const kept = await createCredentials(data).list();
  return `only you can read them; ${kept.length} credentials`;
}

/** The packages of a composition that its project depends on, and that are not there. */
async function missingPackages(place: Place): Promise<readonly string[]> {
  if (!place.file) return [];
  const { plugins } = await place.composition();
  const depended = await dependenciesOf(place.from);
  const missing = plugins.map(async ({ package: name }) =>
    depended.has(name) && !(await findPackage(name, place.from).catch(() => undefined)) ? [name] : [],
  );
  return (await Promise.all(missing)).flat();
}

/**
 * Mends what can be mended without letting anything in: modes of folders that are too wide, and packages that
 * `package.json` names and nobody installed. A lock that does not fit is left: it takes somebody's consent.
 *
 * Shape: what was done, a line for each.
 * Throws: `RUSTIC_INSTALL_FAILED`, `RUSTIC_CONFIG_*`.
 */
export async function mend(place: Place): Promise<readonly string[]> {
  const done: string[] = [];
  for (const folder of await openFolders(place)) {
    await chmod(folder, 0o700);
    done.push(`${folder}: only you can read it now`);
  }
  for (const path of await createCredentials(hostOf(place).folders.data).mend())
    done.push(`${path}: only you can read it now`);
  const missing = await missingPackages(place);
  if (missing.length > 0) {
    const manager = await managerOf(place.from);
    const parts = { command: manager.name, args: manager.restore(), folder: place.from };
    await interruptible((signal) =>
      runManager({ ...parts, signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]) }),
    );
    done.push(`${manager.name} installed ${missing.join(', ')}`);
  }
  return done;
}
