import type { Access } from '../../capability.js';
import { kernelError } from '../../errors.js';
import type { ScopedRule } from '../types.js';
import { matchCommands } from './commands.js';
import { matchHosts } from './hosts.js';
import { matchNames } from './names.js';
import { matchPaths, type PathContext } from './paths.js';
import type { Applies, Found, Matcher } from './shelf.js';

/** The strictest rule for an access; a promise only until what its action needs is loaded. */
export type Finder = (access: Access, applies: Applies) => Found | undefined | Promise<Found | undefined>;

/** Compiles rules by action. Throws: `RUSTIC_RULE_INVALID`. */
export function createFinders(rules: readonly ScopedRule[], paths: PathContext): ReadonlyMap<string, Finder> {
  for (const { action, match } of rules)
    if (typeof match !== 'string' || match === '')
      throw kernelError('RUSTIC_RULE_INVALID', { rule: JSON.stringify({ action, match }), reason: '"match" is empty' });
  return new Map(
    [...Map.groupBy(rules, ({ action }) => action)].map(([action, own]) => [action, finder(action, own, paths)]),
  );
}

function finder(action: string, rules: readonly ScopedRule[], paths: PathContext): Finder {
  if (action === 'fs.read' || action === 'fs.write') return loadedOnce(matchPaths(rules, paths));
  if (action === 'exec') return loadedOnce(matchCommands(rules));
  return action === 'net' ? matchHosts(rules) : matchNames(rules);
}

/** A failed load is tried again. */
function loadedOnce(load: () => Promise<Matcher>): Finder {
  let matcher: Matcher | undefined;
  let loading: Promise<Matcher> | undefined;
  return (access, applies) => {
    if (matcher) return matcher(access, applies);
    loading ??= load().finally(() => (loading = undefined));
    return loading.then((loaded) => (matcher = loaded)(access, applies));
  };
}
