import type { Json } from '@rustic-ai/kernel';
import { configure } from '@rustic-ai/kernel/compose';
import { isReference, isTable, merged } from '../layers.js';
import { variableOf } from './environment.js';
import type { Installed, Options, Scope, Source, Sources } from './sources.js';

/** A setting that holds, and what set it. */
export interface Entry {
  readonly key: string;
  readonly value: Json;
  readonly origin: Scope | 'environment' | 'built-in' | 'default';
  /** Absent: no file says it. */
  readonly file?: string;
  /** The one of the environment that says it. */
  readonly variable?: string;
}
type Path = readonly string[];

/** The options of a plugin as all layers together give them. */
export const optionsIn = ({ layers }: Sources, plugin: string): Options =>
  layers.toReversed().reduce<Options>((below, { options }) => merged(below, options.get(plugin) ?? {}) as Options, {});

/** The same with defaults; without them where something does not fit, which `check` tells of. */
export const filledOptions = async (sources: Sources, { package: name, manifest }: Installed): Promise<Options> => {
  const given = optionsIn(sources, name);
  return configure(manifest, given).then(
    ({ options }) => options,
    () => given,
  );
};

/** The value at a path of objects. */
export const valueAt = (value: Json | undefined, path: Path): Json | undefined =>
  path.reduce<Json | undefined>(
    (at, name) => (isTable(at) && !isReference(at) && Object.hasOwn(at, name) ? at[name] : undefined),
    value,
  );
function leaves(value: Json, path: Path = []): readonly (readonly [Path, Json])[] {
  if (!isTable(value) || isReference(value) || Object.keys(value).length === 0) return [[path, value]];
  return Object.entries(value).flatMap(([name, one]) => leaves(one, [...path, name]));
}

const from = (source: Source | undefined, key: string): Pick<Entry, 'origin' | 'file' | 'variable'> => {
  if (!source) return { origin: 'default' };
  if (source.scope === 'environment') return { origin: source.scope, variable: variableOf(key) };
  return source.file === undefined ? { origin: 'built-in' } : { origin: source.scope, file: source.file };
};

async function optionEntries(sources: Sources, plugin: Installed): Promise<readonly Entry[]> {
  const options = await filledOptions(sources, plugin);
  if (Object.keys(options).length === 0) return [];
  return leaves(options).map(([path, value]) => {
    const setting = sources.layers.find((layer) => valueAt(layer.options.get(plugin.package), path) !== undefined);
    const named = ['plugins', plugin.manifest.id, path[0]].join('.');
    return { key: ['plugins', plugin.manifest.id, ...path].join('.'), value, ...from(setting, named) };
  });
}

/** Every setting that holds, with what set it. Rules add up, so each is an entry of its own. */
export async function entriesOf(sources: Sources): Promise<readonly Entry[]> {
  const { layers, plugins } = sources;
  const bound = [...new Set(layers.flatMap(({ bind }) => Object.keys(bind)))].toSorted();
  return [
    ...(await Promise.all(plugins.map((plugin) => optionEntries(sources, plugin)))).flat(),
    ...bound.flatMap((capability) => {
      const setting = layers.find(({ bind }) => Object.hasOwn(bind, capability));
      const value = setting?.bind[capability];
      return value === undefined ? [] : [{ key: `bind.${capability}`, value, ...from(setting, `bind.${capability}`) }];
    }),
    ...layers.flatMap((layer) =>
      layer.rules.map((rule) => ({ key: 'permissions.rules', value: rule as unknown as Json, ...from(layer, '') })),
    ),
  ];
}
