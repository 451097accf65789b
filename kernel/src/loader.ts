import { readdir, readFile, realpath } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { kernelError, reasonOf } from './errors.js';
import { type Manifest, parseManifest, type Plugin } from './manifest.js';

/** Imports a module by its file URL. A built product passes a map of static imports instead. */
export type ImportModule = (url: string) => Promise<unknown>;
/** An installed package that is a plugin, read without running any of its code. */
export interface PluginPackage {
  /** As the composition names it. */
  readonly package: string;
  readonly version: string;
  /** The real path of its folder. */
  readonly root: string;
  /** Its real path lies outside `node_modules`: a workspace or a `./path`. */
  readonly linked: boolean;
  /** Relative to `root`. */
  readonly entry: string;
  readonly manifest: Manifest;
}

/** The real folder of a package as seen from a folder. Throws: `RUSTIC_PLUGIN_UNKNOWN`. */
export async function findPackage(name: string, from: string): Promise<string> {
  const local = name.startsWith('.') || isAbsolute(name);
  const base = pathToFileURL(join(from, 'rustic.json'));
  const file = local ? resolve(from, name, 'package.json') : findOrNothing(name, base);
  try {
    return dirname(await realpath(file ?? ''));
  } catch (error) {
    throw kernelError('RUSTIC_PLUGIN_UNKNOWN', { package: name, from }, error);
  }
}
function findOrNothing(name: string, base: URL): string | undefined {
  try {
    return findPackageJSON(name, base);
  } catch {
    return undefined;
  }
}

/** Throws: `RUSTIC_PLUGIN_UNKNOWN`, `RUSTIC_PLUGIN_MANIFEST`, `RUSTIC_PLUGIN_API`, `RUSTIC_PLUGIN_ISOLATION`. */
export async function readPackage(name: string, from: string): Promise<PluginPackage> {
  const root = await findPackage(name, from);
  const text = await readFile(join(root, 'package.json'), 'utf8');
  let json: {
    version?: string;
    exports?: Record<string, { default?: string } | string>;
    rustic?: { manifest?: unknown };
  };
  try {
    json = JSON.parse(text) as typeof json;
  } catch (error) {
    throw kernelError('RUSTIC_PLUGIN_MANIFEST', { package: name, reason: reasonOf(error) }, error);
  }
  const main = json.exports?.['.'];
  const entry = typeof main === 'string' ? main : main?.default;
  const manifest = parseManifest(json.rustic?.manifest, name);
  if (!entry?.startsWith('./dist/'))
    throw kernelError('RUSTIC_PLUGIN_MANIFEST', { package: name, reason: 'exports["."] is no file below ./dist/' });
  return {
    package: name,
    version: json.version ?? '0.0.0',
    root,
    manifest,
    linked: !root.includes('/node_modules/') && !root.includes('\\node_modules\\'),
    entry: entry.slice(2),
  };
}

/** Every file the loader may open, relative to the package: `package.json` and all below `dist/`. Sorted. */
export async function shippedFiles(root: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, 'dist'), { recursive: true, withFileTypes: true }).catch(() => []);
  const shipped = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.endsWith('.map') && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  return ['package.json', ...shipped].toSorted();
}

/** Imports a plugin's entry. Throws: `RUSTIC_PLUGIN_LOAD`. */
export async function importPlugin(plugin: string, root: string, entry: string, load: ImportModule): Promise<Plugin> {
  const refuse = (reason: string, cause?: unknown) => kernelError('RUSTIC_PLUGIN_LOAD', { plugin, reason }, cause);
  const module = await load(pathToFileURL(join(root, entry)).href).catch((error: unknown) => {
    throw refuse(reasonOf(error), error);
  });
  const loaded = (module as { default?: Partial<Plugin> } | undefined)?.default;
  if (typeof loaded?.setup !== 'function') throw refuse('its default export is no plugin');
  return loaded as Plugin;
}
