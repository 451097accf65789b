import type { Source } from '../activation.js';
import type { Json } from '../errors.js';
import type { AnyPlugin, Plugin } from '../manifest.js';
import { parseManifest } from './manifest.js';
import { configure } from './options.js';

/** A plugin composed in code, with its options where it has some. */
export type InCode = AnyPlugin | readonly [AnyPlugin, { readonly [name: string]: Json }];

/** What stands in a lock otherwise. Throws: what `parseManifest` and `configure` throw. */
export const inCode = (plugins: readonly InCode[]): Promise<readonly Source[]> =>
  Promise.all(
    plugins.map(async (entry) => {
      const [plugin, given] = (Array.isArray(entry) ? entry : [entry, {}]) as readonly [Plugin, Source['options']];
      const { default: data } = await plugin.manifest();
      const manifest = parseManifest(data, data?.id ?? 'a plugin in code');
      return { id: manifest.id, version: 'in-code', manifest, plugin, ...(await configure(manifest, given)) };
    }),
  );
