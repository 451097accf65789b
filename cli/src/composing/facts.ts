import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPackage, type Lock, type LockedPlugin, type Manifest } from '@rustic-ai/kernel';
import { readPackage } from '@rustic-ai/kernel/compose';
import { cliError } from '../errors.js';
import { suggest } from '../suggest.js';
import { scope } from './official.js';

/** One thing a plugin requires, and who gives it. */
export interface Edge {
  readonly from: string;
  readonly capability: string;
  readonly form: 'one' | 'optional' | 'all';
  /** Ids of plugins; `host` is this program. */
  readonly to: readonly string[];
}

/** The plugins that provide a capability, in composition order. */
export const providersOf = ({ plugins }: Pick<Lock, 'plugins'>, capability: string): readonly string[] =>
  plugins
    .filter(({ manifest: { contributes = {} } }) => {
      const services: object = contributes.service ?? {};
      return Object.hasOwn(services, capability) || Object.hasOwn(contributes, capability);
    })
    .map(({ id }) => id);

const isHost = (capability: string) => capability === 'host' || capability === 'secrets';

/** What the plugins of a lock require of each other. */
export function edgesOf(lock: Lock): readonly Edge[] {
  return lock.plugins.flatMap(({ id: from, manifest }) =>
    Object.values(manifest.requires ?? {}).map((requirement): Edge => {
      const [form, capability] = Object.entries(requirement)[0] as [Edge['form'], string];
      const all = isHost(capability) ? ['host'] : providersOf(lock, capability);
      const bound = form === 'all' ? undefined : boundTo(lock, capability);
      return { from, capability, form, to: bound && all.includes(bound) ? [bound] : all };
    }),
  );
}
/** The plugin that a binding chooses: it names it, or a member of it. */
function boundTo({ bind, plugins }: Lock, capability: string): string | undefined {
  const to = Object.hasOwn(bind, capability) ? bind[capability] : undefined;
  if (to === undefined) return undefined;
  const covers = ({ contributes = {} }: Manifest) =>
    Object.keys((contributes as { readonly [part: string]: object | undefined })[capability] ?? {}).some(
      (name) => name === to || (name.endsWith('*') && to.startsWith(name.slice(0, -1))),
    );
  return plugins.find(({ id, manifest }) => id === to || covers(manifest))?.id;
}

/** A plugin of the lock by its id, its package or the short name of an official one. */
export const pluginNamed = ({ plugins }: Lock, word: string): LockedPlugin | undefined =>
  plugins.find((plugin) => [plugin.id, plugin.package].includes(word) || plugin.package === `${scope}${word}`);

/** What is known of a plugin that is in the composition, or at least installed. Throws: `RUSTIC_USAGE`. */
export async function factsOf(lock: Lock | undefined, word: string, from: string) {
  const locked = lock && pluginNamed(lock, word);
  const name = locked?.package ?? word;
  const read = (one: string) => readPackage(one, from).catch(() => undefined);
  const found = (await read(name)) ?? (await read(`${scope}${word}`));
  if (!found && !locked) {
    const known = lock?.plugins.flatMap(({ id, package: one }) => [id, one]) ?? [];
    const hint = known.length > 0 ? suggest(word, known) : `Run: rustic search ${word}`;
    throw cliError('RUSTIC_USAGE', { reason: `"${word}" is no plugin that is installed here.`, hint });
  }
  return { locked, found, bundled: found ? await bundledIn(found.root) : [] };
}

/** What of others is inside a plugin, with its licence: `name@version (licence)`. */
async function bundledIn(root: string): Promise<readonly string[]> {
  const text = await readFile(join(root, 'dist/THIRD-PARTY.txt'), 'utf8').catch(() => '');
  return [...text.matchAll(/^((?:@[\w.-]+\/)?[\w.-]+@\d[\w.+-]* \([^)\n]+\))$/gm)].map(([, line = '']) => line);
}

/** Which plugins bring a package in, each as the way that leads to it. */
export async function waysTo(lock: Lock, name: string, from: string): Promise<readonly (readonly string[])[]> {
  const seen = new Set<string>();
  const walk = async (one: string, at: string, way: readonly string[]): Promise<readonly (readonly string[])[]> => {
    const root = await findPackage(one, at).catch(() => undefined);
    if (root === undefined || seen.has(`${way[0]} ${root}`)) return [];
    seen.add(`${way[0]} ${root}`);
    const here = [...way, one];
    if (one === name) return [here];
    const { dependencies = {}, peerDependencies = {} } = JSON.parse(
      await readFile(join(root, 'package.json'), 'utf8'),
    ) as { dependencies?: object; peerDependencies?: object };
    const next = Object.keys({ ...dependencies, ...peerDependencies });
    return (await Promise.all(next.map((dependency) => walk(dependency, root, here)))).flat();
  };
  return (await Promise.all(lock.plugins.map((plugin) => walk(plugin.package, from, [])))).flat();
}
