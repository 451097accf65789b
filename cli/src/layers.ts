import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { isRusticError, type Json, type Lock, type LockedPlugin, type Rule } from '@rustic-ai/kernel';
import type { Composition } from '@rustic-ai/kernel/compose';
import { standard } from '@rustic-ai/kernel/contracts';
import { parseComposition } from './composition.js';
import { grammarOf } from './config/grammar.js';
import type { Grammar } from './config/tree.js';
import { cliError } from './errors.js';

/** A file over or under the project's composition: options, bindings and rules, never a plugin or a permission. */
export interface LayerFile {
  readonly file: string;
  readonly text: string;
  readonly digest: string;
  /** What it is read with, once somebody does. */
  readonly grammar: Grammar;
  /** It is a composition of its own as well: plugins it lists that are not of this one are for there. */
  readonly composes?: true;
}
export interface Layer extends Composition {
  readonly file: string;
  readonly composes?: true;
}
export interface Layers {
  /** Below the project: it holds where the project says nothing. */
  readonly user?: Layer | undefined;
  /** Above the project. */
  readonly local?: Layer | undefined;
  /** Above all others. */
  readonly environment?: Layer | undefined;
}
type Options = { readonly [name: string]: Json };

/** Throws: `RUSTIC_CONFIG_LAYER` when it is there and can not be read. */
export async function readLayer(file: string): Promise<LayerFile | undefined> {
  try {
    const text = await readFile(file, 'utf8');
    const digest = createHash('sha256').update(text).digest('hex');
    return { file, text, digest, grammar: await grammarOf(file) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw cliError('RUSTIC_CONFIG_LAYER', { file, reason: message, hint: `Make ${file} a file you can read.` }, error);
  }
}
export const parseLayer = (layer: LayerFile | undefined): Layer | undefined =>
  layer && {
    ...parseComposition(layer.text, basename(layer.file), layer.composes ? 'project' : 'layer', layer.grammar),
    file: layer.file,
    ...(layer.composes && { composes: true }),
  };

/** What a layer changes, a line for each. */
export const describeLayer = ({ file, plugins, bind, rules }: Layer): readonly string[] => [
  ...plugins.flatMap(({ package: name, options }) =>
    Object.entries(options).map(
      ([option, value]) => `${basename(file)}: ${name} has ${option} ${JSON.stringify(value)}`,
    ),
  ),
  ...Object.entries(bind).map(([capability, to]) => `${basename(file)}: ${capability} is bound to ${to}`),
  ...rules.map(({ effect, action, match }) => `${basename(file)}: rule: ${effect} ${action} ${match}`),
];

/**
 * Lays the layers over a lock, in memory. Checks only what they change.
 *
 * Shape: objects among the options are merged, everything else is replaced; rules are of the scope `user`; `binding`
 *   names the layers that bind something.
 * Throws: `RUSTIC_CONFIG_LAYER`, `RUSTIC_CONFIG_LAYER_PLUGIN`, `RUSTIC_CONFIG_LAYER_PERMISSION`.
 */
export async function overlay(lock: Lock, { user: said, local, environment }: Layers) {
  const user = said?.composes ? { ...said, bind: boundHere(said.bind, lock) } : said;
  const layers = [user, local, environment].filter((layer) => layer !== undefined);
  const known = new Set(lock.plugins.map((plugin) => plugin.package));
  for (const { file, plugins, composes } of layers)
    if (!composes)
      for (const { package: name } of plugins)
        if (!known.has(name)) throw cliError('RUSTIC_CONFIG_LAYER_PLUGIN', { file, package: name });
  for (const { file, rules } of layers) if (rules.length > 0) await demandRules(file, rules);
  const plugins = await Promise.all(lock.plugins.map((plugin) => configured(plugin, layers, user)));
  const rules = layers.flatMap(({ rules }) => rules.map((rule) => ({ ...rule, scope: 'user' as const })));
  const binding = layers
    .filter(({ bind }) => Object.keys(bind).length > 0)
    .map(({ file }) => file)
    .join(', ');
  return {
    lock: { ...lock, plugins, bind: { ...user?.bind, ...lock.bind, ...local?.bind, ...environment?.bind } },
    rules,
    binding,
    layers: layers.map(({ file }) => file),
  };
}

/** The bindings to what a lock has. */
const boundHere = (bind: Composition['bind'], { plugins }: Lock) =>
  Object.fromEntries(Object.entries(bind).filter(([, to]) => plugins.some((plugin) => hasMember(plugin, to))));
function hasMember({ id, manifest }: LockedPlugin, name: string): boolean {
  const { service: _, hook: __, ...operations } = manifest.contributes ?? {};
  const members = Object.values(operations).flatMap((one) => Object.keys(one ?? {}));
  return id === name || members.some((one) => one === name || (one.endsWith('*') && name.startsWith(one.slice(0, -1))));
}

async function demandRules(file: string, rules: readonly Rule[]): Promise<void> {
  const { checkRules } = await import('@rustic-ai/kernel/compose');
  try {
    checkRules(rules, standard);
  } catch (error) {
    throw refuse(file, error);
  }
}

async function configured(
  plugin: LockedPlugin,
  layers: readonly Layer[],
  user: Layer | undefined,
): Promise<LockedPlugin> {
  const of = (layer: Layer) =>
    layer.plugins.filter((one) => one.package === plugin.package).map(({ options }) => options);
  const setting = layers.filter((layer) => of(layer).some((options) => Object.keys(options).length > 0));
  if (setting.length === 0) return plugin;
  const file = setting.map((layer) => layer.file).join(', ');
  const below = user ? of(user) : [];
  const above = layers.filter((layer) => layer !== user).flatMap(of);
  const options = [...below, plugin.options, ...above].reduce((base, over) => merged(base, over) as Options, {});
  // Most layers set no option: what checks one is loaded for those that do.
  const { configure } = await import('@rustic-ai/kernel/compose');
  const { permissions } = await configure(plugin.manifest, options).catch((error: unknown) => {
    throw refuse(file, error);
  });
  const had = new Set(plugin.permissions.map(({ action, match }) => `${action} ${match}`));
  const more = permissions.find(({ action, match }) => !had.has(`${action} ${match}`));
  if (more)
    throw cliError('RUSTIC_CONFIG_LAYER_PERMISSION', {
      file,
      plugin: plugin.id,
      permission: `${more.action} ${more.match}`,
    });
  return { ...plugin, options, permissions };
}

/** The error of a part of the composition, as one of the layer it stands in. */
export function refuse(file: string, error: unknown): unknown {
  if (!isRusticError(error)) return error;
  return cliError('RUSTIC_CONFIG_LAYER', { file, reason: error.message, hint: `Correct it in ${file}.` }, error);
}

export const isTable = (value: Json | undefined): value is Options =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** A reference such as `{ "$env": "NAME" }` is one value. */
export const isReference = (value: Options) => Object.keys(value).some((key) => key.startsWith('$'));
/** One value laid over another: only objects are merged. */
export function merged(base: Json | undefined, over: Json): Json {
  if (!isTable(base) || !isTable(over) || isReference(base) || isReference(over)) return over;
  const has = new Map(Object.entries(base));
  return Object.fromEntries([
    ...has,
    ...Object.entries(over).map(([name, value]) => [name, merged(has.get(name), value)]),
  ]) as Json;
}
