import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runManager } from '../composing/process.js';
import { interruptible } from '../child.js';
import { cliError } from '../errors.js';
import { toolOf } from './tools.js';

/** What is wrong with the types of a package, as far as it is told here. */
interface Problem {
  readonly kind: string;
  readonly entrypoint?: string;
  readonly resolutionKind?: string;
  readonly fileName?: string;
  readonly typesFileName?: string;
  readonly moduleSpecifier?: string;
}
interface Attw {
  createPackageFromTarballData(tarball: Uint8Array): object;
  checkPackage(pkg: object): Promise<{ readonly types: false } | { readonly problems: readonly Problem[] }>;
}
interface AttwProblems {
  readonly problemKindInfo: Readonly<Record<string, { readonly title: string; readonly docsUrl: string }>>;
}

/** A plugin is an ES module: nobody comes to it in these ways. Source: attw's profile "esm-only". */
const notWays = ['node10', 'node16-cjs'];
const asModule = 'A plugin is an ES module: "exports" names a .js with its .d.ts beside it, and no .cjs or .d.cts.';
const fixes: Readonly<Record<string, string>> = {
  NoResolution: 'Name a file in "exports" that is there once it is packed.',
  UntypedResolution: 'Write "types" first in "exports", with the declarations of that file, and build them.',
  FalseESM: asModule,
  FalseCJS: asModule,
  UnexpectedModuleSyntax: asModule,
  InternalResolutionError: 'Write relative imports with their ending, as in "./errors.js", and ship what they name.',
};

/** Whether what is packed has types that resolve and fit the code. The tool for it is the author's. Throws: `RUSTIC_PLUGIN_CHECK`. */
export async function typesOf(root: string): Promise<string> {
  const core = '@arethetypeswrong/core';
  const found = await toolOf<[Attw, AttwProblems]>(root, [core, `${core}/problems`]);
  if (!found) return `not looked at: npm install --save-dev ${core}`;
  const [{ createPackageFromTarballData, checkPackage }, { problemKindInfo }] = found;
  const checked = await checkPackage(createPackageFromTarballData(await packed(root)));
  if (!('problems' in checked)) return 'it has none';
  const first = checked.problems.find(({ resolutionKind = '' }) => !notWays.includes(resolutionKind));
  if (!first) return 'they resolve, and fit the code';
  const { title = first.kind, docsUrl = '' } = problemKindInfo[first.kind] ?? {};
  throw cliError('RUSTIC_PLUGIN_CHECK', {
    what: `${placeOf(first)}: ${title}${first.moduleSpecifier ? ` ("${first.moduleSpecifier}")` : ''}`,
    fix: fixes[first.kind] ?? `Read ${docsUrl}`,
  });
}
const placeOf = ({ entrypoint, fileName, typesFileName }: Problem) =>
  (typesFileName ?? fileName)?.replace(/^\/node_modules\/(?:@[^/]+\/)?[^/]+\//, '') ?? `exports["${entrypoint}"]`;

/** What npm would publish. */
const packed = (root: string): Promise<Uint8Array> => interruptible((signal) => packedBy(root, signal));

async function packedBy(root: string, signal: AbortSignal): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'rustic-types-'));
  try {
    const args = ['pack', '--ignore-scripts', '--pack-destination', folder];
    await runManager({ command: 'npm', args, folder: root, signal });
    const [tarball = ''] = await readdir(folder);
    return await readFile(join(folder, tarball));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
