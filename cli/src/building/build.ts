import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { cliError } from '../errors.js';
import { digestOfBytes, sealMark } from '../product/seal.js';
import { type Bundle, bundle, starterOf } from './bundle.js';
import { installedPlugins } from './bundlable.js';
import { digestsOf } from './digests.js';
import { makeExecutable } from './executable.js';
import { bomText, compositionProperty, packagesInside, thirdPartyText } from './inside.js';
import { manualOf } from './manual.js';
import { declarationsOf } from './library.js';
import {
  besideBundle,
  copyPackages,
  dependenciesOf,
  type InstalledPackage,
  optionalOf,
  packageAt,
} from './packages.js';
import { type BuildRequest, type BuiltFile, isScript } from './request.js';
import { type Size, sizesOf, treemapText } from './sizes.js';

export interface Built {
  /** What starts it, relative to the folder of the build. */
  readonly start: string;
  readonly inside: readonly string[];
  /** What lies beside the bundle, and why. */
  readonly beside: readonly { readonly name: string; readonly reason: string }[];
  /** Of the bundle, without what lies beside it. Unit: bytes. */
  readonly bytes: number;
  readonly sizes: readonly Size[];
}

/** The file that says of a folder that it was built, and may be replaced. */
const marker = 'sbom.cdx.json';

/**
 * Builds a product, all of it or nothing: what was at its place before stays until it is whole.
 *
 * Throws: `RUSTIC_BUILD_*`, what `installedPlugins` throws.
 */
export async function buildProduct(request: BuildRequest, analyze: boolean): Promise<Built> {
  const { from, own, target, format, out, name } = request;
  await demandFree(out);
  const plugins = await installedPlugins(request);
  const inside = plugins.filter((plugin) => plugin.beside === undefined);
  const left = plugins.filter((plugin) => plugin.beside !== undefined);
  const native = await besideBundle(plugins.map(({ root }) => root));
  const carried = await withDependencies(
    left.map(({ root }) => root),
    native,
  );
  const beside = [
    ...left.map(({ locked, beside: reason = '' }) => ({ name: locked.id, reason })),
    ...native.map((one) => ({ name: `${one.name}@${one.version}`, reason: 'it is native code, or stands on some' })),
  ];
  const [first] = beside;
  if (format === 'file' && first) throw cliError('RUSTIC_BUILD_FILE', { ...first });
  // What this program goes without where it is not installed, its products go without as well.
  const unneeded = await optionalOf(dirname(own));
  const made = await bundle(request, inside, [...native.map((one) => one.name), ...unneeded]);
  const packages = await packagesInside(made.meta, plugins, carried, { from, own });
  const bytes = made.files.reduce((sum, { contents }) => sum + contents.length, 0);
  const sizes = sizesOf({ ...made, bytes }, inside, { from, own });
  const [code] = made.files;
  const starter = code && isScript(request) ? await starterOf(request, digestOfBytes(code.contents)) : '';
  const texts: readonly BuiltFile[] = [
    ...(await startOf(request, made.files, starter)),
    ...(format === 'folder' && target === 'library'
      ? [
          {
            path: 'app/digests.json',
            contents: `${JSON.stringify(
              digestsOf(made, inside, (file) => resolve(from, file)),
              null,
              1,
            )}\n`,
          },
        ]
      : []),
    ...(target === 'cli' ? [{ path: `man/${name}.1`, contents: manualOf(request) }] : []),
    { path: 'THIRD-PARTY.txt', contents: thirdPartyText(packages) },
    { path: marker, contents: bomText(request, packages) },
    ...(analyze ? [{ path: 'sizes.svg', contents: treemapText(`${name} ${request.version}`, sizes) }] : []),
  ];
  await mkdir(dirname(out), { recursive: true });
  const draft = await mkdtemp(join(dirname(out), `.${basename(out)}-`));
  try {
    for (const { path, contents, executable } of texts) {
      await mkdir(dirname(join(draft, path)), { recursive: true });
      await writeFile(join(draft, path), contents);
      if (executable) await chmod(join(draft, path), 0o755);
    }
    if (format === 'executable') await makeExecutable({ starter, files: made.files, from }, join(draft, name));
    await copyPackages(carried, join(draft, 'node_modules'));
    await chmod(draft, 0o755);
    await rm(out, { recursive: true, force: true });
    await rename(draft, out);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  return { start: startName(request), inside: inside.map(({ locked }) => locked.id), beside, bytes, sizes };
}

async function demandFree(out: string): Promise<void> {
  const found = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw cliError('RUSTIC_BUILD_OUT', { out, reason: error.message }, error);
  });
  if (found.length === 0) return;
  // A bill of materials of somebody else's is no sign that the folder may be replaced.
  const bom = await readFile(join(out, marker), 'utf8').catch(() => '');
  if (!bom.includes(compositionProperty))
    throw cliError('RUSTIC_BUILD_OUT', { out, reason: 'something else is in it' });
}

/** Packages with all they need, and native ones with what they need. */
async function withDependencies(roots: readonly string[], native: readonly InstalledPackage[]) {
  const own = await Promise.all(roots.map(async (root) => [await packageAt(root), ...(await dependenciesOf(root))]));
  const all = new Map([...own.flat(), ...native].map((one) => [one.root, one]));
  return [...all.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const startName = ({ target, format, name }: BuildRequest): string =>
  target === 'library' ? 'index.js' : format === 'executable' ? name : `${name}.mjs`;

/** The bundle's own files, and what starts them. */
async function startOf(request: BuildRequest, files: Bundle['files'], starter: string): Promise<readonly BuiltFile[]> {
  const { target, format, name, version, description, own } = request;
  if (format === 'executable') return [];
  const start = startName(request);
  const entry = { '.': { types: './index.d.ts', default: './index.js' } };
  const json = {
    name,
    version,
    ...(description && { description }),
    type: 'module',
    engines: { node: '>=22.19' },
    ...(target === 'library' ? { exports: entry } : { bin: { [name]: `./${start}` } }),
  };
  const packageJson = { path: 'package.json', contents: `${JSON.stringify(json, null, 2)}\n` };
  const types = target === 'library' ? await declarationsOf(own) : [];
  if (format === 'file') {
    const [only] = files;
    const contents = sealedText(only?.contents ?? new Uint8Array(), target === 'cli');
    return [
      { path: start, contents, executable: target === 'cli' },
      ...types,
      ...(target === 'library' ? [packageJson] : []),
    ];
  }
  return target === 'library'
    ? [{ path: start, contents: "export * from './app/start.js';\n" }, packageJson, ...types, ...files]
    : [{ path: start, contents: `${hashBang}${starter}`, executable: true }, packageJson, ...files];
}

const hashBang = '#!/usr/bin/env node\n';

/** A file that ends with the digest of what stands above. */
function sealedText(code: Uint8Array, runs: boolean): string {
  const text = `${runs ? hashBang : ''}${Buffer.from(code).toString('utf8').trimEnd()}`;
  return `${text}${sealMark}${digestOfBytes(Buffer.from(text))}\n`;
}
