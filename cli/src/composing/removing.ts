import type { Lock, LockedPlugin } from '@rustic-ai/kernel';
import { readPackage } from '@rustic-ai/kernel/compose';
import { cliError } from '../errors.js';
import { suggest } from '../suggest.js';
import { scope } from './official.js';
import { packagesOf, withBinding, withoutPlugin } from './rustic-json.js';

/** What is known of plugins: a lock, or at least what is installed. */
export interface Known {
  readonly plugins: readonly Pick<LockedPlugin, 'id' | 'package'>[];
}

/** The plugins of a composition that are installed, where there is no lock to say so. */
export async function installedIn(text: string, from: string): Promise<Known> {
  const found = packagesOf(text).map(async (name) => {
    const plugin = await readPackage(name, from).catch(() => undefined);
    return plugin ? [{ id: plugin.manifest.id, package: name }] : [];
  });
  return { plugins: (await Promise.all(found)).flat() };
}

/** The package a person means: by its name, its id or the short name of an official one. Throws: `RUSTIC_USAGE`. */
export function packageMeant(text: string, word: string, lock: Known | undefined): string {
  const listed = packagesOf(text);
  const byId = lock?.plugins.find(({ id }) => id === word)?.package;
  const found = [word, byId, `${scope}${word}`].find((name) => name !== undefined && listed.includes(name));
  if (found) return found;
  const known = [...listed, ...(lock?.plugins.map(({ id }) => id) ?? [])];
  throw cliError('RUSTIC_USAGE', { reason: `The composition has no plugin "${word}".`, hint: suggest(word, known) });
}

/** Takes packages off the list, and the bindings that name what only they provide. */
export function withoutPackages(text: string, names: readonly string[], lock: Lock | undefined): string {
  const going = lock?.plugins.filter((plugin) => names.includes(plugin.package)) ?? [];
  const gone = new Set(going.flatMap(({ id, manifest }) => [id, ...membersOf(manifest.contributes ?? {})]));
  const families = [...gone].filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  const loose = Object.entries(lock?.bind ?? {}).filter(
    ([, to]) => gone.has(to) || families.some((beginning) => to.startsWith(beginning)),
  );
  const shorter = names.reduce(withoutPlugin, text);
  return loose.reduce((now, [capability]) => withBinding(now, capability, undefined), shorter);
}

/** The operations a plugin contributes, by name. */
function membersOf(contributes: { readonly [part: string]: object | undefined }): readonly string[] {
  return Object.entries(contributes).flatMap(([part, members]) =>
    part === 'service' || part === 'hook' ? [] : Object.keys(members ?? {}),
  );
}
