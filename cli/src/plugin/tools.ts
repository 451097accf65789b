import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isRusticError } from '@rustic-ai/kernel';
import { toolAt } from '../building/tools.js';

/** Modules of a tool that the author may have installed, else one who has this program. Shape: undefined where nobody has. */
export async function toolOf<T extends readonly object[]>(
  root: string,
  specifiers: { readonly [Index in keyof T]: string },
): Promise<T | undefined> {
  let paths: readonly string[];
  try {
    paths = specifiers.map((specifier) => toolAt(specifier, join(root, 'package.json')));
  } catch (error) {
    if (isRusticError(error)) return undefined;
    throw error;
  }
  const modules = await Promise.all(paths.map((path) => import(pathToFileURL(path).href) as Promise<object>));
  return modules as readonly object[] as T;
}
