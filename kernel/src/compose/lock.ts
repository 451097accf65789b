import type { Contracts } from '../capability.js';
import { createDeadlines } from '../deadlines.js';
import { sha256 } from '../digest.js';
import { type Json, kernelError, reasonOf } from '../errors.js';
import { createHookBus } from '../hooks.js';
import { canonical, digestOf, type Lock, type LockedPlugin, type Renames } from '../lock.js';
import { apiVersion } from '../manifest.js';
import { demandRules } from '../permissions/match/rules.js';
import type { Rule } from '../permissions/types.js';
import { actionsOf, type Bindings, createRegistry } from '../registry.js';
import { digestFiles, type PluginPackage, readPackage, shippedFiles } from './packages.js';
import { configure } from './options.js';
import { renamed } from './rename.js';

/** What the user wants, as `rustic.json` says it once it is parsed. Order of plugins: order of taps within a stage. */
export interface Composition {
  readonly plugins: readonly {
    readonly package: string;
    readonly options: { readonly [name: string]: Json };
    /** Default: operations have the names their manifest gives them. */
    readonly rename?: Renames;
  }[];
  readonly bind: Bindings;
  readonly rules: readonly Rule[];
}

/** Refuses rules that no kernel with these contracts could use. Throws: `RUSTIC_RULE_INVALID`. */
export const checkRules = (rules: readonly Rule[], contracts: Contracts): void =>
  demandRules(rules, actionsOf(contracts));

/** The lock as the text of `rustic.lock`. */
export const formatLock = (lock: Lock): string => `${canonical(lock, 2)}\n`;

async function lockPlugin(
  { package: name, version, entry, root, linked, manifest }: PluginPackage,
  { options, rename }: Composition['plugins'][number],
): Promise<LockedPlugin> {
  const { permissions } = await configure(manifest, options);
  const refuse = (reason: string, cause?: unknown) =>
    kernelError('RUSTIC_PLUGIN_MANIFEST', { package: name, reason }, cause);
  const files = await digestFiles(root, await shippedFiles(root)).catch((error: unknown) => {
    throw refuse(`a file it ships can not be read (${reasonOf(error)})`, error);
  });
  if (!Object.hasOwn(files, entry)) throw refuse(`exports["."] names ${entry}, which is not there`);
  return {
    id: manifest.id,
    package: name,
    version,
    entry,
    digest: sha256(canonical(files)),
    files,
    ...(linked && { linked: true as const }),
    manifest: rename ? renamed(name, manifest, rename) : manifest,
    ...(rename && { rename }),
    options,
    permissions,
  };
}

/**
 * Resolves a composition against the packages installed around `folder`; runs none of their code.
 *
 * Throws: what `readPackage` and `createRegistry` throw, `RUSTIC_PLUGIN_OPTIONS`, `RUSTIC_CAPABILITY_RENAME`,
 *   `RUSTIC_RULE_INVALID`, `RUSTIC_HOOK_CYCLE`.
 */
export async function makeLock(request: {
  readonly folder: string;
  readonly composition: Composition;
  /** Files below `folder` the composition was read from. */
  readonly inputs: readonly string[];
  readonly contracts: Contracts;
  /** What runs together with it, from a lock of its own. Default: nothing. */
  readonly beside?: Pick<Lock, 'plugins' | 'bind'>;
}): Promise<Lock> {
  const { folder, composition, contracts } = request;
  const plugins = await Promise.all(
    composition.plugins.map(async (plugin) => lockPlugin(await readPackage(plugin.package, folder), plugin)),
  );
  const { beside = { plugins: [], bind: {} } } = request;
  const all = [...beside.plugins, ...plugins];
  createRegistry(all, contracts, { ...composition.bind, ...beside.bind });
  checkRules(composition.rules, contracts);
  const deadlines = createDeadlines();
  const hooks = createHookBus({ contracts, deadlines, activate: async () => {}, onFailure: () => {} });
  for (const plugin of all) hooks.declare(plugin, plugin.manifest.contributes?.hook);
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
