import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Json, Manifest, Renames, Rule } from '@rustic-ai/kernel';
import { type Composition, readPackage } from '@rustic-ai/kernel/compose';
import { parseComposition } from '../composition.js';
import { editableText } from './editable.js';
import { environmentLayer } from './environment.js';
import { fileNamed, stemOf } from './formats.js';
import { parseLayer, readLayer } from '../layers.js';
import { hostOf, type Place, userLayer } from '../project.js';

export type Options = { readonly [name: string]: Json };
/** Where a setting can stand, the one that counts first. */
export type Scope = 'local' | 'project' | 'user';
/** What one file says. */
export interface Source {
  /** `environment`: variables, each under its own name. */
  readonly scope: Scope | 'environment';
  /** Undefined: it is built in, or said by variables. */
  readonly file: string | undefined;
  /** As JSON, whatever its format. */
  readonly text: string | undefined;
  /** By package. */
  readonly options: ReadonlyMap<string, Options>;
  readonly bind: Composition['bind'];
  readonly rules: readonly Rule[];
  /** It is a composition of its own as well. */
  readonly composes?: true | undefined;
}
export interface Installed {
  readonly package: string;
  readonly manifest: Manifest;
  readonly rename?: Renames;
}
/** What is said about a composition and by whom; nothing of it acts. */
export interface Sources {
  /** Those that are there, the one that counts first. */
  readonly layers: readonly Source[];
  /** In the order of the composition. */
  readonly plugins: readonly Installed[];
}

/** The file of a scope, whether or not it is there. Undefined: this place has none. */
export function fileOf(place: Place, scope: Scope): string | undefined {
  if (place.personal) return scope === 'local' ? undefined : place.file;
  if (scope === 'user') return fileNamed(hostOf(place).folders.config, 'rustic');
  if (scope === 'project' || !place.file) return place.file;
  return fileNamed(place.from, `${stemOf(place.file)}.local`);
}

const optionsOf = (plugins: readonly { readonly package: string; readonly options: Options }[]) =>
  new Map(plugins.map(({ package: name, options }) => [name, options]));

/** What a file of a scope says; `text` as JSON. Throws: `RUSTIC_CONFIG_INVALID`. */
export function sourceOf(scope: Scope, file: string, text: string, composes?: true): Source {
  const as = scope === 'project' || composes ? 'project' : 'layer';
  const { plugins, bind, rules } = parseComposition(text, basename(file), as);
  return { scope, file, text, options: optionsOf(plugins), bind, rules, composes };
}

/**
 * Reads what is set where, without running any plugin.
 *
 * Throws: `RUSTIC_CONFIG_*`; `RUSTIC_PLUGIN_UNKNOWN`, `RUSTIC_PLUGIN_MANIFEST` for one whose manifest can't be read.
 */
export async function readSources(place: Place): Promise<Sources> {
  const layerIn = async (scope: 'local' | 'user'): Promise<readonly Source[]> => {
    const file = fileOf(place, scope);
    if (place.personal || file === undefined) return [];
    const read = scope === 'user' ? await userLayer(place, dirname(file)) : await readLayer(file);
    const layer = parseLayer(read);
    if (!read || !layer) return [];
    const text = await editableText(file, read.text, read.composes ? 'project' : 'layer');
    const { plugins, bind, rules, composes } = layer;
    return [{ scope, file, text, options: optionsOf(plugins), bind, rules, composes }];
  };
  const user = await layerIn('user');
  const spoken = async (plugins: readonly Installed[], below: Source): Promise<readonly Source[]> => {
    const given = plugins.map((one) => ({ ...one, options: below.options.get(one.package) ?? {} }));
    const layer = place.built ? undefined : await environmentLayer(process.env, given);
    if (!layer) return [];
    const options = optionsOf(layer.plugins);
    return [{ scope: 'environment', file: undefined, text: undefined, options, bind: layer.bind, rules: [] }];
  };
  if (!place.file) {
    const { plugins, bind, rules } = await place.lock();
    const builtin: Source = {
      scope: 'project',
      file: undefined,
      text: undefined,
      options: optionsOf(plugins),
      bind,
      rules,
    };
    // The settings of a product are its user's to change: what it was built with stands below.
    if (place.built) return { layers: [...user, builtin], plugins };
    return { layers: [...(await spoken(plugins, builtin)), builtin, ...user], plugins };
  }
  const composed = await place.composition();
  const text = await editableText(place.file, await readFile(place.file, 'utf8'));
  const project = sourceOf('project', place.file, text);
  const plugins = await Promise.all(
    [...project.options.keys()].map(async (name): Promise<Installed> => {
      const { manifest } = await readPackage(name, place.from);
      const rename = composed.plugins.find((one) => one.package === name)?.rename;
      return { package: name, manifest, ...(rename && { rename }) };
    }),
  );
  return { layers: [...(await spoken(plugins, project)), ...(await layerIn('local')), project, ...user], plugins };
}
