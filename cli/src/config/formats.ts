import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { cliError } from '../errors.js';

/** What a file of settings is written in. Only JSON is edited by commands. */
export type Format = 'json' | 'toml' | 'yaml';

/** By ending; the first is what a new file has. */
const formats: ReadonlyMap<string, Format> = new Map([
  ['.json', 'json'],
  ['.toml', 'toml'],
  ['.yaml', 'yaml'],
  ['.yml', 'yaml'],
]);

/** Default: JSON, whatever else the file is called. */
export const formatOf = (file: string): Format => formats.get(extname(file)) ?? 'json';

/** `rustic` of `rustic.yaml`: what its lock and its local layer are called after. */
export const stemOf = (file: string): string =>
  formats.has(extname(file)) ? basename(file, extname(file)) : basename(file);

/** The file of that name in a folder, in whichever format it is there. Throws: `RUSTIC_CONFIG_SEVERAL`. */
export function foundNamed(folder: string, stem: string): string | undefined {
  const found = [...formats.keys()]
    .map((ending) => `${stem}${ending}`)
    .filter((name) => existsSync(join(folder, name)));
  if (found.length > 1) throw cliError('RUSTIC_CONFIG_SEVERAL', { folder, files: found.join(', ') });
  return found[0] === undefined ? undefined : join(folder, found[0]);
}
/** The same, or where it would be as JSON. Throws: `RUSTIC_CONFIG_SEVERAL`. */
export const fileNamed = (folder: string, stem: string): string =>
  foundNamed(folder, stem) ?? join(folder, `${stem}.json`);

/** Throws: `RUSTIC_CONFIG_SEVERAL` for a file beside which the same stands in another format. */
export function demandOnly(file: string): string {
  if (formats.has(extname(file))) fileNamed(dirname(file), stemOf(file));
  return file;
}
