import { existsSync, realpathSync } from 'node:fs';
import { readlink, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { Access } from '../../capability.js';
import { kernelError } from '../../errors.js';
import type { Matcher } from './pattern.js';

export interface PathContext {
  /** The real path of the workspace. */
  readonly root: string;
  readonly home: string;
}

/** The real paths of two folders; a home that is not there stays as it is named. */
export function pathContext(folders: { readonly cwd: string; readonly home: string }): PathContext {
  const home = existsSync(folders.home) ? realpathSync(folders.home) : folders.home;
  return { root: realpathSync(folders.cwd), home };
}

/** A copy of an access that nobody can change after it was judged, its local path made real. */
export async function realAccess({ action, resource, target }: Access, root: string): Promise<Access> {
  const local = action.startsWith('fs.') && !target;
  const at = local ? await realPath(resource, root) : resource;
  return Object.freeze({ action, resource: at, ...(target !== undefined && { target }) });
}

/** The absolute real path; of what does not exist yet, its nearest existing parent made real. A link to nothing is followed. */
async function realPath(path: string, root: string, followed = 40): Promise<string> {
  const absolute = isAbsolute(path) ? resolve(path) : resolve(root, path);
  const rest: string[] = [];
  for (let at = absolute; ; at = dirname(at)) {
    try {
      return join(await realpath(at), ...rest);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const link = code === 'ENOENT' && followed > 0 ? await readlink(at).catch(() => undefined) : undefined;
      if (link !== undefined)
        return realPath(join(resolve(await realpath(dirname(at)), link), ...rest), root, followed - 1);
      // A loop or a forbidden folder: the path as written, which no relative rule of the workspace covers by accident.
      if ((code !== 'ENOENT' && code !== 'ENOTDIR') || dirname(at) === at) return absolute;
      rest.unshift(at.slice(dirname(at).length).replace(sep, ''));
    }
  }
}

export const isInside = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/**
 * Globs relative to the workspace; `/` and `~/` are absolute. Dotfiles match.
 *
 * Shape: wide ignores case and Unicode form, and follows links in what stands before the first glob.
 * Throws: `RUSTIC_RULE_INVALID`.
 */
export function matchPath(pattern: string, { root, home }: PathContext): Matcher {
  const parts = (pattern.startsWith('~/') ? pattern.slice(2) : pattern).split('/');
  const first = parts.findIndex((part) => /[*?[\]{}!()]/.test(part));
  const globs = first < 0 ? [] : parts.slice(first);
  if (globs.includes('..'))
    throw kernelError('RUSTIC_RULE_INVALID', { rule: pattern, reason: 'it has ".." after a glob' });
  const folder = pattern.startsWith('~/') ? home : isAbsolute(pattern) ? '/' : root;
  const plain = resolve(join(folder, ...parts.slice(0, first < 0 ? parts.length : first)));
  const compile = async () => {
    const folders = [plain, await realPath(plain, root)];
    if (globs.length === 0)
      return { narrow: (path: string) => path === plain, wide: (path: string) => folders.map(folded).includes(path) };
    const { default: picomatch } = await import('picomatch');
    const glob = (from: string) => `${from === '/' ? '' : escape(from)}/${globs.join('/')}`;
    const wide = folders.map((from) => folded(glob(from)));
    return { narrow: picomatch(glob(plain), { dot: true }), wide: picomatch(wide, { dot: true }) };
  };
  let compiled: ReturnType<typeof compile> | undefined;
  return async ({ resource }, strict) => {
    const matchers = await (compiled ??= compile());
    return strict === 'narrow' ? matchers.narrow(resource) : matchers.wide(folded(resource));
  };
}

const folded = (path: string) => path.normalize('NFC').toLowerCase();
const escape = (path: string) => path.replace(/[\\*?[\]{}!()+@|]/g, '\\$&');
