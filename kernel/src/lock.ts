import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Contracts } from './capability.js';
import { createDeadlines } from './deadlines.js';
import { type Json, kernelError, reasonOf } from './errors.js';
import { alteredFile, digestFiles, type Digests, sha256 } from './digest.js';
import { createHookBus } from './hooks.js';
import { type PluginPackage, readPackage, shippedFiles } from './loader.js';
import { apiVersion, type Manifest } from './manifest.js';
import { expandRequest, type Granted } from './permissions/match/granted.js';
import { demandRules, loosened } from './permissions/match/rules.js';
import type { Rule } from './permissions/types.js';
import { actionsOf, type Bindings, createRegistry } from './registry.js';
import { checkOptions } from './validate.js';

/** What the user wants, as `rustic.json` says it once it is parsed. Order of plugins: order of taps within a stage. */
export interface Composition {
  readonly plugins: readonly { readonly package: string; readonly options: { readonly [name: string]: Json } }[];
  readonly bind: Bindings;
  readonly rules: readonly Rule[];
}
export interface LockedPlugin {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly entry: string;
  /** Digest of `files`. */
  readonly digest: string;
  readonly files: Digests;
  readonly linked?: true;
  readonly manifest: Manifest;
  readonly options: { readonly [name: string]: Json };
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

const sorted = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;
const canonical = (value: unknown) => JSON.stringify(value, sorted);
/** Everything of the lock but its own digest. */
const digestOf = (lock: Omit<Lock, 'digest'>) => sha256(canonical({ ...lock, digest: undefined }));

/** The lock as the text of `rustic.lock`. */
export const formatLock = (lock: Lock): string => `${JSON.stringify(lock, sorted, 2)}\n`;

/** Fills and checks the options of a plugin and expands what it asks for. Throws: `RUSTIC_PLUGIN_OPTIONS`. */
export async function configure(manifest: Manifest, given: { readonly [name: string]: Json }) {
  const { options, misfit } = await checkOptions(manifest.config, given);
  if (misfit) {
    const { path, reason } = misfit;
    throw kernelError('RUSTIC_PLUGIN_OPTIONS', { plugin: manifest.id, path: path || '/', reason });
  }
  return { options, permissions: (manifest.permissions ?? []).flatMap((request) => expandRequest(request, options)) };
}

async function lockPlugin(
  { package: name, version, entry, root, linked, manifest }: PluginPackage,
  given: { readonly [name: string]: Json },
): Promise<LockedPlugin> {
  const configured = await configure(manifest, given);
  const files = await digestFiles(root, await shippedFiles(root));
  if (!(entry in files)) {
    const reason = `exports["."] names ${entry}, which is not there`;
    throw kernelError('RUSTIC_PLUGIN_MANIFEST', { package: name, reason });
  }
  return {
    id: manifest.id,
    package: name,
    version,
    entry,
    digest: sha256(canonical(files)),
    files,
    ...(linked && { linked: true as const }),
    manifest,
    ...configured,
  };
}

/**
 * Resolves a composition against the packages installed around `folder`; runs none of their code.
 *
 * Throws: what `readPackage` and `createRegistry` throw, `RUSTIC_PLUGIN_OPTIONS`, `RUSTIC_RULE_INVALID`, `RUSTIC_HOOK_CYCLE`.
 */
export async function makeLock(request: {
  readonly folder: string;
  readonly composition: Composition;
  /** Files below `folder` the composition was read from. */
  readonly inputs: readonly string[];
  readonly contracts: Contracts;
}): Promise<Lock> {
  const { folder, composition, contracts } = request;
  const plugins = await Promise.all(
    composition.plugins.map(async ({ package: name, options }) => lockPlugin(await readPackage(name, folder), options)),
  );
  createRegistry(plugins, contracts, composition.bind);
  demandRules(composition.rules, actionsOf(contracts));
  const deadlines = createDeadlines();
  const hooks = createHookBus({ contracts, deadlines, activate: async () => {}, onFailure: () => {} });
  for (const { id, manifest } of plugins) hooks.declare(id, manifest.contributes?.hook);
  const content = {
    lockVersion: 1 as const,
    apiVersion,
    inputs: await digestFiles(folder, request.inputs),
    plugins,
    bind: composition.bind,
    rules: composition.rules,
    hooks: hooks.chains(),
  };
  return { ...content, digest: digestOf(content) };
}

/** What a new lock lets in that the old one did not: plugins, permissions, content that changed, loosened rules. */
export function widened(before: Lock | undefined, after: Lock): readonly string[] {
  const old = new Map(before?.plugins.map((plugin) => [plugin.id, plugin]));
  const plugins = after.plugins.flatMap(({ id, version, digest, linked, permissions }) => {
    const known = old.get(id);
    const had = new Set(known?.permissions.map(({ action, match }) => `${action} ${match}`));
    const added = permissions.filter(({ action, match }) => !had.has(`${action} ${match}`));
    return [
      ...(known ? [] : [`${id}@${version} is new`]),
      ...(known && !linked && known.digest !== digest ? [`${id}@${version} has other content than before`] : []),
      ...added.map(({ action, match, reason }) => `${id} asks for ${action} ${match} (${reason})`),
    ];
  });
  return [...plugins, ...loosened(before?.rules ?? [], after.rules)];
}

/**
 * Reads a lock and refuses one that is damaged, altered or older than its inputs.
 *
 * Throws: `RUSTIC_LOCK_MISSING`, `…_INVALID`, `…_ALTERED`, `…_STALE`.
 */
export async function readLock(path: string): Promise<Lock> {
  const lock = await parseLockFile(path);
  const input = await alteredFile(dirname(path), lock.inputs);
  if (input) throw kernelError('RUSTIC_LOCK_STALE', { input });
  return lock;
}

/** Reads a lock without asking whether its inputs changed. Throws: `RUSTIC_LOCK_MISSING`, `…_INVALID`, `…_ALTERED`. */
export async function parseLockFile(path: string): Promise<Lock> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw kernelError('RUSTIC_LOCK_MISSING', { path }, error);
  });
  let lock: Lock;
  try {
    lock = JSON.parse(text) as Lock;
    if (lock.lockVersion !== 1) throw new Error(`it has lock version ${lock.lockVersion}; this kernel knows 1`);
    if (!Array.isArray(lock.plugins) || typeof (lock.inputs ?? '') !== 'object')
      throw new Error('parts of it are missing');
  } catch (error) {
    throw kernelError('RUSTIC_LOCK_INVALID', { path, reason: reasonOf(error) }, error);
  }
  if (digestOf(lock) !== lock.digest) throw kernelError('RUSTIC_LOCK_ALTERED', { path });
  return lock;
}
