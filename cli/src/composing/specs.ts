import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { cliError } from '../errors.js';
import { officialName } from './official.js';

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
 * official plugin.
 *
 * Throws: `RUSTIC_USAGE`.
 */
export async function parseSpec(text: string, cwd: string, from: string): Promise<Wanted> {
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
  const isFull = owner !== '' || short.startsWith('rustic-plugin-');
  const name = isFull ? `${owner}${short}` : await officialName(short);
  return { spec: range === undefined ? name : `${name}@${range}`, name, versioned: range !== undefined };
}

/** A folder as a composition names it. */
export function folderName(path: string): string {
  const at = path.replaceAll('\\', '/') || '.';
  return at.startsWith('.') ? at : `./${at}`;
}

interface PackageJson {
  readonly [kind: string]: unknown;
}
const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** The packages a `package.json` names. Throws: when it is not JSON. */
export function dependenciesIn(text: string): ReadonlyMap<string, string> {
  const json = JSON.parse(text) as PackageJson;
  return new Map(kinds.flatMap((kind) => Object.entries((json[kind] ?? {}) as Record<string, string>)));
}

/** The packages a project depends on, with what it says of them. */
export async function dependenciesOf(from: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(from, 'package.json'), 'utf8').catch(() => '{}');
  try {
    return dependenciesIn(text);
  } catch (error) {
    const reason = `it is not JSON (${(error as Error).message})`;
    const hint = 'Correct the syntax.';
    throw cliError('RUSTIC_CONFIG_INVALID', { file: 'package.json', line: 1, column: 1, reason, hint }, error);
  }
}

/** The package an installed spec turned out to be: the one that came or changed, else the one that names its file. */
export function nameOfSpec(
  spec: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string | undefined {
  const last = spec.slice(spec.lastIndexOf('/') + 1);
  const known = [...after].find(([, value]) => value === spec || (value.startsWith('file:') && value.endsWith(last)));
  return known?.[0] ?? [...after].find(([name, value]) => before.get(name) !== value)?.[0];
}
