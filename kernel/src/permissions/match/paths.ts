import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { Matcher } from './pattern.js';

export interface PathContext {
  /** The real path of the workspace. */
  readonly root: string;
  readonly home: string;
}

/** The absolute real path; of what does not exist yet, its nearest existing parent made real. */
export async function realPath(path: string, root: string): Promise<string> {
  const absolute = isAbsolute(path) ? resolve(path) : resolve(root, path);
  const rest: string[] = [];
  for (let at = absolute; ; at = dirname(at)) {
    try {
      return join(await realpath(at), ...rest);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A loop or a forbidden folder: the path as written, which no relative rule of the workspace covers by accident.
      if ((code !== 'ENOENT' && code !== 'ENOTDIR') || dirname(at) === at) return absolute;
      rest.unshift(at.slice(dirname(at).length).replace(sep, ''));
    }
  }
}

export const isInside = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** Globs relative to the workspace; `/` and `~/` are absolute. Dotfiles match. Wide: case and Unicode form are ignored. */
export function matchPath(pattern: string, { root, home }: PathContext): Matcher {
  const absolute = pattern.startsWith('~/') ? join(home, pattern.slice(2)) : resolve(root, pattern);
  if (!/[*?[\]{}!()]/.test(pattern))
    return ({ resource }, strict) =>
      strict === 'narrow' ? resource === absolute : folded(resource) === folded(absolute);
  const glob = pattern.startsWith('~/')
    ? join(home, pattern.slice(2))
    : isAbsolute(pattern)
      ? pattern
      : `${escape(root)}/${pattern}`;
  let compiled: Promise<{ narrow: (path: string) => boolean; wide: (path: string) => boolean }> | undefined;
  return async ({ resource }, strict) => {
    compiled ??= import('picomatch').then(({ default: picomatch }) => ({
      narrow: picomatch(glob, { dot: true }),
      wide: picomatch(folded(glob), { dot: true }),
    }));
    const matchers = await compiled;
    return strict === 'narrow' ? matchers.narrow(resource) : matchers.wide(folded(resource));
  };
}

const folded = (path: string) => path.normalize('NFC').toLowerCase();
const escape = (path: string) => path.replace(/[\\*?[\]{}!()+@|]/g, '\\$&');
