import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Json, kernelError, reasonOf } from './errors.js';
import { alteredFile, type Digests, sha256 } from './digest.js';
import { apiVersion, demandApi, type Manifest, type Plugin } from './manifest.js';
import type { Granted } from './permissions/match/granted.js';
import type { Rule } from './permissions/types.js';
import type { Bindings } from './registry.js';

/** The names a composition gives operations of a plugin: by operation, by the name the plugin itself has for one. */
export type Renames = { readonly [operation: string]: { readonly [name: string]: string } };

export interface LockedPlugin {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly entry: string;
  /** Digest of `files`. */
  readonly digest: string;
  readonly files: Digests;
  readonly linked?: true;
  /** Its operations under the names that the composition gives them. */
  readonly manifest: Manifest;
  /** Absent: they have their own. */
  readonly rename?: Renames;
  /** As the composition gives them, checked; the manifest's schema has the defaults. */
  readonly options: { readonly [name: string]: Json };
  /** Its code, where a built product carries it; never in a file. */
  readonly plugin?: Plugin;
  /** What the plugin may touch at most: its requests, expanded. */
  readonly permissions: readonly (Granted & { readonly reason: string })[];
}
/** What the composition resolved to. Holds nothing of the machine: the same bytes anywhere. */
export interface Lock {
  readonly lockVersion: 1;
  readonly apiVersion: number;
  /** Digests of the files it was made from, by path relative to the lock. */
  readonly inputs: Digests;
  readonly plugins: readonly LockedPlugin[];
  readonly bind: Bindings;
  readonly rules: readonly Rule[];
  readonly hooks: Readonly<Record<string, readonly string[]>>;
  /** Of everything above: the composition's hash, which two machines can compare. */
  readonly digest: string;
}

/** What a lock may have at most; one of a hundred plugins has under a million. Unit: characters. */
const largest = 16_000_000;

const sorted = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;
/** JSON with sorted keys. */
export const canonical = (value: unknown, indent = 0): string => JSON.stringify(value, sorted, indent);
/** Of everything of the lock but its own digest. */
export const digestOf = (lock: Omit<Lock, 'digest'>): string => sha256(canonical({ ...lock, digest: undefined }));

/**
 * Reads a lock and refuses one that is damaged, altered or older than its inputs.
 *
 * Throws: what `parseLockFile` throws, `RUSTIC_LOCK_STALE`.
 */
export async function readLock(path: string): Promise<Lock> {
  const lock = await parseLockFile(path);
  const input = await alteredFile(dirname(path), lock.inputs);
  if (input) throw kernelError('RUSTIC_LOCK_STALE', { input });
  return lock;
}

/**
 * Reads a lock without asking whether its inputs changed.
 *
 * Throws: `RUSTIC_LOCK_MISSING`, `RUSTIC_LOCK_INVALID`, `RUSTIC_LOCK_ALTERED`, `RUSTIC_PLUGIN_API`.
 */
export async function parseLockFile(path: string): Promise<Lock> {
  const refuse = (error: unknown) => kernelError('RUSTIC_LOCK_INVALID', { path, reason: reasonOf(error) }, error);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? kernelError('RUSTIC_LOCK_MISSING', { path }, error) : refuse(error);
  });
  let lock: Lock;
  let digest: string;
  try {
    if (text.length > largest) throw new Error(`it has over ${largest} characters`);
    lock = JSON.parse(text) as Lock;
    if (lock.lockVersion !== 1) throw new Error(`it has lock version ${lock.lockVersion}; this kernel knows 1`);
    if (lock.apiVersion !== apiVersion)
      throw new Error(`it is for plugins of API version ${lock.apiVersion}; this kernel speaks ${apiVersion}`);
    if (!isWhole(lock)) throw new Error('parts of it are missing');
    digest = digestOf(lock);
  } catch (error) {
    throw refuse(error);
  }
  if (digest !== lock.digest) throw kernelError('RUSTIC_LOCK_ALTERED', { path });
  for (const { package: name, manifest } of lock.plugins) demandApi(name, manifest);
  return lock;
}

const isText = (value: unknown) => typeof value === 'string';
const isTable = (value: unknown, of: (value: unknown) => boolean = () => true): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(of);
const isList = <T>(value: readonly T[], of: (value: T) => boolean) => Array.isArray(value) && value.every(of);
/** Whether a lock has the parts that running it relies on. */
const isWhole = ({ inputs, plugins, bind, rules }: Lock): boolean =>
  isTable(inputs, isText) &&
  isTable(bind, isText) &&
  isList(rules, (rule) => isText(rule?.action) && isText(rule?.match)) &&
  isList(
    plugins,
    (plugin) =>
      [plugin?.id, plugin?.package, plugin?.version, plugin?.entry, plugin?.manifest?.id].every(isText) &&
      isTable(plugin.manifest.requires ?? {}, (one) => isTable(one)) &&
      isTable(plugin.manifest.contributes ?? {}, (one) => isTable(one)) &&
      isTable(plugin.options) &&
      isTable(plugin.rename ?? {}, (names) => isTable(names, isText)) &&
      isTable(plugin.files, isText) &&
      isList(plugin.permissions, (granted) => isText(granted?.action) && isText(granted?.match)),
  );
