import type { Access } from '../../capability.js';
import type { Json } from '../../errors.js';
import type { PermissionRequest } from '../../manifest.js';
import type { PathContext } from './paths.js';
import { createFinders } from './pattern.js';

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
export function originOf(address: string): string {
  const url = URL.parse(address);
  if (!url?.hostname) return address;
  return `${url.protocol}//${url.hostname}:${url.port || (url.protocol === 'http:' ? '80' : '443')}`;
}

/** Whether a plugin was granted an access at all; `**` grants all of an action but for files. Compiled when first asked. */
export function createCeiling(
  grantedTo: (plugin: string) => readonly Granted[],
  paths: PathContext,
): (plugin: string, access: Access) => boolean | Promise<boolean> {
  const compile = (plugin: string) => {
    const granted = grantedTo(plugin);
    const rules = granted.map(({ action, match }) => ({ effect: 'allow', action, match, scope: 'plugin' }) as const);
    const whole = granted.filter(({ action, match }) => match === '**' && !action.startsWith('fs.'));
    return { find: createFinders(rules, paths), whole: new Set(whole.map(({ action }) => action)) };
  };
  const ceilings = new Map<string, ReturnType<typeof compile>>();
  return (plugin, access) => {
    const { find, whole } = ceilings.get(plugin) ?? compile(plugin);
    if (!ceilings.has(plugin)) ceilings.set(plugin, { find, whole });
    if (whole.has(access.action)) return true;
    const found = find.get(access.action)?.(access, () => true);
    return found instanceof Promise ? found.then((late) => late?.effect === 'allow') : found?.effect === 'allow';
  };
}
