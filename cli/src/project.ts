import { existsSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Composition,
  createKernel,
  createTrust,
  isRusticError,
  type Kernel,
  type Lock,
  type LogRecord,
  readLock,
  type Rule,
} from '@rustic-ai/kernel';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import { readComposition } from './composition.js';
import { cliError } from './errors.js';

export interface PlaceOptions {
  /** Folder to work in. Default: the current one. */
  readonly cwd?: string;
  /** Composition file. Default: `rustic.json` in that folder, else the built-in composition. */
  readonly config?: string;
  readonly debug?: boolean;
}
/** Where a command works: a folder, and the composition that counts there. */
export interface Place {
  /** The real path of the folder the agent works in. */
  readonly folder: string;
  /** Undefined: the built-in composition. */
  readonly file: string | undefined;
  readonly lockFile: string;
  /** Folder that packages are looked up from. */
  readonly from: string;
  composition(): Promise<Composition>;
  /** A fresh, unaltered lock. Throws: `RUSTIC_CONFIG_*`, `RUSTIC_LOCK_*`. */
  lock(): Promise<Lock>;
}

const own = dirname(fileURLToPath(import.meta.url));

async function folderAt(path: string): Promise<string> {
  try {
    const folder = await realpath(resolve(path));
    if ((await stat(folder)).isDirectory()) return folder;
  } catch (error) {
    throw cliError('RUSTIC_USAGE', { reason: `There is no folder ${path}.`, hint: 'Check the path.' }, error);
  }
  throw cliError('RUSTIC_USAGE', { reason: `${path} is no folder.`, hint: 'Name a folder.' });
}

export async function openPlace(options: PlaceOptions): Promise<Place> {
  const folder = await folderAt(options.cwd ?? '.');
  const file = options.config ? resolve(options.config) : join(folder, 'rustic.json');
  if (!options.config && !existsSync(file)) {
    const lockFile = join(own, 'builtin.lock');
    const read = async () => JSON.parse(await readFile(lockFile, 'utf8')) as Lock;
    const composition = async () => ({ plugins: [], bind: {}, rules: [] });
    return { folder, file: undefined, lockFile, from: own, composition, lock: read };
  }
  const from = dirname(file);
  const lockFile = join(from, `${basename(file, '.json')}.lock`);
  const composition = () => readComposition(file);
  return {
    folder,
    file,
    lockFile,
    from,
    composition,
    async lock() {
      try {
        return await readLock(lockFile);
      } catch (error) {
        // A composition that can't be read is the better explanation of a lock that does not fit it.
        if (isRusticError(error)) await composition();
        throw error;
      }
    },
  };
}

export const hostOf = (place: Place, log?: (record: LogRecord) => void) =>
  nodeHost({ cwd: place.folder, ...(log && { log }) });

/** Boots the place's composition, with rules for this run. Throws: also `RUSTIC_TRUST_REQUIRED`. */
export async function bootPlace(place: Place, options: PlaceOptions, rules: readonly Rule[] = []): Promise<Kernel> {
  const log = (record: LogRecord) => {
    if (options.debug || record.level === 'error' || record.level === 'warn')
      process.stderr.write(`${record.level} ${record.plugin}: ${record.message}\n`);
  };
  const host = hostOf(place, log);
  const lock = await place.lock();
  if (place.file) await createTrust(host.folders.state).demand(place.from, lock.digest);
  return createKernel({ contracts: standard, host, lock, from: place.from, rules });
}
