import { readlink, realpath } from 'node:fs/promises';
import { isAbsolute, join, parse, posix, resolve, sep } from 'node:path';
import type { Access } from '../../capability.js';
import type { ScopedRule } from '../types.js';
import { demandGlobs, globTest, isElaborate, type NameTest } from './globs.js';
import { createShelf, type Entry, type Matcher } from './shelf.js';

export interface PathContext {
  /** The real path of the workspace. */
  readonly root: string;
  readonly home: string;
}

/** The real paths of two folders; a home that is not there stays as it is named. */
export async function pathContext({
  cwd,
  home,
}: {
  readonly cwd: string;
  readonly home: string;
}): Promise<PathContext> {
  return { root: await realpath(cwd), home: await realpath(home).catch(() => home) };
}

/** A copy of an access that nobody can change after it was judged, its local path made real, a remote one without `..` inside. */
export async function realAccess({ action, resource, target }: Access, root: string): Promise<Access> {
  const isFile = action.startsWith('fs.');
  const at = !isFile ? resource : target ? posix.normalize(resource) : await realPath(resource, root);
  return Object.freeze({ action, resource: at, ...(target !== undefined && { target }) });
}

/** The absolute real path; of what does not exist yet, its nearest existing parent made real. A link to nothing is followed. */
async function realPath(path: string, from: string, followed = 40): Promise<string> {
  const absolute = isAbsolute(path) ? resolve(path) : resolve(from, path);
  if (absolute.length > longest) return absolute;
  const { root } = parse(absolute);
  const names = absolute.slice(root.length).split(sep);
  const whole = await realpath(absolute).catch(() => undefined);
  if (whole !== undefined) return whole;
  // Something of it is not there. Looked for from the root on, it is found soon, however long the rest.
  let real = root;
  for (const [index, name] of names.entries()) {
    const at = join(real, name);
    try {
      real = await realpath(at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const rest = names.slice(index + 1).join(sep);
      const link = code === 'ENOENT' && followed > 0 ? await readlink(at).catch(() => undefined) : undefined;
      if (link !== undefined) return realPath(join(resolve(real, link), rest), from, followed - 1);
      // A loop or a forbidden folder: the path as written, which no relative rule of the workspace covers by accident.
      return code === 'ENOENT' || code === 'ENOTDIR' ? join(at, rest) : absolute;
    }
  }
  return real;
}

export const isInside = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** A path rule, split where its first glob stands. */
interface Split {
  readonly rule: ScopedRule;
  readonly folder: string;
  readonly globs: readonly string[];
}

function split(rule: ScopedRule, { root, home }: PathContext): Split {
  const pattern = rule.match;
  const parts = (pattern.startsWith('~/') ? pattern.slice(2) : pattern).split('/');
  const first = parts.findIndex((part) => globbing.test(part));
  const globs = first < 0 ? [] : parts.slice(first);
  demandGlobs(pattern, globs);
  const from = pattern.startsWith('~/') ? home : isAbsolute(pattern) ? '/' : root;
  return { rule, folder: resolve(join(from, ...parts.slice(0, first < 0 ? parts.length : first))), globs };
}

/**
 * Files by globs relative to the workspace; `/` and `~/` are absolute. Dotfiles match.
 *
 * Shape: read widely, case and Unicode form make no difference, and links in what stands before the first glob are
 *   followed; both are looked up once, when a path is first judged.
 * Throws: `RUSTIC_RULE_INVALID`, at once.
 */
export function matchPaths(rules: readonly ScopedRule[], paths: PathContext): () => Promise<Matcher> {
  const all = rules.map((rule) => split(rule, paths));
  return async () => {
    const library = all.some(({ globs }) => isElaborate(globs)) ? await nameTests() : undefined;
    const compile = async ({ rule, folder, globs }: Split): Promise<Entry<Path>> => {
      const narrow = rule.effect === 'allow';
      const folders = narrow ? [folder] : [folder, await realPath(folder, paths.root)].map(folded);
      const form = narrow ? 'written' : 'folded';
      if (globs.length === 0)
        return { rule, keys: folders.map(folded), covers: (path) => folders.includes(path[form]) };
      const tests = folders.map((from) => testBelow(from, narrow ? globs : globs.map(folded), narrow, library));
      const keys = keyOf(globs) ?? folders.map(folded);
      return { rule, keys, covers: (path) => tests.some((test) => test(path[form])) };
    };
    const entries = await Promise.all(all.map(compile));
    const find = createShelf(entries);
    const deepest = Math.max(0, ...entries.flatMap(({ keys }) => keys.map(({ length }) => length)));
    return ({ resource }, applies) => {
      if (resource.length > longest) return { effect: 'ask' };
      const path = { written: resource, folded: folded(resource) };
      const rule = find(path, keysOf(path.folded, deepest), applies);
      return rule && { effect: rule.effect, rule };
    };
  };
}

/** No system opens a longer one. Source: Windows, "Maximum path length limitation"; PATH_MAX of Linux is 4,096. */
const longest = 32_767;
interface Path {
  readonly written: string;
  readonly folded: string;
}
const globbing = /[*?[\]{}!()]/;
const folded = (path: string) => path.normalize('NFC').toLowerCase();

const nameTests = async (): Promise<NameTest> => {
  const { default: picomatch } = await import('picomatch');
  return (pattern) => picomatch(pattern, { dot: true, nonegate: true });
};

function testBelow(folder: string, globs: readonly string[], narrow: boolean, library?: NameTest) {
  const test = globTest(globs, narrow, library);
  const start = folder === '/' ? folder : `${folder}/`;
  return (path: string): boolean =>
    path === folder ? test([]) : path.startsWith(start) && test(path.slice(start.length).split('/'));
}

/** A name or an ending that every match of the globs has, where there is one: rarer than the folder they start in. */
function keyOf(globs: readonly string[]): readonly string[] | undefined {
  if (/[{(\\]/.test(globs.join('/'))) return undefined;
  const name = globs.find((part) => !/^\.*$|[*?[\]!+@|]/.test(part));
  const [ending] = /\.[^.*?[\]!+@|]+$/.exec(globs.at(-1) ?? '') ?? [];
  if (name) return [`*${folded(name)}`];
  return ending ? [folded(ending)] : undefined;
}

/** The folders a path is in, none longer than the longest that is looked for, itself, its names and its ending. */
function keysOf(path: string, longest: number): readonly string[] {
  const keys = ['/', path];
  for (const name of new Set(path.split('/'))) keys.push(`*${name}`);
  for (let end = path.indexOf('/', 1); end >= 0 && end <= longest; end = path.indexOf('/', end + 1))
    keys.push(path.slice(0, end));
  const dot = path.lastIndexOf('.');
  return dot < 0 ? keys : [...keys, path.slice(dot)];
}
