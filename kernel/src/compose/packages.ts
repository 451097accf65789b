import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { digestFile, type Digests } from '../digest.js';
import { kernelError, reasonOf } from '../errors.js';
import { findPackage } from '../loader.js';
import type { Manifest } from '../manifest.js';
import { parseManifest } from './manifest.js';

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
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  return ['package.json', ...shipped].toSorted();
}

/** Throws: when one of them can not be read. */
export async function digestFiles(folder: string, paths: readonly string[]): Promise<Digests> {
  const digests = await Promise.all(paths.map(async (path) => [path, await digestFile(folder, path)] as const));
  return Object.fromEntries(digests);
}
