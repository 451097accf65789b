import { createRequire, isBuiltin } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildOptions, Metafile, OutputFile, Plugin } from 'esbuild';
import { cliError } from '../errors.js';
import { awaitsAtTop } from './bundlable.js';
import { entryText } from './entry.js';
import type { BuildRequest, InstalledPlugin } from './request.js';

export interface Bundle {
  /** `path` is relative to the folder of the build. */
  readonly files: readonly { readonly path: string; readonly contents: Uint8Array }[];
  readonly meta: Metafile;
}

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

const sharedByAll: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  write: false,
  metafile: true,
  charset: 'utf8',
  // Names of modules in comments would say where they lay on the machine that built them.
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'silent',
  outdir: '/',
};
const requireText =
  "import { createRequire as __requireFrom } from 'node:module'; const require = __requireFrom(import.meta.url);";

/** Of each format: how esbuild makes it. A folder is loaded in parts, the others are one file. */
const formats: Readonly<Record<BuildRequest['format'], BuildOptions>> = {
  folder: {
    format: 'esm',
    splitting: true,
    entryNames: 'app/start',
    chunkNames: 'app/[name]-[hash]',
    banner: { js: requireText },
  },
  file: { format: 'esm', entryNames: '[name]', banner: { js: requireText } },
  executable: {
    format: 'cjs',
    entryNames: '[name]',
    define: { 'import.meta.url': '__url' },
    banner: { js: "const __url = require('node:url').pathToFileURL(process.execPath).href;" },
  },
};

/** Bundles the kernel, the plugins that can be and what they depend on. Throws: `RUSTIC_BUILD_*`. */
export async function bundle(
  request: BuildRequest,
  inside: readonly InstalledPlugin[],
  beside: readonly string[],
): Promise<Bundle> {
  const { href } = pathToFileURL(toolAt('esbuild', request.from));
  const { default: esbuild } = (await import(href)) as { readonly default: typeof import('esbuild') };
  const options: BuildOptions = {
    ...sharedByAll,
    ...formats[request.format],
    absWorkingDir: request.from,
    stdin: { contents: entryText(request, inside), resolveDir: request.from, sourcefile: `${request.name}.js` },
    plugins: [withoutManifests(inside), outside(beside, request.format)],
    ...(request.minify && { minify: true, keepNames: true }),
  };
  try {
    const { outputFiles = [], metafile } = await esbuild.build(options);
    return { files: outputFiles.map(placed), meta: metafile as Metafile };
  } catch (error) {
    throw refused(error, inside, request);
  }
}
const placed = ({ path, contents }: OutputFile) => ({
  path: path.replaceAll('\\', '/').replace(/^(?:[A-Z]:)?\//, ''),
  contents,
});

/** A product has its manifests in the lock: the modules they came from, and the schema library behind them, stay out. */
const withoutManifests = (inside: readonly InstalledPlugin[]): Plugin => ({
  name: 'manifests',
  setup(build) {
    const manifests = new Set(inside.map(({ root }) => join(root, 'dist/manifest.js')));
    build.onResolve({ filter: /manifest\.js$/ }, ({ path, resolveDir }) =>
      manifests.has(join(resolveDir, path)) ? { path, namespace: 'manifest' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'manifest' }, () => ({ contents: 'export default undefined;' }));
  },
});

/** What lies beside the bundle is found from where the bundle lies, also by code that imports it later. */
const outside = (names: readonly string[], format: BuildRequest['format']): Plugin => ({
  name: 'outside',
  setup(build) {
    build.onResolve({ filter: /^[^.]/ }, ({ path, kind }) => {
      if (isBuiltin(path)) return { path, external: true };
      if (isAbsolute(path) || !names.some((name) => path === name || path.startsWith(`${name}/`))) return undefined;
      return format === 'executable' && kind === 'dynamic-import'
        ? { path, namespace: 'required' }
        : { path, external: true };
    });
    build.onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
});

/** Says which plugin a bundler's complaint is about. */
function refused(error: unknown, inside: readonly InstalledPlugin[], { from }: BuildRequest): unknown {
  const [first] =
    (error as { readonly errors?: readonly { text: string; location: { file: string } | null }[] }).errors ?? [];
  if (!first) return error;
  const file = first.location ? join(from, first.location.file) : '';
  const of = inside.find(({ root }) => file.startsWith(root));
  const reason = awaitsAtTop.test(first.text)
    ? 'it awaits at the top of a module, which an executable can not'
    : first.text;
  return cliError(
    'RUSTIC_BUILD_PLUGIN',
    { plugin: of?.locked.id ?? first.location?.file ?? 'the program', reason },
    error,
  );
}
