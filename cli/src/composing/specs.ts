import { existsSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { cliError } from '../errors.js';
import { officialName } from './official.js';
import { type PackageJson, packageJsonIn } from './package-json.js';

/** What somebody wants to add. */
export interface Wanted {
  /** As the package manager takes it. Undefined: a folder, which is used where it is. */
  readonly spec: string | undefined;
  /** The package, as the composition names it. Undefined: known once it is installed. */
  readonly name: string | undefined;
  /** A version or a range was asked for. */
  readonly versioned: boolean;
}

const named = /^(@[a-z0-9][\w.-]*\/)?([a-z0-9][\w.-]*)(?:@(.*))?$/;

/**
 * Reads `name`, `name@range`, `./folder`, `file.tgz`, or anything else a package manager takes. A short name is an
 * official plugin, unless it is `listed` already.
 *
 * Throws: `RUSTIC_USAGE`.
 */
export async function parseSpec(
  text: string,
  { cwd, from, listed }: { readonly cwd: string; readonly from: string; readonly listed: ReadonlySet<string> },
): Promise<Wanted> {
  const isArchive = /\.(tgz|tar\.gz)$/.test(text);
  if (/^\.{0,2}\//.test(text) || text === '.' || text === '..' || (isArchive && !/^[a-z+]+:/.test(text))) {
    const path = resolve(cwd, text);
    const hint = 'Check the path.';
    if (!existsSync(path)) throw cliError('RUSTIC_USAGE', { reason: `There is no ${path}.`, hint });
    if (!statSync(path).isDirectory()) return { spec: path, name: undefined, versioned: true };
    return { spec: undefined, name: folderName(relative(from, path)), versioned: false };
  }
  // A leading dash would be an option of the package manager.
  if (text.startsWith('-')) throw cliError('RUSTIC_USAGE', { reason: `"${text}" is no plugin.`, hint: 'Name one.' });
  const [, owner = '', short = '', range] = named.exec(text) ?? [];
  if (!short || /^(npm|file|git|https?):/.test(range ?? '')) return { spec: text, name: undefined, versioned: true };
  const isFull = owner !== '' || short.startsWith('rustic-plugin-') || listed.has(short);
  const name = isFull ? `${owner}${short}` : await officialName(short);
  return { spec: range === undefined ? name : `${name}@${range}`, name, versioned: range !== undefined };
}

/** A folder as a composition names it. */
export function folderName(path: string): string {
  const at = path.replaceAll('\\', '/') || '.';
  return at.startsWith('.') ? at : `./${at}`;
}

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** The packages a `package.json` names. */
export const dependenciesIn = (json: PackageJson): ReadonlyMap<string, string> =>
  new Map(kinds.flatMap((kind) => Object.entries((json[kind] ?? {}) as Record<string, string>)));

/** The packages a project depends on, with what it says of them. Throws: `RUSTIC_CONFIG_INVALID`. */
export const dependenciesOf = async (from: string): Promise<ReadonlyMap<string, string>> =>
  dependenciesIn(await packageJsonIn(from));

/** The package an installed spec turned out to be: one that names its file, else any; the one that came or changed before others. */
export function nameOfSpec(
  spec: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string | undefined {
  const lastOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  const isChanged = ([name, value]: readonly [string, string]) => before.get(name) !== value;
  const isIt = ([, value]: readonly [string, string]) =>
    value === spec || (value.startsWith('file:') && lastOf(value.slice('file:'.length)) === lastOf(spec));
  const all = [...after];
  const found = all.find((one) => isIt(one) && isChanged(one)) ?? all.find(isIt) ?? all.find(isChanged);
  return found?.[0];
}
