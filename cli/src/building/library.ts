import { readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { findPackage } from '@rustic-ai/kernel';
import type { BuiltFile } from './request.js';

const indexText = `import type { Kernel, KernelOptions, LogRecord } from './types/index.js';
import type {} from './types/contracts/index.js';
export type * from './types/index.js';
export type * as contracts from './types/contracts/index.js';

export interface AppOptions {
  /** Folder to work in. Default: the current one. */
  readonly cwd?: string;
  /** Answers asks. Default: the composition's \`approver\`, else every ask is denied. */
  readonly approve?: KernelOptions['approve'];
  /** Rules beside the composition's. */
  readonly rules?: KernelOptions['rules'];
  /** Told what plugins log. Default: nobody is. */
  readonly log?: (record: LogRecord) => void;
}
/**
 * Boots the composition this library was built from.
 *
 * Owner: the caller disposes it.
 */
export declare function createApp(options?: AppOptions): Promise<Kernel>;
`;
/** Of the schema library only these names are used, for those who write manifests. */
const schemaText =
  'export type TSchema = object;\nexport type Static<Schema> = Schema extends object ? unknown : never;\n';

const reference = /(?:from\s+|import\()(['"])(\.[^'"]+)\1/g;

/** The types of a library, complete in themselves: those of the kernel that its entry speaks of, copied. */
export async function declarationsOf(own: string): Promise<readonly BuiltFile[]> {
  const dist = join(await findPackage('@rustic-ai/kernel', dirname(own)), 'dist');
  const texts = new Map<string, string>();
  const walk = async (path: string): Promise<void> => {
    if (texts.has(path)) return;
    const text = await readFile(join(dist, path), 'utf8');
    const up = '../'.repeat(path.split('/').length - 1) || './';
    texts.set(path, text.replaceAll(/from 'typebox'/g, `from '${up}typebox.js'`));
    for (const [, , to = ''] of text.matchAll(reference))
      await walk(posix.join(posix.dirname(path), to.replace(/\.js$/, '.d.ts')));
  };
  await walk('index.d.ts');
  await walk('contracts/index.d.ts');
  return [
    { path: 'index.d.ts', contents: indexText },
    { path: 'types/typebox.d.ts', contents: schemaText },
    ...[...texts].map(([path, contents]) => ({ path: `types/${path}`, contents })),
  ];
}
