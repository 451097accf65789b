import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cliError } from '../errors.js';
import { type Chunk, definitions } from '../script/make.js';

/** A file of a tool: of the project's, else of the one beside this program. Throws: `RUSTIC_BUILD_TOOL`. */
export function toolAt(specifier: string, from: string): string {
  for (const folder of [from, import.meta.dirname])
    try {
      return createRequire(join(folder, 'x.js')).resolve(specifier);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  throw cliError('RUSTIC_BUILD_TOOL', { name: specifier.replace(/\/.*/, '') });
}

export type Esbuild = typeof import('esbuild');
/** Throws: `RUSTIC_BUILD_TOOL`. */
export async function esbuildAt(from: string): Promise<Esbuild> {
  const { href } = pathToFileURL(toolAt('esbuild', from));
  return ((await import(href)) as { readonly default: Esbuild }).default;
}

/** An ES module as CommonJS, for a script. Throws: esbuild's error, of what awaits at the top. */
export const commonJsWith =
  ({ transform }: Esbuild, minify = false) =>
  async ({ name, text }: Chunk): Promise<string> => {
    const { code } = await transform(text, {
      format: 'cjs',
      platform: 'node',
      target: 'node22',
      define: definitions,
      // As Node has it for ES modules: what a CommonJS package exports is its default, whatever that says of itself.
      sourcefile: name.replace(/\.js$/, '.mjs'),
      minifyWhitespace: true,
      legalComments: 'none',
      logLevel: 'silent',
      ...(minify && { minify, keepNames: true }),
    });
    return code;
  };

/** What esbuild says of top-level await, which no script can hold. */
export const awaitsAtTop = /top-level await/i;
