import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '@rustic-ai/kernel';
import { type PluginPackage, readPackage } from '@rustic-ai/kernel/compose';
import { cliError } from '../errors.js';
import { demandPeer, kernelVersion } from '../peers.js';
import { own } from '../project.js';
import { firstModel } from './choice.js';
import { optionsGiven, withRequired } from './options.js';
import { renamingsGiven } from './renaming.js';
import { packagesOf, type Renaming, withBinding, withPlugin, withRename } from './rustic-json.js';
import { dependenciesOf, nameOfSpec, parseSpec, type Wanted } from './specs.js';
import type { Change } from './transaction.js';
import { isRange, publishedAt } from './versions.js';

export interface Adding {
  /** Folder that packages are looked up from. */
  readonly from: string;
  /** Folder the paths among the specs are relative to. */
  readonly cwd: string;
  readonly specs: readonly string[];
  /** Packages a new composition needs beside them. */
  readonly also: readonly string[];
  /** The text of the composition so far. */
  readonly text: string;
  /** `name=value`, as typed. */
  readonly options: readonly string[];
  /** `capability=name`, as typed. */
  readonly bind: readonly string[];
  /** `operation/name=other`, as typed. */
  readonly rename: readonly string[];
  /** Whether packages may be installed. */
  readonly install: boolean;
  /** Version of the kernel they have to fit. Default: of the one installed beside this program. */
  readonly kernel?: string | undefined;
}
/** Plugins that are installed, and what lists them. */
export interface Added {
  readonly plugins: readonly PluginPackage[];
  /** Scripts npm would have run, as `package: script`. */
  readonly scripts: readonly string[];
  /** When what was installed was published, by package. Shape: ISO 8601; undefined: the registry does not say. */
  readonly published: ReadonlyMap<string, string | undefined>;
  /** Writes them into the text of a composition. */
  edit(text: string): string;
}

/**
 * Installs what is missing and reads its manifests; runs nothing of it.
 *
 * Throws: `RUSTIC_USAGE`, `RUSTIC_INSTALL_FAILED`, `RUSTIC_PLUGIN_*`, `RUSTIC_CONFIG_OPTION`.
 */
export async function addPlugins(change: Change, adding: Adding): Promise<Added> {
  const { from, cwd, text } = adding;
  const listed = new Set(packagesOf(text));
  const wanted = await Promise.all(adding.specs.map((spec) => parseSpec(spec, { cwd, from, listed })));
  const before = await dependenciesOf(from);
  const names = await installed(change, adding, wanted);
  const plugins = await Promise.all(names.map((name) => readPackage(name, from)));
  const ages = agesOf(change, before, plugins, from);
  const version = adding.kernel ?? (await kernelVersion(own));
  for (const plugin of plugins) await demandPeer({ id: plugin.manifest.id, package: plugin.package }, from, version);
  const manifests = plugins.map(({ manifest }) => manifest);
  const given = optionsGiven(adding.options, manifests);
  const options: { readonly [name: string]: Json }[] = [];
  for (const [index, manifest] of manifests.entries()) {
    const own = given.get(manifest.id) ?? {};
    options.push(listed.has(names[index] ?? '') ? own : await withRequired(manifest, own, change.signal));
  }
  const renamings = renamingsGiven(adding.rename, plugins, text);
  const bindings = [...(await modelBinding(adding, plugins, options, renamings)), ...adding.bind.map(bindingOf)];
  return {
    plugins,
    scripts: (await Promise.all(plugins.map(scriptsOf))).flat(),
    published: await ages,
    edit(before) {
      const withAll = names.reduce((now, name, index) => withPlugin(now, name, options[index] ?? {}), before);
      const named = renamings.reduce(withRename, withAll);
      return bindings.reduce((now, [capability, to]) => withBinding(now, capability, to), named);
    },
  };
}

/** Reads `capability=name`. Throws: `RUSTIC_USAGE`. */
export function bindingOf(text: string): readonly [capability: string, to: string] {
  const at = text.indexOf('=');
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw cliError('RUSTIC_USAGE', { reason: `"${text}" binds nothing.`, hint: 'Write --bind capability=name.' });
}

/** The names of what is wanted, once it is there. */
async function installed(change: Change, adding: Adding, wanted: readonly Wanted[]): Promise<readonly string[]> {
  const { from, install, also } = adding;
  const before = await dependenciesOf(from);
  const isThere = async (name: string) =>
    before.has(name) &&
    (await readPackage(name, from).then(
      () => true,
      () => false,
    ));
  const missing: string[] = [];
  for (const { spec, name, versioned } of wanted)
    if (spec && (versioned || !name || !(await isThere(name)))) missing.push(spec);
  for (const name of also) if (!(await isThere(name))) missing.push(name);
  if (install && missing.length > 0) {
    if (!(await readFile(join(from, 'package.json'), 'utf8').catch(() => '')))
      await change.write(join(from, 'package.json'), `${JSON.stringify({ private: true }, null, 2)}\n`);
    await change.install(missing);
  }
  const after = await dependenciesOf(from);
  return wanted.map(({ spec = '', name }) => {
    const found = name ?? nameOfSpec(spec, before, after);
    if (found) return found;
    throw cliError('RUSTIC_USAGE', { reason: `"${spec}" is not installed.`, hint: 'Leave out --no-install.' });
  });
}

/** The first that provides models gets to answer; later ones take a choice. */
async function modelBinding(
  { text, from }: Adding,
  plugins: readonly PluginPackage[],
  options: readonly { readonly [name: string]: Json }[],
  renamings: readonly Renaming[],
): Promise<readonly (readonly [string, string])[]> {
  const [only, ...more] = plugins.flatMap(({ manifest }, index) =>
    manifest.contributes?.['model'] ? [{ manifest, options: options[index] ?? {} }] : [],
  );
  const name = only && firstModel(only);
  if (!name || more.length > 0 || /"model"\s*:/.test(text)) return [];
  const others = packagesOf(text).filter((one) => plugins.every((plugin) => plugin.package !== one));
  const found = await Promise.all(others.map((one) => readPackage(one, from).catch(() => undefined)));
  return found.some((one) => one?.manifest.contributes?.['model'])
    ? []
    : [['model', renamings.find((one) => one.operation === 'model' && one.name === name)?.to ?? name]];
}

/** When those of the plugins that came from a registry just now were published. */
async function agesOf(
  { signal }: Change,
  before: ReadonlyMap<string, string>,
  plugins: readonly PluginPackage[],
  from: string,
): Promise<ReadonlyMap<string, string | undefined>> {
  const after = await dependenciesOf(from);
  const come = plugins.filter(({ package: name }) => isRange(after.get(name)) && before.get(name) !== after.get(name));
  const ages = come.map(
    async ({ package: name, version }) => [name, await publishedAt({ name, version }, from, signal)] as const,
  );
  return new Map(await Promise.all(ages));
}

/** The scripts of a package that an installation would have run. */
async function scriptsOf({ package: name, root }: PluginPackage): Promise<readonly string[]> {
  const { scripts = {} } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    scripts?: Record<string, string>;
  };
  return ['preinstall', 'install', 'postinstall'].flatMap((one) =>
    scripts[one] === undefined ? [] : [`${name}: ${one}: ${scripts[one].slice(0, 200)}`],
  );
}
