import { readFile, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Manifest } from '@rustic-ai/kernel';
import { cliError } from '../errors.js';

/** What the `package.json` of a plugin says, as far as it is looked at. */
export interface PluginJson {
  readonly name?: string;
  readonly version?: string;
  readonly type?: string;
  readonly license?: string;
  readonly keywords?: readonly string[];
  readonly files?: readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly exports?: unknown;
  readonly rustic?: { readonly manifest?: Manifest };
}
/** A plugin its author works on. */
export interface PluginFolder {
  /** The real path. */
  readonly root: string;
  readonly json: PluginJson;
}

/** Throws: `RUSTIC_PLUGIN_FOLDER`. */
export async function openPlugin(folder: string, cwd = '.'): Promise<PluginFolder> {
  const at = resolve(cwd, folder);
  const refuse = (reason: string, cause?: unknown) => cliError('RUSTIC_PLUGIN_FOLDER', { folder: at, reason }, cause);
  const root = await realpath(at).catch((error: unknown) => {
    throw refuse('it is not there', error);
  });
  const text = await readFile(join(root, 'package.json'), 'utf8').catch((error: unknown) => {
    throw refuse('it has no package.json', error);
  });
  try {
    const json = JSON.parse(text) as PluginJson | null;
    if (typeof json === 'object' && json !== null) return { root, json };
  } catch (error) {
    throw refuse('its package.json is no JSON', error);
  }
  throw refuse('its package.json is no object');
}
