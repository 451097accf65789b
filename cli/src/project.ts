import { existsSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createKernel,
  type Host,
  isRusticError,
  type Kernel,
  type Lock,
  type LogRecord,
  parseLockFile,
  type Rule,
} from '@rustic-ai/kernel';
import type { Composition } from '@rustic-ai/kernel/compose';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import { readComposition } from './composition.js';
import { demandOnly, fileNamed, foundNamed, stemOf } from './config/formats.js';
import { withCredentials } from './credentials/host.js';
import { cliError } from './errors.js';
import { demandInputs } from './inputs.js';
import { type Layer, type LayerFile, overlay, parseLayer, readLayer, refuse } from './layers.js';
import { productPlace, readyProduct } from './product/place.js';
import { appOf, type Product } from './product/product.js';
import { officialOnly } from './safe-mode.js';
import { createTrust, demandTrust } from './trust.js';

export interface PlaceOptions {
  /** Folder to work in. Default: the current one. */
  readonly cwd?: string;
  /** Composition file. Default: `rustic.json`, or `rustic.toml` or `rustic.yaml`, in that folder, else the user's own where it has a lock, else the built-in one. */
  readonly config?: string;
  readonly debug?: boolean;
  /** Boot without the plugins that are not official. Default: false. */
  readonly safeMode?: boolean;
  /** The product this program is: its composition counts, wherever it is run. */
  readonly built?: Product;
  /** Bindings that count before those of the composition. */
  readonly bind?: Readonly<Record<string, string>>;
}
/** Where a command works: a folder, and the composition that counts there. */
export interface Place {
  /** The product this program is. */
  readonly built?: Product;
  /** What the user of a product added to it. */
  readonly additions?: Place;
  /** It is the user's own composition, which counts where a folder has none. */
  readonly personal?: true;
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
  /** The local layer, unread by anybody but its digest. */
  local(): Promise<LayerFile | undefined>;
}

/** The folder of this program's code. */
export const own = dirname(fileURLToPath(import.meta.url));

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
  const { built } = options;
  if (built) return productPlace(folder, built, built.open ? personalPlace(folder, built) : undefined);
  const file = options.config ? demandOnly(resolve(options.config)) : foundNamed(folder, 'rustic');
  if (file === undefined) {
    const personal = personalPlace(folder);
    if (existsSync(personal.lockFile)) return personal;
    const lockFile = join(own, 'builtin.lock');
    const lock = async () => JSON.parse(await readFile(lockFile, 'utf8')) as Lock;
    const composition = async () => ({ plugins: [], bind: {}, rules: [] });
    return { folder, file: undefined, lockFile, from: own, composition, lock, local: async () => undefined };
  }
  const from = dirname(file);
  const stem = stemOf(file);
  const local = async () => readLayer(fileNamed(from, `${stem}.local`));
  return { ...composed({ folder, file, lockFile: join(from, `${stem}.lock`), from }), local };
}

/**
 * What the user has for folders without a composition, or beside what is built into a product, whether or not it is there:
 * packages in the data folder.
 */
export function personalPlace(folder: string, built?: Product): Place & { readonly file: string } {
  const { config, data } = foldersOf(folder, built);
  const name = built ? 'plugins' : 'rustic';
  const parts = { folder, file: fileNamed(config, name), lockFile: join(config, `${name}.lock`), from: data };
  return { ...composed(parts), ...(built && { built }), personal: true, local: async () => undefined };
}
const composed = (parts: { folder: string; file: string; lockFile: string; from: string }) => {
  const composition = () => readComposition(parts.file);
  const lock = () => explained(composition, async () => checked(await parseLockFile(parts.lockFile), parts.from));
  return { ...parts, composition, lock };
};
async function checked(lock: Lock, from: string): Promise<Lock> {
  await demandInputs(from, lock.inputs);
  return lock;
}
/** A composition that can't be read is the better explanation of a lock that does not fit it. */
async function explained<T>(composition: Place['composition'], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isRusticError(error)) await composition();
    throw error;
  }
}

/** Throws: `RUSTIC_CONFIG_HOME`. */
export const hostOf = (place: Place, log?: (record: LogRecord) => void): Host =>
  withCredentials(
    homed(() =>
      nodeHost({
        cwd: place.folder,
        ...(place.built && { app: appOf(place.built) }),
        ...(log && { log }),
      }),
    ),
    place.built?.name,
  );
const foldersOf = (cwd: string, built?: Product) =>
  homed(() => nodeHost({ cwd, ...(built && { app: appOf(built) }) })).folders;
function homed(make: () => Host): Host {
  try {
    return make();
  } catch (error) {
    throw cliError('RUSTIC_CONFIG_HOME', {}, error);
  }
}

/** What variables set. Nothing of it is imported where there are none. */
async function environmentOf({ plugins }: Lock): Promise<Layer | undefined> {
  if (!Object.keys(process.env).some((name) => /^RUSTIC_(PLUGINS|BIND)_/.test(name))) return undefined;
  return (await import('./config/environment.js')).environmentLayer(process.env, plugins);
}

/** The user's own file under or as the composition: as the composition it is no layer, and what it lists is for there. */
export async function userLayer(place: Place, config: string): Promise<LayerFile | undefined> {
  const file = fileNamed(config, 'rustic');
  if (place.personal) return undefined;
  const layer = await readLayer(file);
  return layer && existsSync(join(config, 'rustic.lock')) ? { ...layer, composes: true } : layer;
}

/**
 * What runs here: the lock, once its inputs are what it was made from and the folder is trusted, under the layers.
 *
 * Throws: `RUSTIC_LOCK_*`, `RUSTIC_TRUST_REQUIRED`, `RUSTIC_CONFIG_*`.
 */
export async function readyPlace(place: Place, { folders }: Host) {
  const user = () => userLayer(place, folders.config);
  if (place.built) return readyProduct(place, place.built, { state: folders.state, user });
  if (!place.file) {
    const lock = await place.lock();
    return overlay(lock, { user: parseLayer(await user()), environment: await environmentOf(lock) });
  }
  const trust = createTrust(folders.state);
  const lock = await explained(place.composition, () => parseLockFile(place.lockFile));
  const record = await trust.read(place.from);
  const seen = await explained(place.composition, () => demandInputs(place.from, lock.inputs, record?.seen));
  const local = await place.local();
  demandTrust(place.from, record, { lock: lock.digest, local: local?.digest });
  // Where it can't be kept, the next run digests again.
  if (record && seen !== record.seen) await trust.write(place.from, { ...record, seen }).catch(() => {});
  return overlay(lock, {
    user: parseLayer(await user()),
    local: parseLayer(local),
    environment: await environmentOf(lock),
  });
}

/** Boots the place's composition, with rules for this run. Throws: what `readyPlace` and `createKernel` throw. */
export async function bootPlace(place: Place, options: PlaceOptions, rules: readonly Rule[] = []): Promise<Kernel> {
  const log = (record: LogRecord) => {
    if (options.debug || record.level === 'error' || record.level === 'warn')
      process.stderr.write(`${record.level} ${record.plugin}: ${record.message}\n`);
  };
  const host = hostOf(place, log);
  const { lock: whole, rules: layered, binding } = await readyPlace(place, host);
  const lock = options.safeMode ? officialOnly(whole) : whole;
  const booting = createKernel({
    contracts: standard,
    host,
    lock,
    from: place.from,
    rules: [...layered, ...rules],
    ...(options.bind && { bind: options.bind }),
  });
  return booting.catch((error: unknown) => {
    // The lock's own bindings were checked when it was made.
    throw binding && isRusticError(error) && error.code === 'RUSTIC_BIND_INVALID' ? refuse(binding, error) : error;
  });
}
