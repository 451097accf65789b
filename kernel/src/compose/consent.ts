import { isDeepStrictEqual } from 'node:util';
import type { Lock, LockedPlugin } from '../lock.js';
import type { Rule } from '../permissions/types.js';

/**
 * What a new lock lets in that the old one did not, a line for each: plugins, permissions, content that changed, options
 * and bindings that are other ones, since they say what a policy answers and who is asked, and loosened rules.
 */
export function widened(before: Lock | undefined, after: Lock): readonly string[] {
  const old = new Map(before?.plugins.map((plugin) => [plugin.id, plugin]));
  return [
    ...after.plugins.flatMap((plugin) => changesOf(old.get(plugin.id), plugin)),
    ...differing(before?.bind ?? {}, after.bind).map(([capability, to]) =>
      to === undefined ? `${capability} is no longer bound` : `${capability} is bound to ${String(to)}`,
    ),
    ...loosened(before?.rules ?? [], after.rules),
  ];
}

function changesOf(before: LockedPlugin | undefined, after: LockedPlugin): readonly string[] {
  const { id, version, digest, linked, permissions } = after;
  const had = new Set(before?.permissions.map(({ action, match }) => `${action} ${match}`));
  const added = permissions.filter(({ action, match }) => !had.has(`${action} ${match}`));
  return [
    ...(before ? [] : [`${id}@${version} is new`]),
    ...(before && !linked && before.digest !== digest ? [`${id}@${version} has other content than before`] : []),
    ...added.map(({ action, match, reason }) => `${id} asks for ${action} ${match} (${reason})`),
    ...differing(before?.options ?? {}, after.options).map(([name, value]) =>
      value === undefined ? `${id} has its default ${name}` : `${id} has ${name} ${JSON.stringify(value)}`,
    ),
    ...differing(namesOf(before), namesOf(after)).map(([name, to]) =>
      to === undefined ? `${id} has its own name for the ${name}` : `${id} has the ${name} as ${String(to)}`,
    ),
  ];
}

/** Its operations that have another name than its own: `tool read` and what it is called. */
const namesOf = (plugin: LockedPlugin | undefined): object =>
  Object.fromEntries(
    Object.entries(plugin?.rename ?? {}).flatMap(([operation, names]) =>
      Object.entries(names).map(([name, to]) => [`${operation} ${name}`, to]),
    ),
  );

/** The entries that are other ones now; what is gone has no value. */
function differing(before: object, after: object): readonly (readonly [name: string, value: unknown])[] {
  const [was, is] = [before, after].map((table) => new Map<string, unknown>(Object.entries(table)));
  return [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])]
    .filter((name) => !isDeepStrictEqual(was?.get(name), is?.get(name)))
    .map((name) => [name, is?.get(name)]);
}

/** In words, what the second set of rules lets through that the first did not. */
function loosened(before: readonly Rule[], after: readonly Rule[]): readonly string[] {
  const without = (rules: readonly Rule[]) => (rule: Rule) => !rules.some((one) => isDeepStrictEqual(one, rule));
  const text = ({ effect, action, match }: Rule) => `${effect} ${action} ${match}`;
  const gained = after.filter(({ effect }) => effect === 'allow').filter(without(before));
  const lost = before.filter(({ effect }) => effect !== 'allow').filter(without(after));
  return [
    ...gained.map((rule) => `a rule is new: ${text(rule)}`),
    ...lost.map((rule) => `a rule is gone: ${text(rule)}`),
  ];
}
