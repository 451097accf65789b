import { isBuiltin } from 'node:module';
import { basename, isAbsolute, join } from 'node:path';
import type { BuildOptions, Metafile, OutputFile, Plugin } from 'esbuild';
import { cliError } from '../errors.js';
import { scriptOf } from '../script/make.js';
import { entryText, scriptName, starterText } from './entry.js';
import { type BuildRequest, type InstalledPlugin, isScript, type ScriptRequest } from './request.js';
import { awaitsAtTop, commonJsWith, type Esbuild, esbuildAt } from './tools.js';

export interface Bundle {
  /** `path` is relative to the folder of the build. */
  readonly files: readonly { readonly path: string; readonly contents: Uint8Array }[];
  readonly meta: Metafile;
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

/** How esbuild makes it: a single file whole, everything else in parts of which each is run when it is needed. */
const formOf = (request: BuildRequest): BuildOptions => ({
  format: 'esm',
  ...(request.format === 'file'
    ? { entryNames: '[name]' }
    : { splitting: true, entryNames: 'app/start', chunkNames: 'app/[name]-[hash]' }),
  ...(!isScript(request) && { banner: { js: requireText } }),
});

/** Bundles the kernel, the plugins that can be and what they depend on. Throws: `RUSTIC_BUILD_*`. */
export async function bundle(
  request: BuildRequest,
  inside: readonly InstalledPlugin[],
  beside: readonly string[],
): Promise<Bundle> {
  const esbuild = await esbuildAt(request.from);
  const options: BuildOptions = {
    ...sharedByAll,
    ...formOf(request),
    absWorkingDir: request.from,
    stdin: { contents: entryText(request, inside), resolveDir: request.from, sourcefile: `${request.name}.js` },
    plugins: [withoutManifests(inside), outside(beside)],
    ...(request.minify && { minify: true, keepNames: true }),
  };
  try {
    const { outputFiles = [], metafile } = await esbuild.build(options);
    const files = outputFiles.map(placed);
    return {
      files: isScript(request) ? await scriptFiles(request, files, esbuild) : files,
      meta: metafile as Metafile,
    };
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
const outside = (names: readonly string[]): Plugin => ({
  name: 'outside',
  setup(build) {
    build.onResolve({ filter: /^[^.]/ }, ({ path }) => {
      if (isBuiltin(path)) return { path, external: true };
      const named = names.some((name) => path === name || path.startsWith(`${name}/`));
      return named && !isAbsolute(path) ? { path, external: true } : undefined;
    });
  },
});

/** The script first, then its parts. */
async function scriptFiles(request: BuildRequest, files: Bundle['files'], esbuild: Esbuild): Promise<Bundle['files']> {
  const chunks = files.map(({ path, contents }) => ({
    name: basename(path),
    text: Buffer.from(contents).toString('utf8'),
  }));
  const made = await scriptOf(chunks, 'start.js', commonJsWith(esbuild, request.minify));
  return [...made].map(([name, text]) => ({
    path: `app/${name === 'start.js' ? scriptName(request) : name}`,
    contents: Buffer.from(text),
  }));
}

/** What starts a script, with its digest inside, as one file. */
export async function starterOf(request: ScriptRequest, digest: string): Promise<string> {
  const { build } = await esbuildAt(request.from);
  const { outputFiles } = await build({
    ...sharedByAll,
    format: request.format === 'folder' ? 'esm' : 'cjs',
    stdin: { contents: starterText(request, digest), resolveDir: request.own },
  });
  return outputFiles?.[0]?.text ?? '';
}

/** Says which plugin a bundler's complaint is about. */
function refused(error: unknown, inside: readonly InstalledPlugin[], { from }: BuildRequest): unknown {
  const [first] =
    (error as { readonly errors?: readonly { text: string; location: { file: string } | null }[] }).errors ?? [];
  if (!first) return error;
  const file = first.location ? join(from, first.location.file) : '';
  const of = inside.find(({ root }) => file.startsWith(root));
  const reason = awaitsAtTop.test(first.text) ? 'it awaits at the top of a module, which a script can not' : first.text;
  return cliError(
    'RUSTIC_BUILD_PLUGIN',
    { plugin: of?.locked.id ?? first.location?.file ?? 'the program', reason },
    error,
  );
}
