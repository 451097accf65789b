import { realpath } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { kernelError, reasonOf } from './errors.js';
import type { Plugin } from './manifest.js';

/** Imports a module by its file URL. A built product passes a map of static imports instead. */
export type ImportModule = (url: string) => Promise<unknown>;
/** The real folder of a package as seen from a folder. Throws: `RUSTIC_PLUGIN_UNKNOWN`. */
export async function findPackage(name: string, from: string): Promise<string> {
  const local = name.startsWith('.') || isAbsolute(name);
  const base = pathToFileURL(join(from, 'rustic.json'));
  try {
    const file = local ? resolve(from, name, 'package.json') : findPackageJSON(name, base);
    return dirname(await realpath(file ?? ''));
  } catch (error) {
    throw kernelError('RUSTIC_PLUGIN_UNKNOWN', { package: name, from }, error);
  }
}

/** Imports a plugin's entry; another revision of it anew. Throws: `RUSTIC_PLUGIN_LOAD`. */
export async function importPlugin(plugin: string, file: string, load: ImportModule, revision = 0): Promise<Plugin> {
  const refuse = (reason: string, cause?: unknown) => kernelError('RUSTIC_PLUGIN_LOAD', { plugin, reason }, cause);
  const { href } = pathToFileURL(file);
  const module = await load(revision > 0 ? `${href}?revision=${revision}` : href).catch((error: unknown) => {
    throw refuse(reasonOf(error), error);
  });
  const loaded = (module as { default?: Partial<Plugin> } | undefined)?.default;
  if (typeof loaded?.setup !== 'function') throw refuse('its default export is no plugin');
  return loaded as Plugin;
}
