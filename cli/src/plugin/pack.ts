import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createKernel, findPackage, isRusticError, type Lock } from '@rustic-ai/kernel';
import { makeLock } from '@rustic-ai/kernel/compose';
import { standard } from '@rustic-ai/kernel/contracts';
import { nodeHost } from '@rustic-ai/kernel/node';
import { runManager } from '../composing/process.js';
import { interruptible } from '../child.js';
import { cliError } from '../errors.js';
import { demandFresh, isBundle } from './bundle.js';
import type { PluginFolder } from './folder.js';

/** What npm would give to whoever installs a plugin. */
export interface Packed {
  readonly tarball: string;
  /** Unit: bytes, unpacked. */
  readonly bytes: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** Whether it was started; why not, where it needs what other plugins provide. */
  readonly started: true | string;
}
interface NpmPack {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/**
 * Packs a plugin, installs the tarball where nothing else is, locks a composition of it and starts it once.
 *
 * Default: the tarball is thrown away; `out` is the folder to leave it in.
 * Throws: `RUSTIC_INSTALL_FAILED`, `RUSTIC_PLUGIN_CHECK`, `RUSTIC_SKILL_*` for a bundle, what locking and starting it throws.
 * Cancel: a signal to this program ends npm, and takes away what was unpacked.
 */
export async function packPlugin(plugin: PluginFolder, own: string, out?: string): Promise<Packed> {
  if (await isBundle(plugin)) await demandFresh(plugin);
  return interruptible((signal) => packed(plugin, { own, out, signal }));
}

async function packed(
  { root, json: { name = '' } }: PluginFolder,
  { own, out, signal }: { readonly own: string; readonly out: string | undefined; readonly signal: AbortSignal },
): Promise<Packed> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rustic-pack-')));
  const npm = (at: string, ...args: string[]) => runManager({ command: 'npm', args, folder: at, signal });
  try {
    const said = await npm(root, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder);
    const [found] = Object.values(JSON.parse(said) as readonly NpmPack[] | Readonly<Record<string, NpmPack>>);
    if (!found?.files.some(({ path }) => path === 'dist/index.js'))
      throw cliError('RUSTIC_PLUGIN_CHECK', {
        what: 'the package holds no dist/index.js',
        fix: 'Build it: npm run build',
      });
    const tarball = join(folder, found.filename);
    await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
    // Peers are the composition's to bring: the kernel here is the one of this program.
    await npm(
      folder,
      'install',
      '--ignore-scripts',
      '--legacy-peer-deps',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      tarball,
    );
    const at = join(folder, 'node_modules/@rustic-ai/kernel');
    await mkdir(dirname(at), { recursive: true });
    await symlink(await findPackage('@rustic-ai/kernel', own), at, 'dir').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    const started = await startAlone(name, folder);
    if (out !== undefined) await mkdir(out, { recursive: true });
    const kept = out === undefined ? undefined : join(out, found.filename);
    if (kept) await cp(tarball, kept);
    return { tarball: kept ?? found.filename, bytes: found.unpackedSize, files: found.files, started };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function startAlone(name: string, folder: string): Promise<true | string> {
  const composition = { plugins: [{ package: name, options: {} }], bind: {}, rules: [] };
  let lock: Lock;
  try {
    lock = await makeLock({ folder, composition, inputs: [], contracts: standard });
  } catch (error) {
    // What stands on other plugins, or has to be told something, is whole without them as well.
    if (isRusticError(error) && ['RUSTIC_CAPABILITY_MISSING', 'RUSTIC_PLUGIN_OPTIONS'].includes(error.code))
      return error.message;
    throw error;
  }
  const log = () => {};
  const host = { ...nodeHost({ cwd: folder, log }), folders: foldersIn(folder) };
  const kernel = await createKernel({ contracts: standard, host, lock, from: folder });
  try {
    for (const { id } of lock.plugins) await kernel.activate(id);
    return true;
  } finally {
    await kernel.dispose();
  }
}
const foldersIn = (folder: string) => {
  const within = (part: string) => join(folder, 'home', part);
  return {
    home: within(''),
    config: within('config'),
    data: within('data'),
    state: within('state'),
    cache: within('cache'),
    cwd: folder,
  };
};
