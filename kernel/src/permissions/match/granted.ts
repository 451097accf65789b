import type { Access } from '../../capability.js';
import type { Json } from '../../errors.js';
import type { PermissionRequest } from '../../manifest.js';
import type { PathContext } from './paths.js';
import { compileMatch } from './pattern.js';

/** What a plugin was granted when the lock was made. */
export interface Granted {
  readonly action: string;
  readonly match: string;
}

/** A request that points into the options becomes one permission for each value there. */
export function expandRequest(
  { action, match, reason }: PermissionRequest,
  options: { readonly [name: string]: Json },
): readonly (Granted & { readonly reason: string })[] {
  if (typeof match === 'string') return [{ action, match, reason }];
  const value = match.config
    .split('/')
    .slice(1)
    .reduce<Json | undefined>((at, key) => (at as { [key: string]: Json } | undefined)?.[key], options);
  const asPattern = action === 'net' ? originOf : (one: string) => one;
  return [value]
    .flat()
    .flatMap((one) => (typeof one === 'string' && one ? [{ action, match: asPattern(one), reason }] : []));
}

/** An address in the options grants its origin: exactly that scheme, host and port. */
function originOf(address: string): string {
  const url = URL.parse(address);
  if (!url?.hostname) return address;
  return `${url.protocol}//${url.hostname}:${url.port || (url.protocol === 'http:' ? '80' : '443')}`;
}

/** Whether a plugin was granted an access at all. Compiled when a plugin first asks. */
export function createCeiling(
  grantedTo: (plugin: string) => readonly Granted[],
  paths: PathContext,
): (plugin: string, access: Access) => Promise<boolean> {
  const compile = (plugin: string) =>
    grantedTo(plugin).map(({ action, match }) => ({ action, matches: compileMatch(action, match, paths) }));
  const ceilings = new Map<string, ReturnType<typeof compile>>();
  return async (plugin, access) => {
    const ceiling = ceilings.get(plugin) ?? compile(plugin);
    ceilings.set(plugin, ceiling);
    for (const { action, matches } of ceiling)
      if (action === access.action && (await matches(access, 'narrow'))) return true;
    return false;
  };
}
